/** The report of a broadcast: its parts become other while one reads. */

import { on } from './live.js';

const here = document.getElementById('report-moving')?.dataset.broadcast;
const last = new Map(); // what of a part was shown, as it came

/** Whether the reader is about to do something there: nothing goes away under a finger. What came open is opened by nobody. */
const inUse = (part) => part.contains(document.activeElement) && document.activeElement !== document.body || part.querySelector(':checked, details[open]:not([data-came])') !== null
  || [...part.querySelectorAll('input')].some((field) => field.value !== field.defaultValue);

/** The version that may be moved there. */
const version = (among) => Number(among.querySelector('#report-moves [name=version]')?.value);

function show(html) {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  if (version(body) < version(document)) return; // it was read before what the reader did
  for (const next of [...body.children]) {
    const part = document.getElementById(next.id);
    if (!part || last.get(next.id) === next.outerHTML || inUse(part)) continue;
    last.set(next.id, next.outerHTML);
    part.replaceWith(next);
  }
}

if (here) {
  let newest = '';
  on('broadcast', (parts) => {
    newest = parts[here] ?? newest;
    if (!newest) return;
    show(newest);
    document.getElementById('report-moving').dataset.live = ''; // from now on what stands there moves by itself
  });
  document.addEventListener('focusout', () => setTimeout(() => { if (newest) show(newest); }));
}
