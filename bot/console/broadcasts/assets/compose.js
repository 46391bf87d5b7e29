/** Composing a broadcast: a variable goes where one writes, with its fallback to be filled. */

const form = document.getElementById('sheet');
let last = document.getElementById('text_uk');

form?.addEventListener('focusin', (event) => {
  if (event.target.matches('textarea')) last = event.target;
});
form?.addEventListener('click', (event) => {
  const name = event.target.closest('[data-insert]')?.dataset.insert;
  if (!name || !last) return;
  const begins = last.selectionStart;
  last.setRangeText(`{{${name}|…}}`, begins, last.selectionEnd);
  last.focus();
  const at = begins + name.length + 3;
  last.setSelectionRange(at, at + 1);
  last.dispatchEvent(new Event('input', { bubbles: true }));
});
