/** The frame of every page: menus, the list of keys, the mark of a lost connection. */

const root = document.documentElement;

for (const button of document.querySelectorAll('[data-open]')) {
  button.addEventListener('click', () => document.getElementById(button.dataset.open).showModal());
}
root.classList.add('lively');
