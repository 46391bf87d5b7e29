/**
 * What becomes different, for all pages of the console: one stream for a browser,
 * however many tabs. Here stand the numbers in the title, on the tab and in the
 * navigation, the sound, and the bar that says whether the page is up to date.
 */

import { ask, read } from './net.js';
import { listen } from './stream.js';

const html = document.documentElement;
const bar = document.getElementById('live');
const me = html.dataset.user ?? '';

/** The moment before which the page has heard everything, as the service counts. */
let at = Number(document.querySelector('[data-after]')?.dataset.after ?? 0);
let leads = false; // the stream is this tab's
let lost = false;
let over = false;

/** @type {Map<string, Set<(data: any) => void>>} */
const hearers = new Map();

/**
 * Hears events of a type: "desk" with rows and counts, "presence" with who is at
 * which ticket, "again" when the page should be asked for anew, "import" with the ids
 * of the imports that have come further, or with all, "ledger" likewise with those of
 * changes, "content" when what waits for an approval may be other, "broadcast" with the parts of a report that became other, by the id.
 * @param {string} type @param {(data: any) => void} f
 */
export function on(type, f) {
  if (!hearers.has(type)) hearers.set(type, new Set());
  hearers.get(type).add(f);
}

const pass = (type, data) => hearers.get(type)?.forEach((f) => f(data));

// The bar.

/** Says something in the bar; "" hides it. */
function say(words, kind = '') {
  if (!bar) return;
  bar.hidden = !words;
  bar.dataset.kind = kind;
  bar.firstElementChild.textContent = words;
  const way = bar.querySelector('a');
  way.hidden = kind !== 'ended';
  way.search = `?next=${encodeURIComponent(location.pathname + location.search)}`;
}

let calm;

/** @type {Record<string, (event: any) => void>} */
const takes = {
  found() {
    if (lost) {
      say(bar?.dataset.back, 'back');
      clearTimeout(calm);
      calm = setTimeout(() => say(''), 4000);
    }
    lost = false;
  },
  lost({ status, data }) {
    if (status === 401 || status === 403 || status === 404) return takes.ended({});
    if (data < 1 && navigator.onLine) return; // it often comes back at once
    lost = true;
    clearTimeout(calm);
    say(bar?.dataset.offline, 'offline');
  },
  ended({ data }) {
    over = true;
    clearTimeout(calm);
    say(data?.words ?? bar?.dataset.ended, 'ended');
  },
  desk({ data }) {
    at = Math.max(at, data.at);
    if (data.counts) count(data.counts);
    if (data.again) pass('again');
    pass('desk', data);
  },
  presence({ data }) { pass('presence', data); },
  import({ data }) { pass('import', data); },
  ledger({ data }) { pass('ledger', data); },
  content() { pass('content'); },
  numbers({ data }) { Object.entries(data).forEach(([id, n]) => show(id, n)); },
  broadcast({ data }) { pass('broadcast', data); },
};

const stream = listen(async (signal) => {
  leads = true;
  const answer = await ask('GET', `/console/live?after=${at}`, { signal, seconds: 0, headers: { Accept: 'text/event-stream' } });
  if (answer.redirected) throw Object.assign(new Error('signed out'), { status: 401 });
  return answer;
}, (event) => takes[event.type]?.(event), 3000);

/** Asks once for what was missed: of a tab that does not lead, or has slept. */
async function catchUp() {
  if (over || !document.getElementById('count-desk')) return; // whose page has no desk misses nothing
  let data;
  try {
    const answer = await ask('GET', `/console/live/news?after=${at}`, { headers: { Accept: 'application/json' } });
    if (!answer.redirected) data = await read(answer);
  } catch { /* the stream tells it, or the next look */ }
  if (data) takes.desk({ data });
}

setTimeout(() => { if (!leads) catchUp(); }, 300);
addEventListener('pageshow', (event) => { if (event.persisted) catchUp(); });

// A machine that slept has a stream that is dead and does not know it.
let tick = Date.now();
setInterval(() => {
  if (Date.now() - tick > 20_000) dispatchEvent(new Event('offline'));
  tick = Date.now();
}, 5000);

// Whether somebody is at the page: one that is hidden, or that nobody touches, is
// nobody's look, and colleagues are told that nobody sees who waits.

let touched = Date.now();
let said = Date.now(); // to ask for the page was a use of it

/** Whether the reader has done something here of late. */
export const attended = () => document.visibilityState === 'visible' && Date.now() - touched < 120_000;

function touch() {
  touched = Date.now();
  if (touched - said < 60_000 || over || document.visibilityState !== 'visible' || !document.getElementById('count-desk')) return;
  said = touched;
  fetch('/console/live/here', { method: 'POST', headers: { Accept: 'application/json' } }).catch(() => {}); // the next touch says it again
}

for (const event of ['pointermove', 'pointerdown', 'keydown', 'wheel']) addEventListener(event, touch, { passive: true });

/**
 * Tells what the reader does with a ticket: "looks", "types" or "leaves". It is kept
 * nowhere; whoever goes on says it again every 15 seconds.
 * @param {string} ticket @param {'looks' | 'types' | 'leaves'} what
 */
export function present(ticket, what) {
  if (over) return;
  fetch('/console/live/presence', {
    method: 'POST', keepalive: true, headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
    body: new URLSearchParams({ ticket, what }),
  }).catch(() => {}); // nothing depends on it
}

// The numbers.

const title = document.title;
const icon = document.querySelector('link[rel=icon]');
const calmIcon = icon?.href;
let before = null;

/** How many need somebody: those that wait, and mine in our turn. */
const needing = (counts) => counts.waiting + (counts.held?.[me]?.ours ?? 0);

/** Shows a number of the navigation, where the page has it. */
function show(id, n) {
  const number = document.getElementById(id);
  if (!number) return;
  number.textContent = n || '';
  number.hidden = !n;
}

function count(counts) {
  const n = needing(counts);
  document.title = n ? `(${n}) ${title}` : title;
  if (icon?.dataset.waiting) icon.href = n ? icon.dataset.waiting : calmIcon;
  show('count-desk', n);
  if (before !== null && n > before) ring();
  before = n;
}

// The sound: two short tones, made here. A browser allows it after a press only.

let audio = null;
let rang = 0;

/** Whether this person wants it: "on", "off", or "" when nobody has asked yet. */
const wanted = () => html.dataset.sound || '';

/** @param {'on' | 'off'} choice */
export function chooseSound(choice) {
  html.dataset.sound = choice;
  fetch('/console/profile/sound', { // it is the person's, in whatever browser
    method: 'POST', keepalive: true, headers: { Accept: 'application/json' }, body: new URLSearchParams({ sound: choice }),
  }).catch(() => {}); // on this page it holds all the same
  if (choice === 'on') {
    awake();
    play();
  }
}

/** Whether nobody has said yet. */
export const soundUnknown = () => wanted() === '';

function awake() {
  audio ??= typeof AudioContext === 'function' ? new AudioContext() : null;
  audio?.resume().catch(() => {});
}

for (const press of ['pointerdown', 'keydown']) {
  addEventListener(press, () => { if (wanted() === 'on') awake(); }, { passive: true });
}

/** Sounds once for a burst, in one tab of the browser. */
function ring() {
  if (wanted() !== 'on' || audio?.state !== 'running' || Date.now() - rang < 8000) return;
  rang = Date.now();
  if (!navigator.locks) return play();
  navigator.locks.request('visnyk-sound', { ifAvailable: true }, (lock) => {
    if (!lock) return null;
    play();
    return new Promise((done) => { setTimeout(done, 8000); });
  }).catch(() => {}); // a page that is being left sounds no more
}

function play() {
  if (!audio) return;
  [[0, 660], [0.16, 880]].forEach(([after, pitch]) => {
    const start = audio.currentTime + after;
    const tone = new OscillatorNode(audio, { frequency: pitch });
    const loud = new GainNode(audio, { gain: 0 });
    loud.gain.setValueAtTime(0, start);
    loud.gain.linearRampToValueAtTime(0.12, start + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.001, start + 0.3);
    tone.connect(loud).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.32);
  });
}

/** Says that the session is over: what a page sent was answered with the login. */
export const end = () => takes.ended({});
export const ended = () => over;

/** Tells the other tabs of this browser something of the page's own. */
export const tell = (event) => stream.tell(event);
