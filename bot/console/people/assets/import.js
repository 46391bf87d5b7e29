/** A file with people: it may be dropped on the form, and the page shows how far it has come. */

import { keep } from './renew.js';

const form = document.getElementById('drop');
if (form) {
  const field = form.querySelector('input[type=file]');
  const over = (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    form.classList.add('over');
  };
  form.addEventListener('dragenter', over);
  form.addEventListener('dragover', over);
  form.addEventListener('dragleave', () => form.classList.remove('over'));
  form.addEventListener('drop', (event) => {
    event.preventDefault();
    form.classList.remove('over');
    if (event.dataTransfer.files.length !== 1) return;
    field.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

const part = document.getElementById('importing');

/** Puts the part of the page that moves in place of the one on screen. */
async function show() {
  let html = '';
  try {
    const answer = await fetch(part.dataset.going, { headers: { Accept: 'text/html' } });
    if (answer.redirected || answer.status === 404) { // who looks is not signed in any more
      location.reload();
      return;
    }
    if (answer.ok) html = await answer.text();
  } catch { /* the connection is away: the stream tells all when it is back */ }
  const next = html && new DOMParser().parseFromString(html, 'text/html').getElementById('importing');
  if (!next) return;
  if (!next.dataset.going) { // it is over: the title and what may be done now are others
    location.reload();
    return;
  }
  for (const what of ['.going', '.sums']) {
    const old = part.querySelector(what);
    const fresh = next.querySelector(what);
    if (old && fresh) old.replaceWith(fresh);
    else if (fresh) part.querySelector('.going').after(fresh);
  }
}

if (part?.dataset.going) keep('import', show, { id: part.dataset.import });
