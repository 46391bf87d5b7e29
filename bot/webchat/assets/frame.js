/**
 * The page in a frame of another site. Widget and page talk with messages whose
 * sender each of them checks.
 */

const html = document.documentElement;
const query = new URLSearchParams(location.search);
const site = query.get('site') ?? '';
const trusted = [location.origin, ...html.dataset.sites.split(' ')].includes(site);

/** Whether a widget holds us. */
export const framed = window.parent !== window && query.has('frame') && trusted;

let open = !framed;

/** Whether the visitor can see the page. */
export const visible = () => open && document.visibilityState === 'visible';

/** Tells the widget something. @param {string} type @param {object} [more] */
export function tell(type, more = {}) {
  if (framed) window.parent.postMessage({ visnyk: type, ...more }, site);
}

/** Calls f whenever the page comes in sight. @param {() => void} f */
export function onSight(f) {
  document.addEventListener('visibilitychange', () => { if (visible()) f(); });
  addEventListener('message', (event) => {
    if (!framed || event.source !== window.parent || event.origin !== site) return;
    if (event.data?.visnyk === 'open') {
      open = true;
      document.getElementById('text').focus();
      f();
    }
    if (event.data?.visnyk === 'shut') open = false;
  });
}

if (framed) {
  const close = document.getElementById('close');
  close.hidden = false;
  close.addEventListener('click', () => tell('close'));
  addEventListener('keydown', (event) => { if (event.key === 'Escape') tell('close'); });
}
