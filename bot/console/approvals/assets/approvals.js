/** What waits for an approval: the lists keep themselves true, and never move under the reader. */

import { wholePage } from './net.js';
import { keep } from './renew.js';

const moved = document.getElementById('moved');
let lists = document.getElementById('waiting');
let next = null; // what stands there by now, while somebody reads

/** Whether pointer or focus is in the lists. */
const engaged = () => lists.matches(':hover') && matchMedia('(hover: hover)').matches || lists.contains(document.activeElement);

/** What waits, by where it is decided about. */
const ways = (of) => [...of.querySelectorAll('a')].map((a) => a.pathname).join('\n');

function settle() {
  moved.hidden = true;
  if (!next) return;
  lists.replaceWith(next);
  lists = next;
  next = null;
}

async function renew() {
  const page = await wholePage(location.href);
  next = page && new DOMParser().parseFromString(page, 'text/html').getElementById('waiting');
  if (next && engaged() && ways(next) !== ways(lists)) moved.hidden = false;
  else if (!engaged()) settle();
}

keep('content', renew);

moved.addEventListener('click', () => {
  settle();
  (lists.querySelector('a') ?? moved).focus({ preventScroll: true });
});
for (const event of ['pointerout', 'focusout']) {
  document.addEventListener(event, () => setTimeout(() => { if (next && !engaged()) settle(); }));
}
