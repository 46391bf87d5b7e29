/** The talk with one customer: what is written is kept, sent once, and shown as it stands. */

import { ask, wholePage } from './net.js';
import * as live from './live.js';
import { on, writes } from './keys.js';

const page = document.getElementById('ticket');
const { ticket, user } = page.dataset;
const here = `/console/desk/${ticket}`;
const words = page.dataset;
const byId = (id) => document.getElementById(id);
const talk = byId('talk');
const lines = byId('lines');

/** @param {string} html @returns {Document} */
const parsed = (html) => new DOMParser().parseFromString(html, 'text/html');

// Staying where one reads.

const atEnd = () => talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80;
const toEnd = () => { talk.scrollTop = talk.scrollHeight; };

const fresh = Object.assign(document.createElement('button'), { type: 'button', className: 'talk-new', textContent: words.new, hidden: true });
talk.append(fresh);
fresh.addEventListener('click', () => { toEnd(); fresh.hidden = true; });
talk.addEventListener('scroll', () => { if (atEnd()) fresh.hidden = true; }, { passive: true });

/** Whether a node may be replaced without anybody losing what they do there. */
function quiet(node) {
  const selection = getSelection();
  return !node.contains(document.activeElement) && !node.querySelector('details[open]')
    && (selection.isCollapsed || !selection.containsNode(node, true));
}

/** Puts the page's own part in place of ours, if it is another. */
function replace(id, doc, force = false) {
  const [old, other] = [byId(id), doc.getElementById(id)];
  if (!old || !other || old.isEqualNode(other)) return;
  if (!force && !quiet(old)) return;
  old.replaceWith(document.adoptNode(other));
}

/** Puts in lines that are new or different. Those of earlier pages stay. */
function patchLines(doc) {
  const stay = atEnd();
  let came = false;
  for (const line of [...doc.querySelectorAll('#lines > li')]) {
    const old = byId(line.id);
    if (old?.isEqualNode(line)) continue;
    if (old && !quiet(old)) continue;
    const node = document.adoptNode(line);
    if (old) old.replaceWith(node);
    else {
      lines.append(node);
      came ||= !node.classList.contains('ours');
    }
  }
  doc.querySelector('#talk .empty') || talk.querySelector('.empty')?.remove();
  if (stay) toEnd();
  else if (came) fresh.hidden = false;
}

/** Takes in a page of this ticket. @param {Document} doc @param {boolean} [ours] it answers what the reader did */
function patch(doc, ours = false) {
  if (!doc.getElementById('ticket')) return;
  replace('ticket-head', doc, ours);
  patchLines(doc);
  replace('card', doc);
  patchComposer(doc, ours);
  leaving();
  present();
}

// What is written. Until the service has it, it is kept in this tab, which forgets it
// with the logout.

const localKey = `draft.${user}.${ticket}`;
const local = {
  get() {
    try {
      return JSON.parse(sessionStorage.getItem(localKey));
    } catch { // nothing may be kept here
      return null;
    }
  },
  set(value) {
    try {
      if (value) sessionStorage.setItem(localKey, JSON.stringify(value));
      else sessionStorage.removeItem(localKey);
    } catch { /* the service has it soon */ }
  },
};

const field = () => byId('text');
const hidden = (name) => document.querySelector(`#reply [name=${name}]`);
let saved = field()?.value ?? ''; // as the service has it
let going = null; // what was pressed to be sent: a page that tells of it may come before its answer
let timer = 0;
let keeping = null; // what is on its way to be kept

const say = (text) => { const place = byId('saved'); if (place && place.textContent !== text) place.textContent = text; };

function patchComposer(doc, ours) {
  const [old, other] = [byId('composer'), doc.getElementById('composer')];
  if ('mine' in old.dataset !== 'mine' in other.dataset) {
    const typed = field()?.value;
    keepLast(); // it was taken away while one typed
    old.replaceWith(document.adoptNode(other));
    dress();
    if (field() && typed && typed !== saved) field().value = typed;
    saved = other.querySelector('textarea')?.defaultValue ?? '';
    return;
  }
  if (!('mine' in old.dataset)) {
    replace('composer', doc);
    return;
  }
  const area = field();
  const theirs = other.querySelector('#text');
  const key = other.querySelector('[name=key]').value;
  if (hidden('key').value !== key) { // it has been sent, here or in another tab
    hidden('key').value = key;
    local.set(null);
    if (area.value === saved || area.value === going) area.value = theirs.value;
    saved = theirs.value;
    going = null;
    if (area.value !== saved) typed(); // begun while the other was on its way
  } else if (ours || area.value === saved && document.activeElement !== area) {
    area.value = ours && area.value ? area.value : theirs.value;
    saved = theirs.value;
  }
  if (ours) {
    hidden('seen').value = other.querySelector('[name=seen]').value;
    replace('confirm', doc, true);
    replace('composer-notes', doc, true);
    byId('send').disabled = other.querySelector('#send').disabled;
  } else {
    if (atEnd() && document.visibilityState === 'visible') hidden('seen').value = other.querySelector('[name=seen]').value;
    if (!byId('preview') && !byId('fault')) replace('composer-notes', doc);
  }
  for (const one of document.querySelectorAll('#reply [type=hidden][name=file]')) one.remove();
  for (const one of other.querySelectorAll('#reply [type=hidden][name=file]')) byId('reply').prepend(document.adoptNode(one));
  replace('attached', doc, true);
  if (area.value !== saved && !timer) timer = setTimeout(save, 300); // typed while a file went up
}

/** What the form would send. */
const written = (form) => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string'));

function save() {
  clearTimeout(timer);
  timer = 0;
  const form = byId('reply');
  if (!form || keeping || going !== null || live.ended()) return; // sent, it is no draft any more
  const text = field().value;
  if (text === saved && form.dataset.markup === String(byId('markup').checked)) return;
  keeping = keep(form, text).finally(() => {
    keeping = null;
    saveSoon(700);
  });
}

function saveSoon(ms) {
  if (field() && field().value !== saved && !timer) timer = setTimeout(save, ms);
}

async function keep(form, text) {
  say(words.saving);
  try {
    const answer = await ask('POST', `${here}/draft`, { body: written(form), headers: { Accept: 'application/json' } });
    if (answer.redirected) {
      live.end(); // it is kept in this tab
      say('');
      return;
    }
    saved = text;
    form.dataset.markup = String(byId('markup').checked);
    say(words.saved);
    if (field().value === text) local.set(null);
  } catch (refusal) {
    say(words.unsaved);
    if (refusal.status === 409) refresh();
    else timer = setTimeout(save, 3000);
  }
}

let told = 0;
function typed() {
  local.set({ text: field().value, key: hidden('key').value });
  if (!timer) timer = setTimeout(save, 900);
  if (Date.now() - told < 4000) return;
  told = Date.now();
  live.present(ticket, 'types');
  fetch(`${here}/typing`, { method: 'POST', headers: { Accept: 'application/json' } }).catch(() => {}); // nothing depends on it
}

/** Has the service keep what it does not have yet: the form goes. */
function keepLast() {
  const form = byId('reply');
  if (form && field().value !== saved && field().value !== going) {
    fetch(`${here}/draft`, { method: 'POST', keepalive: true, body: written(form), headers: { Accept: 'application/json' } }).catch(() => {});
  }
}

addEventListener('pagehide', () => {
  keepLast();
  live.present(ticket, 'leaves');
});

/** Gives the composer what only works here. */
function dress() {
  const area = field();
  if (!area) return;
  byId('reply').dataset.markup = String(byId('markup').checked);
  document.querySelector('.format').hidden = false;
  area.addEventListener('input', typed);
  byId('markup').addEventListener('change', () => { if (!timer) timer = setTimeout(save, 300); });
  const kept = local.get();
  if (kept?.text && kept.key === hidden('key').value && kept.text !== area.value) {
    area.value = kept.text;
    timer = setTimeout(save, 300);
  }
}

document.addEventListener('click', ({ target }) => {
  const { wrap } = target.closest?.('[data-wrap]')?.dataset ?? {};
  if (!wrap) return;
  const area = field();
  const { selectionStart: from, selectionEnd: to, value } = area;
  area.setRangeText(wrap + value.slice(from, to) + wrap, from, to, 'end');
  if (from === to) area.setSelectionRange(from + wrap.length, from + wrap.length);
  byId('markup').checked = true;
  area.focus();
  typed();
});

document.addEventListener('change', ({ target }) => {
  if (target.id === 'file' && target.files.length) target.form.requestSubmit();
});

// What is done is done here, by the page's own forms; without this they lead to it.

let last = Promise.resolve(); // one goes after the other: each with what the one before left
const underway = new Set();

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.action.includes(`${here}/`)) return;
  event.preventDefault();
  const button = event.submitter;
  const one = `${form.action} ${button?.value ?? ''}`;
  if (underway.has(one)) return;
  underway.add(one);
  if (button) button.disabled = true;
  last = last.then(() => send(form, button)).finally(() => {
    underway.delete(one);
    if (button?.isConnected) button.disabled = false;
  });
}, true);

async function send(form, button) {
  if (form.id === 'reply' && !button?.value) going = field()?.value;
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  const body = form.enctype === 'multipart/form-data' ? data : new URLSearchParams([...data].filter(([, value]) => typeof value === 'string'));
  clearTimeout(timer);
  timer = 0;
  await keeping; // it belongs to the draft that this may end
  try {
    const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'text/html', 'Accept-Language': document.documentElement.lang } });
    const doc = parsed(await answer.text());
    acts++;
    if (doc.getElementById('ticket')?.dataset.ticket === ticket) patch(doc, true);
    else if (answer.redirected && answer.url.includes('/console/login')) live.end(); // what is written stays in sight, and in this tab
    else if (answer.redirected) location.assign(answer.url);
    else show(doc);
    if (form.id === 'attach') form.reset();
    if (form.id === 'reply' && answer.ok) toEnd();
  } catch {
    notice(words.away);
  } finally {
    if (form.id === 'reply') going = null;
    saveSoon(300);
  }
}

/** Shows what a page of an error says, and how things stand. */
function show(doc) {
  notice([...doc.querySelectorAll('main h1, main p')].map((node) => node.textContent.trim()).filter(Boolean).join(' '));
  refresh();
}

function notice(text) {
  byId('fault')?.remove();
  byId('composer-notes').append(Object.assign(document.createElement('p'), { id: 'fault', className: 'notice waiting', role: 'alert', textContent: text }));
}

// What becomes different elsewhere.

let asking = false;
let more = false;
let acts = 0; // of the reader, as far as they were answered

async function refresh() {
  if (asking) {
    more = true;
    return;
  }
  asking = true;
  const before = acts;
  try {
    const answer = await ask('GET', here, { headers: { Accept: 'text/html' } });
    const doc = parsed(await answer.text());
    if (before !== acts) more = true; // it may not know of what was done meanwhile
    else if (!answer.redirected) patch(doc);
  } catch ({ status }) { // what has come must not wait for what comes next
    if (status !== 401 && status !== 403 && status !== 404) setTimeout(refresh, 2000);
  } finally {
    asking = false;
  }
  if (more) {
    more = false;
    refresh();
  }
}

live.on('desk', ({ rows = [] }) => {
  const ours = rows.find(({ id }) => id === ticket);
  if (ours && ours.revision > Number(byId('ticket-head').dataset.revision)) refresh();
});
live.on('again', refresh);

/** @type {{user: string, name: string, types?: boolean}[]} */
let who = [];
live.on('presence', ({ all, tickets }) => {
  if (all) who = [];
  who = tickets[ticket] ?? who;
  present();
});

function present() {
  const place = byId('present');
  const text = who.filter((one) => one.user !== user).map(({ name, types }) => (types ? words.types : words.looks).replace('#', name)).join(', ');
  if (place && place.textContent !== text) place.textContent = text;
}

live.present(ticket, 'looks');
setInterval(() => { if (live.attended()) live.present(ticket, 'looks'); }, 15_000);
document.addEventListener('visibilitychange', () => live.present(ticket, document.visibilityState === 'visible' ? 'looks' : 'leaves'));

// Words that can be taken back.

let leave = 0;
function leaving() {
  clearTimeout(leave);
  let open = false;
  for (const line of document.querySelectorAll('[data-leaves]')) {
    const seconds = Math.ceil((Number(line.dataset.leaves) - Date.now()) / 1000);
    const form = line.querySelector('.undo');
    if (!form) continue;
    if (seconds <= 0) {
      form.remove();
      setTimeout(refresh, 1500);
      continue;
    }
    open = true;
    form.querySelector('[data-left]').textContent = words.left.replace('#', String(seconds));
  }
  if (open) leave = setTimeout(leaving, 250);
}

// Earlier lines, as one scrolls.

let reading = false;
async function earlier(link) {
  if (reading) return;
  reading = true;
  const text = await wholePage(link.href);
  if (text !== null) {
    const doc = parsed(text);
    const height = talk.scrollHeight;
    lines.prepend(...[...doc.querySelectorAll('#lines > li')].filter(({ id }) => !byId(id)).map((node) => document.adoptNode(node)));
    const next = doc.getElementById('earlier');
    if (next) link.href = next.getAttribute('href');
    else link.closest('p').remove();
    talk.scrollTop += talk.scrollHeight - height;
  }
  reading = false;
}

const sight = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) if (isIntersecting) earlier(target);
}, { root: talk, rootMargin: '200px' });

// The card, where there is no room beside the talk.

document.addEventListener('click', ({ target }) => {
  const way = target.closest?.('[data-card]');
  if (way) way.ariaExpanded = String(way.ariaExpanded !== 'true');
});

// Keys.

const openMenu = (id) => {
  const menu = byId(id);
  if (!menu) return;
  menu.open = true;
  menu.querySelector('button').focus();
};
on('KeyR', () => field()?.focus());
on('KeyT', () => (byId('take') ? byId('take').requestSubmit() : openMenu('over')));
on('KeyE', () => openMenu('close'));
on('KeyU', () => document.querySelector('.undo button')?.click());
on('KeyQ', () => location.assign('/console/desk'));
addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target === field() && !event.isComposing) {
    event.preventDefault();
    if (!byId('send').disabled) byId('reply').requestSubmit(byId('send'));
  } else if (event.key === 'Escape' && writes(event.target)) {
    event.target.blur();
  }
});

dress();
leaving();
if (!('part' in words)) toEnd();
if (byId('earlier')) sight.observe(byId('earlier'));
