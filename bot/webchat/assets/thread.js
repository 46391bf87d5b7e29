/** The thread on the page: its bubbles, in the order of the lines. */

import * as draw from './draw.js';
import { clock, day, word } from './say.js';

const log = document.getElementById('thread');
const scroll = document.getElementById('scroll');
const bySeq = new Map();
const byID = new Map();

/** The numbers of the last line, and of the first. */
export const last = () => Math.max(0, ...bySeq.keys());
export const first = () => Math.min(...bySeq.keys());
export const empty = () => bySeq.size === 0;

/** The lines of the service after a number. @param {number} seq @returns {number[]} */
export function heardAfter(seq) {
  return [...bySeq].filter(([n, bubble]) => n > seq && bubble.classList.contains('theirs')).map(([n]) => n).sort((a, b) => a - b);
}

// The end stays in sight as long as the visitor has not scrolled away from it,
// also when a picture comes late or the window changes. What grows below leaves
// scrollTop alone, so only a way up is the visitor's.

let atEnd = true;
let top = 0; // where the last look at the scrolling found it
let news = null; // the last line of ours that came, until its end was shown on purpose

/** Shows the end. */
export function end() {
  news = null;
  atEnd = true;
  follow();
}

/** Shows the end, or the beginning of news that do not fit the window. */
function follow() {
  if (!atEnd) return;
  if (news && news.offsetHeight > scroll.clientHeight) {
    atEnd = false;
    scroll.scrollTop = news.offsetTop - scroll.offsetTop - 8;
    news = null;
  } else {
    scroll.scrollTop = scroll.scrollHeight;
  }
  top = scroll.scrollTop;
}

scroll.addEventListener('scroll', () => {
  if (scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80) atEnd = true;
  else if (scroll.scrollTop < top) atEnd = false;
  top = scroll.scrollTop;
}, { passive: true });

const growth = new ResizeObserver(follow);
for (const node of [log, scroll, document.getElementById('typing')]) growth.observe(node);

const place = (bubble) => Number(bubble.dataset.seq) || Infinity;

/** Puts a bubble where its number belongs; what has none yet stands at the end. */
function put(bubble, earlier) {
  const below = scroll.scrollHeight - scroll.scrollTop;
  const all = [...log.querySelectorAll('.bubble')].filter((one) => one !== bubble);
  const next = all.find((one) => place(one) > place(bubble)) ?? null;
  if (bubble.parentNode !== log || after(bubble) !== next) log.insertBefore(bubble, next);
  days();
  if (earlier) scroll.scrollTop = scroll.scrollHeight - below; // what one reads stays where it is
}

/** The bubble after another one; null for none. */
function after(bubble) {
  let node = bubble.nextElementSibling;
  while (node && !node.matches('.bubble')) node = node.nextElementSibling;
  return node;
}

/**
 * Writes the day over the first bubble of each; touches only what is not so. A
 * hidden bubble may stand between a day and its first one: the stream can be
 * faster than the answer that gives what was sent its number.
 */
function days() {
  let before = '';
  let title = null; // that stands over the next bubble
  for (const node of [...log.children]) {
    if (node.hidden) continue;
    if (node.matches('.day')) {
      title?.remove();
      title = node;
      continue;
    }
    const at = Number(node.dataset.at);
    const date = new Date(at).toDateString();
    if (date === before) {
      title?.remove();
    } else if (title?.dataset.date !== date) {
      title ??= log.insertBefore(draw.make('p', 'day'), node);
      Object.assign(title.dataset, { date, day: String(at) });
      title.textContent = day(at);
    }
    title = null;
    before = date;
  }
  title?.remove();
}

function bubble(mine, at, ...inside) {
  const node = draw.make('div', `bubble ${mine ? 'mine' : 'theirs'}`, draw.worded(mine ? 'you' : 'reply', 'sr'), ...inside);
  const time = draw.make('time', '', clock(at));
  time.dateTime = new Date(at).toISOString();
  node.append(draw.make('p', 'facts', time));
  node.dataset.at = String(at);
  return node;
}

/** Draws a line. @param {object} line @param {(line: object, button: object) => void} press @param {boolean} [earlier] */
export function show(line, press, earlier) {
  if (bySeq.has(line.seq)) return false;
  if (!line.out) return own(line.id, line.body, { seq: line.seq, at: line.seq / 1000, earlier });
  const { blocks, media, buttons } = line.body;
  const inside = draw.paragraphs(blocks);
  if (media) inside.unshift(draw.media(media));
  const node = bubble(false, line.seq / 1000, draw.make('div', 'said', ...inside));
  if (buttons) node.append(draw.buttons(buttons, (button) => press(line, button)));
  node.dataset.seq = String(line.seq);
  bySeq.set(line.seq, node);
  put(node, earlier);
  screens();
  if (!earlier) {
    news = node;
    follow();
  }
  return true;
}

/** Draws what the visitor did, or finds it; false where there is nothing to draw. */
export function own(id, { kind, text = '', press, file }, { seq, at, earlier, blob } = {}) {
  let node = byID.get(id);
  const known = Boolean(node);
  if (!node) {
    const said = draw.make('div', 'said');
    if (kind === 'press') said.append(draw.worded('pressed', 'sr'), press.label || '…');
    if (file) said.append(draw.file(file, blob));
    if (text && kind !== 'start') said.append(draw.make('p', '', text));
    node = bubble(true, at, said);
    node.hidden = kind === 'start';
    node.dataset.id = id;
    byID.set(id, node);
  }
  if (seq) {
    node.dataset.seq = String(seq);
    bySeq.set(seq, node);
  }
  put(node, earlier);
  if (!known && !seq) end();
  if (kind === 'press') mark(press);
  return !known;
}

/** Says under the visitor's own bubble how it stands. @param {string} state @param {Record<string, () => void>} [ways] what can be done */
export function state(id, state, ways = {}) {
  const facts = byID.get(id)?.querySelector('.facts');
  if (!facts) return;
  facts.querySelectorAll('.state, button').forEach((node) => node.remove());
  const node = draw.worded(state, 'state');
  node.dataset.state = state;
  facts.append(' ', node);
  for (const [key, act] of Object.entries(ways)) {
    const button = draw.make('button', 'quiet');
    button.type = 'button';
    word(button, key);
    button.addEventListener('click', act);
    facts.append(' ', button);
  }
}

/** Takes a bubble of the visitor away. @param {string} id */
export function forget(id) {
  byID.get(id)?.remove();
  byID.delete(id);
  days();
}

/** Marks the button that was pressed. */
function mark({ line, action }) {
  const button = bySeq.get(line)?.querySelector(`button[data-action="${CSS.escape(action)}"]`);
  if (button) button.setAttribute('aria-pressed', 'true');
}

/** The buttons of a screen; those whose action begins with "_" last. */
const ofScreen = 'button[data-action]:not([data-action^="_"])';

/** Lets only the last screen be pressed: older buttons do nothing any more, but for those that last. */
function screens() {
  const all = [...log.querySelectorAll('.buttons')].filter((box) => box.querySelector('button[data-action]'));
  const current = all.pop();
  for (const box of all) {
    const focused = box.contains(document.activeElement);
    box.classList.toggle('old', !box.querySelector('button[data-action^="_"]'));
    for (const button of box.querySelectorAll(ofScreen)) button.disabled = true;
    if (focused && document.activeElement?.matches(ofScreen)) current?.querySelector('button, a')?.focus({ preventScroll: true });
  }
}

/** Holds the buttons of a line back, or lets them go. @param {number} seq @param {boolean} held */
export function hold(seq, held) {
  for (const button of bySeq.get(seq)?.querySelectorAll('.buttons button') ?? []) button.setAttribute('aria-disabled', String(held));
}
