/** Composing a broadcast: a variable goes where one writes, with its fallback to be filled; a picture may be pasted. */

const form = document.getElementById('sheet');
let last = document.getElementById('text_uk');

form?.addEventListener('focusin', (event) => {
  if (event.target.matches('textarea')) last = event.target;
});
form?.addEventListener('click', (event) => {
  const { insert: name, slot } = event.target.closest('[data-insert]')?.dataset ?? {};
  if (!name || !last) return;
  const begins = last.selectionStart;
  last.setRangeText(slot ? `{{${name}}}` : `{{${name}|…}}`, begins, last.selectionEnd);
  last.focus();
  const at = begins + name.length + (slot ? 4 : 3);
  last.setSelectionRange(at, slot ? at : at + 1);
  last.dispatchEvent(new Event('input', { bubbles: true }));
});

document.addEventListener('paste', (event) => {
  const { files, types } = event.clipboardData;
  const picture = [...files].find((file) => file.type.startsWith('image/'));
  const field = document.getElementById('file');
  if (!picture || !field || types.includes('text/plain')) return; // words that bring a picture of themselves are words
  event.preventDefault();
  const chosen = new DataTransfer();
  chosen.items.add(picture);
  field.files = chosen.files;
  field.dispatchEvent(new Event('change', { bubbles: true })); // from here on as if it was chosen
});
