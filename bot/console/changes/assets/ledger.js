/** The ledger of a change: its numbers move while one reads, and its sheets are printed. */

import { on } from './live.js';

const print = document.getElementById('print');
if (print) {
  print.hidden = false;
  print.addEventListener('click', () => window.print());
}

const pause = 1000; // between two questions at least
let part = document.getElementById('ledger');
let asking = false;
let more = false; // something was told while the page was asking

async function ask() {
  const answer = await fetch(location.pathname + '/numbers' + location.search, { headers: { Accept: 'text/html' } });
  if (answer.redirected || answer.status === 404) return location.reload(); // who looks is not signed in any more
  if (!answer.ok) return undefined;
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('ledger');
  if (!next || part.contains(document.activeElement) && document.activeElement !== document.body) return (more = true); // nothing goes away under a finger
  part.replaceWith(next);
  part = next;
  return undefined;
}

async function show() {
  more = true;
  if (asking) return;
  asking = true;
  while (more) {
    more = false;
    await ask().catch(() => {}); // the stream tells it again when it is back
    await new Promise((done) => { setTimeout(done, pause); });
  }
  asking = false;
}

if (part) on('ledger', ({ all, ids }) => { if (all || ids.includes(part.dataset.change)) show(); });
