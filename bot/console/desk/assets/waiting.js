/** The lists of the desk: rows that keep themselves true, and never move under the reader. */

import { wholePage } from './net.js';
import { on as key } from './keys.js';
import * as live from './live.js';

const list = document.getElementById('queue');
const news = document.getElementById('news');
const empty = document.getElementById('empty');
const { list: tab, user: me } = list.dataset;
/** The ticket whose talk stands beside the list. */
const open = document.getElementById('ticket')?.dataset.ticket;
const rows = () => [...list.querySelectorAll('.queue-row')];
const rowOf = (ticket) => document.getElementById(`ticket-${ticket}`);

/** Reads rows out of a page or a part of one. @param {string} html @returns {Document} */
const parsed = (html) => new DOMParser().parseFromString(html, 'text/html');

// Which rows belong here, and where.

const taken = (d) => d.state === 'taken';
const belongs = {
  waiting: (d) => d.state === 'waiting' && d.turn === 'ours',
  mine: (d) => taken(d) && d.holder === me,
  theirs: (d) => d.state !== 'closed' && d.turn === 'theirs',
  open: (d) => d.state !== 'closed',
  closed: (d) => d.state === 'closed',
}[tab];

/** Whether one row stands before another. */
function precedes(a, b) {
  if (tab === 'closed') return a.closed !== b.closed ? a.closed > b.closed : a.ticket > b.ticket;
  if (tab === 'mine' && a.turn !== b.turn) return a.turn < b.turn;
  const [one, other] = [Number(a.at), Number(b.at)];
  return one !== other ? one < other : a.ticket < b.ticket;
}

/** Whether rows below those shown have not been asked for. */
const unfinished = () => Boolean(document.getElementById('more'));

/** Where the rows end that were asked for: whatever stands after it comes with those that follow. */
let edge = { ...rows().at(-1)?.dataset };

// What is different waits while somebody reads: it is put in when they leave.

/** @type {Map<string, Element | null>} the newest row of a ticket; null for none */
const pending = new Map();

/** Whether pointer or focus is in the list. */
const engaged = () => list.matches(':hover') && matchMedia('(hover: hover)').matches || list.contains(document.activeElement);

/** Whether the row may be changed where it is without anybody noticing more than that. */
function quiet(row) {
  const selection = getSelection();
  return !row.contains(document.activeElement) && (selection.isCollapsed || !selection.containsNode(row, true));
}

function put(ticket, fresh) {
  const old = rowOf(ticket);
  if (!fresh || !belongs(fresh.dataset)) {
    old?.remove();
    return;
  }
  const had = old?.contains(document.activeElement);
  old?.remove();
  const next = rows().find((row) => precedes(fresh.dataset, row.dataset));
  if (!next && unfinished() && precedes(edge, fresh.dataset)) return; // it comes with the rows that follow
  list.insertBefore(fresh, next ?? null);
  if (had) fresh.querySelector('a').focus({ preventScroll: true });
}

/** Puts in what waited. */
function settle() {
  for (const [ticket, row] of pending) put(ticket, row);
  pending.clear();
  finish();
}

/** Takes in a row; true when it stands where it stood. */
function take(ticket, fresh) {
  const old = rowOf(ticket);
  if (fresh && old && belongs(fresh.dataset) && quiet(old) && !precedes(fresh.dataset, old.dataset) && !precedes(old.dataset, fresh.dataset)) {
    old.replaceWith(fresh);
    pending.delete(ticket);
    return;
  }
  if (!old && !(fresh && belongs(fresh.dataset))) {
    pending.delete(ticket);
    return;
  }
  pending.set(ticket, fresh);
}

live.on('desk', ({ rows: all = [], counts }) => {
  if (counts) count(counts);
  for (const { id, revision, html } of all) {
    const known = Number((pending.get(id) ?? rowOf(id))?.dataset.revision ?? 0);
    if (html && known >= revision) continue;
    const fresh = html ? document.adoptNode(parsed(html).querySelector('.queue-row')) : null;
    if (fresh) dress(fresh);
    take(id, fresh);
  }
  if (engaged()) tellNews();
  else settle();
});

live.on('again', async () => {
  const text = await wholePage(open ? `/console/desk?tab=${tab}` : location.href);
  if (text === null) return;
  const page = parsed(text);
  const there = [...page.querySelectorAll('#queue .queue-row')].map((row) => document.adoptNode(row));
  for (const row of rows()) if (!there.some((one) => one.id === row.id)) pending.set(row.dataset.ticket, null);
  for (const row of there) {
    dress(row);
    take(row.dataset.ticket, row);
  }
  edge = { ...there.at(-1)?.dataset };
  leadOn(page);
  if (engaged()) tellNews();
  else settle();
});

for (const event of ['pointerleave', 'focusout']) {
  list.addEventListener(event, () => setTimeout(() => { if (pending.size && !engaged()) settle(); }));
}
news.addEventListener('click', () => {
  settle();
  (rows()[0]?.querySelector('a') ?? news).focus({ preventScroll: true });
  list.scrollIntoView({ block: 'nearest' });
});

const plural = new Intl.PluralRules(document.documentElement.lang);

/** Says how many rows wait to be shown. */
function tellNews() {
  const fresh = [...pending].filter(([ticket, row]) => row && !rowOf(ticket)).length;
  const words = news.dataset[{ one: 'newsOne', few: 'newsFew' }[plural.select(fresh)] ?? 'newsMany'];
  news.textContent = fresh ? words.replace(/\d+/, String(fresh)) : news.dataset.moved;
  news.hidden = pending.size === 0;
  finish(false);
}

let stood = 0; // the open ticket, while it was in the list

function finish(clear = true) {
  const here = place();
  if (here >= 0) stood = here;
  if (clear) news.hidden = true;
  empty.hidden = rows().length > 0 || pending.size > 0;
  times();
}

/** Writes the numbers of the tabs. */
function count(counts) {
  const mine = counts.held?.[me] ?? { ours: 0, theirs: 0 };
  const numbers = { ...counts, mine: mine.ours + mine.theirs };
  for (const node of document.querySelectorAll('[data-count]')) {
    const n = numbers[node.dataset.count];
    const words = node.dataset.count === 'closed' && n >= 1000 ? `${n}+` : String(n);
    if (node.textContent !== words) node.textContent = words;
  }
}

// Who is where.

/** @type {Map<string, {user: string, name: string, types?: boolean}[]>} */
const there = new Map();

live.on('presence', ({ all, tickets }) => {
  if (all) there.clear();
  for (const [ticket, who] of Object.entries(tickets)) there.set(ticket, who);
  for (const row of rows()) dress(row);
});

/** Puts on a row what only this reader sees so: that it is theirs, and who else is there. */
function dress(row) {
  const { ticket, state, holder } = row.dataset;
  row.toggleAttribute('data-mine', state === 'taken' && holder === me);
  const way = row.querySelector('a');
  way.search = `?tab=${tab}`;
  if (ticket === open) way.setAttribute('aria-current', 'page');
  const others = (there.get(ticket) ?? []).filter(({ user, types }) => user !== me && (types || user !== holder));
  const spot = row.querySelector('[data-present]');
  const words = others.map(({ name, types }) => (types ? list.dataset.types : list.dataset.looks).replace('#', name)).join(', ');
  if (spot.textContent !== words) spot.textContent = words;
  spot.toggleAttribute('data-types', others.some(({ types }) => types));
}

// How long they wait.

function waited(ms) {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  const { less, minutes: some, hours: whole, both } = list.dataset;
  if (minutes < 1) return less;
  if (hours < 1) return some.replace('#', String(minutes));
  if (minutes % 60 === 0) return whole.replace('#', String(hours));
  return both.replace('##', String(minutes % 60)).replace('#', String(hours));
}

function times() {
  for (const row of rows()) {
    const time = row.querySelector('.queue-wait time');
    const ms = Date.now() - Number(row.dataset.at);
    if (!time || row.dataset.state === 'closed' || ms >= 86_400_000) continue; // days are the service's words
    const words = waited(ms);
    if (time.textContent !== words) time.textContent = words;
  }
}

setInterval(times, 15_000);
rows().forEach(dress);

// More rows as one scrolls; without this the link leads to them.

let asking = false;

async function more(link) {
  if (asking) return;
  asking = true;
  const text = await wholePage(link.href);
  asking = false;
  if (text === null) return;
  const page = parsed(text);
  for (const row of page.querySelectorAll('#queue .queue-row')) {
    if (rowOf(row.dataset.ticket)) continue;
    list.append(document.adoptNode(row));
    dress(row);
  }
  edge = { ...rows().at(-1)?.dataset };
  leadOn(page);
  times();
}

/** Takes over where the page says that more rows are. */
function leadOn(page) {
  const old = document.getElementById('more')?.closest('p');
  const next = page.getElementById('more')?.closest('p');
  old?.remove();
  if (next) list.after(document.adoptNode(next));
  watch();
}

const sight = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) if (isIntersecting) more(target);
}, { rootMargin: '400px' });

function watch() {
  sight.disconnect();
  const link = document.getElementById('more');
  if (link) sight.observe(link);
}

watch();

// The question about the sound, on the first press.

const question = document.getElementById('sound');

function askOnce() {
  if (live.soundUnknown()) question.hidden = false;
}

addEventListener('pointerdown', askOnce, { once: true });
addEventListener('keydown', askOnce, { once: true });
question.addEventListener('click', ({ target }) => {
  const { sound } = target.closest('[data-sound]')?.dataset ?? {};
  if (!sound) return;
  live.chooseSound(sound);
  question.hidden = true;
});

// Keys, by where they are: on a Ukrainian layout the letters are others.

function step(by) {
  const links = rows().map((row) => row.querySelector('a'));
  const here = links.indexOf(document.activeElement);
  links[Math.min(Math.max(here + by, 0), links.length - 1)]?.focus();
}

/** Where the open ticket stands in the list; -1 for nowhere. */
const place = () => rows().findIndex((row) => row.dataset.ticket === open);

/** Opens the ticket before or after the open one, or where that stood before it left the list. */
function walk(by) {
  const here = place();
  rows()[here < 0 ? stood + Math.min(by, 0) : here + by]?.querySelector('a').click();
}

const next = open ? walk : step;
key('KeyJ', () => next(1));
key('KeyK', () => next(-1));
key('KeyN', () => document.getElementById('next').requestSubmit());
if (open) {
  stood = Math.max(place(), 0);
  rows()[place()]?.scrollIntoView({ block: 'nearest' });
} else {
  key('KeyT', () => {
    const row = document.activeElement?.closest('.queue-row');
    if (row?.dataset.state !== 'waiting') return;
    const form = Object.assign(document.createElement('form'), { method: 'post', action: `/console/desk/${row.dataset.ticket}/take`, hidden: true });
    document.body.append(form);
    form.submit();
  });
}
document.querySelectorAll('.tabs a').forEach((way, i) => key(`Digit${i + 1}`, () => way.click()));
