/** The frame of every page: menus, the list of keys, the mark of a lost connection. */

import { on } from './keys.js';

const root = document.documentElement;
root.classList.add('lively');

/** @param {string} id */
function open(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
}

for (const button of document.querySelectorAll('[data-open]')) {
  button.addEventListener('click', () => {
    button.closest('details')?.removeAttribute('open');
    open(button.dataset.open);
  });
}
on('?', () => open('keys'));

// A menu is closed by a press beside it, and by Escape.
addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && document.querySelector('details.menu[open]');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});

// What two presses would do twice is sent once.
addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = '1';
  if ('leaves' in form.dataset) sessionStorage.clear();
});
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
});

// What may be done for a while only goes away when that is over.
for (const part of document.querySelectorAll('[data-gone-in]')) {
  setTimeout(() => {
    if (part.contains(document.activeElement)) document.getElementById('main').focus({ preventScroll: true });
    part.hidden = true;
  }, part.dataset.goneIn);
}

const offline = document.getElementById('offline'); // of who is not signed in: others have live.js
const tell = () => { if (offline) offline.hidden = navigator.onLine; };
addEventListener('online', tell);
addEventListener('offline', tell);
tell();
