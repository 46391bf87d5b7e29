/**
 * The editor of a segment: conditions and text follow each other without a new page, and
 * who is in it is counted behind every change. A newer change breaks off the count before.
 */

const form = document.getElementById('segment');
const pause = 600;
let timer = 0;
let counting = new AbortController();
let looking = new AbortController();

/** Sends what stood in the editor and returns the page or the part that answers; null where there is none. */
async function send(path, body, signal) {
  let answer;
  try {
    answer = await fetch(path, { method: 'POST', body, headers: { Accept: 'text/html' }, signal });
  } catch {
    return null; // broken off, or the connection is away: the next change sends it all
  }
  if (answer.redirected) { // who looks is not signed in any more
    location.reload();
    return null;
  }
  if (!answer.ok) return null;
  try {
    return new DOMParser().parseFromString(await answer.text(), 'text/html');
  } catch {
    return null;
  }
}

/** What stands in the editor now. */
function filled(submitter) { return new URLSearchParams(new FormData(form, submitter)); }

/** Puts a part of the answer in place of the one on screen; what has the focus keeps it. */
function put(id, from) {
  const old = document.getElementById(id);
  const fresh = from.getElementById(id);
  if (!old || !fresh) return;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const [start, end] = focused && 'selectionStart' in focused ? [focused.selectionStart, focused.selectionEnd] : [];
  old.replaceWith(fresh);
  const again = focused?.id && document.getElementById(focused.id);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (typeof start === 'number') {
    try { again.setSelectionRange(start, end); } catch { /* a field of another kind has none */ }
  }
}

/** Counts who is in it: about so many first, then all of them; both of what stands there now, if it is whole. */
async function count() {
  if (!form.hasAttribute('data-counts')) return;
  const asked = filled();
  document.getElementById('looked')?.setAttribute('aria-busy', 'true');
  counting.abort();
  counting = new AbortController();
  const { signal } = counting;
  for (const path of ['/console/segments/estimate', '/console/segments/count']) {
    const part = await send(path, asked, signal);
    if (signal.aborted) return;
    document.getElementById('unseen').hidden = !!part;
    if (!part) return;
    put('looked', part);
  }
}

/** Has the editor shown anew. Text that somebody is writing stays as they write it. */
async function look(submitter, writing) {
  clearTimeout(timer);
  counting.abort();
  looking.abort();
  looking = new AbortController();
  const { signal } = looking;
  document.getElementById('looked')?.setAttribute('aria-busy', 'true'); // of what was asked before
  const sent = filled().toString();
  const page = await send('/console/segments/look', filled(submitter), signal);
  if (signal.aborted) return;
  document.getElementById('unseen').hidden = !!page;
  if (!page) return;
  if (filled().toString() !== sent) { // somebody goes on meanwhile, and nothing of that may be lost
    look(submitter, writing);
    return;
  }
  const wrong = page.getElementById('text')?.getAttribute('aria-invalid');
  if (writing) {
    put('text-note', page);
    const text = document.getElementById('text');
    if (wrong) text.setAttribute('aria-invalid', 'true');
    else {
      text.removeAttribute('aria-invalid');
      document.getElementById('was').value = '='; // the conditions say it too
    }
  } else put('words', page);
  for (const id of wrong ? ['faults'] : ['builder', 'faults', 'answers']) put(id, page);
  if (submitter?.value.startsWith('why ') || submitter?.value === 'find') {
    document.getElementById('answers').scrollIntoView({ block: 'nearest' });
  }
  if (!form.elements.reason || page.getElementById('reason-note')?.classList.contains('fault')) put('reason-part', page);
  const whole = page.getElementById('segment')?.hasAttribute('data-counts') ?? false;
  form.toggleAttribute('data-counts', whole);
  if (whole) count();
  else put('looked', page);
}

if (form) {
  form.addEventListener('submit', (event) => {
    if (event.submitter?.hasAttribute('formaction')) return;
    event.preventDefault();
    look(event.submitter);
  });
  form.addEventListener('input', (event) => {
    if (event.target.id !== 'text') return;
    document.getElementById('was').value = ''; // what is written here is meant now
    form.removeAttribute('data-counts'); // half a word is no condition
    counting.abort();
    clearTimeout(timer);
    timer = setTimeout(() => look(null, true), pause);
  });
  form.addEventListener('change', (event) => {
    const field = event.target;
    if (field.closest('#builder') && field.name !== 'about') look(null);
    else if (field.name === 'topic' || field.name === 'other' || field.name === 'reason') count();
  });
  count();
}
