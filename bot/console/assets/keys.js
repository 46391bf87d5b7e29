/**
 * Letters that do something: by the place of the key, so that a Cyrillic layout
 * has them too; "/" and "?" by what they write. Never inside a field, never with
 * a modifier, and not at all for those who turned it off.
 */

const handlers = new Map();

/** Tells whether somebody writes there. @param {EventTarget | null} target */
export const writes = (target) => target instanceof HTMLElement
  && (target.isContentEditable || target.matches('input:not([type=radio], [type=checkbox]), textarea, select'));

/**
 * Has a key do something: a code such as "KeyJ" or "Enter", or what it writes, such as "?".
 * @param {string} key @param {(event: KeyboardEvent) => void} f
 */
export function on(key, f) {
  handlers.set(key, f);
}

const off = () => !('keys' in document.documentElement.dataset);

addEventListener('keydown', (event) => {
  if (off() || event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (writes(event.target) || document.querySelector('dialog[open]')) return;
  const f = handlers.get(event.key) ?? (event.shiftKey ? undefined : handlers.get(event.code));
  if (!f) return;
  event.preventDefault();
  f(event);
});
