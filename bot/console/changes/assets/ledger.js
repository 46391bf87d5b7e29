/** The ledger of a change: its numbers move while one reads, and its sheets are printed. */

import { keep } from './renew.js';

const print = document.getElementById('print');
if (print) {
  print.hidden = false;
  print.addEventListener('click', () => window.print());
}

let part = document.getElementById('ledger');
let held = null; // the numbers as they are by now, while something there is in use

/** Whether the reader is about to do something there: nothing goes away under a finger. */
const inUse = () => part.contains(document.activeElement) && document.activeElement !== document.body;

function settle() {
  if (!held || inUse()) return;
  part.replaceWith(held);
  part = held;
  held = null;
}

async function show() {
  const answer = await fetch(location.pathname + '/numbers' + location.search, { headers: { Accept: 'text/html' } });
  if (answer.redirected || answer.status === 404) return location.reload(); // who looks is not signed in any more
  if (answer.ok) held = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('ledger');
  settle();
}

if (part) {
  keep('ledger', show, { id: part.dataset.change, between: 1000 });
  document.addEventListener('focusout', () => setTimeout(settle));
}
