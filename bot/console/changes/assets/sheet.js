/**
 * The fact sheet, and an article: what is written is kept as one writes, and what the
 * check of the words finds follows it. Leaving makes a version; so does the button.
 */

import { attended, on } from './live.js';

const form = document.getElementById('sheet');
const pause = 900;
let timer = 0;
let sending = null;
let again = null; // what to send once the last is answered
let dirty = false;

const at = (id) => document.getElementById(id);
const say = (words) => { const kept = at('kept'); if (kept) kept.textContent = words; };

/** Puts parts of the answer in place of those on screen; what has the focus stays. */
function take(page, lists) {
  const ids = ['bar', 'notes'];
  if (lists) ids.push('lists');
  for (const part of form.querySelectorAll('[data-found]')) if (!lists || !part.closest('#lists')) ids.push(part.id);
  for (const id of ids) {
    const old = at(id);
    const fresh = page.getElementById(id);
    if (!fresh || !old || old.contains(document.activeElement) && id !== 'lists') continue;
    if (timer && id !== 'lists' && old.querySelector('input')) continue; // what was typed meanwhile is not in the answer
    if (old.outerHTML !== fresh.outerHTML) old.replaceWith(fresh);
  }
  present(others);
  tell();
  for (const name of ['rev', 'seen', 'version']) at(name).value = page.getElementById(name)?.value ?? at(name).value;
}

/** What stands in the sheet. A file goes by the button that says so alone. */
function written(submitter) {
  const all = new FormData(form, submitter);
  if (submitter?.formEnctype === 'multipart/form-data') return all;
  all.delete('file');
  return new URLSearchParams(all);
}

/** Keeps what stands in the sheet, and does what the button says. */
async function keep(submitter) {
  clearTimeout(timer);
  if (sending) {
    again = { submitter };
    return;
  }
  say(at('kept')?.dataset.keeping ?? '');
  const way = submitter?.getAttribute('formaction') ?? `${form.dataset.way}/keep`;
  let done = false;
  sending = fetch(way, { method: 'POST', body: written(submitter), headers: { Accept: 'text/html' } });
  try {
    const answer = await sending;
    if (answer.redirected) { // who writes is not signed in any more
      location.reload();
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (page.getElementById('bar')) {
      if (submitter) document.activeElement?.blur();
      take(page, submitter && /^(add|drop|take)/.test(submitter.value));
      done = answer.ok;
      if (submitter?.value.startsWith('add')) at(`list-${submitter.value.slice(4)}`)?.querySelector('.sheet-row:last-of-type :is(select, input:not([type=hidden]), textarea)')?.focus();
    }
  } catch { /* the connection is away: the next change sends it all */ }
  sending = null;
  dirty ||= done;
  if (done && (recount || submitter?.value.match(/^(add|drop) groups/))) count();
  if (!done) say(at('kept')?.dataset.unkept ?? '');
  if (again) {
    const next = again;
    again = null;
    keep(next.submitter);
  }
}

let others = '';

/** Says who else has the sheet open. */
function present(names) {
  others = names;
  const here = at('here');
  if (!here) return;
  here.hidden = !names;
  here.textContent = names && `${here.dataset.says} ${names}`;
}

let people = '';
let recount = false; // whom it concerns is another
let counting = new AbortController();

/** Says on the button how many people it concerns. */
function tell() {
  const span = at('people');
  if (span) span.textContent = people;
}

/** Counts them: about so many first, then all. A newer count breaks off the one before. */
async function count() {
  recount = false;
  counting.abort();
  const { signal } = counting = new AbortController();
  for (const way of ['estimate', 'count']) {
    let part = null;
    try {
      const answer = await fetch(`${form.dataset.way}/${way}`, { method: 'POST', body: new URLSearchParams(), headers: { Accept: 'text/html' }, signal });
      if (answer.status === 200 && !answer.redirected) part = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('people');
    } catch { /* broken off, or the connection is away: the button does without a number */ }
    if (signal.aborted) return;
    people = part?.textContent ?? '';
    tell();
    if (!part || part.hasAttribute('data-final')) return;
  }
}

function look(what) {
  fetch('/console/live/sheet', {
    method: 'POST', keepalive: true, headers: { Accept: 'application/json' }, body: new URLSearchParams({ sheet: form.dataset.sheet, what }),
  }).catch(() => {}); // nothing depends on it
}

if (form) {
  const place = `change-${form.dataset.sheet}`;
  form.addEventListener('input', (event) => {
    if (event.target.name === 'why' || event.target.type === 'file') return; // it counts once its button is pressed
    recount ||= /^(group_)?segment$/.test(event.target.name);
    clearTimeout(timer);
    timer = setTimeout(() => { timer = 0; keep(); }, pause);
  });
  form.addEventListener('change', (event) => {
    if (event.target.type === 'file' && event.target.files.length > 0) form.requestSubmit(event.target.parentElement.querySelector('button'));
  });
  form.addEventListener('submit', (event) => {
    const submitter = event.submitter;
    if (!submitter?.value || !/^(add|drop|look|accept|dispute|take|mended|unmended)( |$)/.test(submitter.value)) {
      clearTimeout(timer);
      timer = 0;
      dirty = false; // it becomes a version by itself
      if (!sending) return;
      event.preventDefault(); // what is being kept comes first
      sending.finally(() => setTimeout(() => form.requestSubmit(submitter)));
      return;
    }
    event.preventDefault();
    keep(submitter);
  });
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.target.name !== 'why') return;
    event.preventDefault();
    event.target.nextElementSibling.click();
  });
  form.addEventListener('click', (event) => {
    const show = event.target.closest('.show');
    if (!show) return;
    const field = at(show.dataset.at);
    field.focus();
    field.setSelectionRange(Number(show.dataset.start), Number(show.dataset.end));
  });
  at('drop')?.addEventListener('submit', () => { // what is withdrawn becomes no version first
    clearTimeout(timer);
    timer = 0;
    dirty = false;
  });
  addEventListener('pagehide', () => {
    look('leaves');
    if (!dirty && !timer) return;
    fetch(`${form.dataset.way}/leave`, { method: 'POST', keepalive: true, body: written() }).catch(() => {});
  });
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
  on('presence', (data) => {
    const there = data.tickets[place];
    if (there || data.all) present((there ?? []).filter((one) => one.user !== document.documentElement.dataset.user).map((one) => one.name).join(', '));
  });
  look('looks');
  if (at('people')) count();
  setInterval(() => { if (attended()) look('looks'); }, 15_000);
}
