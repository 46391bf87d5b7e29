/** The page of the web chat: who hears what from whom. */

import * as frame from './frame.js';
import * as queue from './queue.js';
import * as store from './store.js';
import * as thread from './thread.js';
import { chooses } from './draw.js';
import { doubling, now } from './net.js';
import { language, nameOf, say, speak, word } from './say.js';
import { listen } from './stream.js';
import { askAs, call, token } from './visitor.js';

const $ = (id) => document.getElementById(id);
const html = document.documentElement;
const longest = 10_000; // characters
const largest = 10 * 1024 * 1024; // bytes

/** How far lines have been told of, as the service knows it. */
const marks = { delivered: 0, seen: 0 };
const files = new Map(); // not sent yet, by id
let tabs = { tell() {} };

// What stands under the thread: a word of ours, or of the service.

let standing = '';

function status(key, text = say(key)) {
  standing = key;
  const node = $('status');
  delete node.dataset.word;
  if (text && text === say(key)) node.dataset.word = key;
  if (node.textContent !== text) node.textContent = text;
}

const calm = (...keys) => { if (keys.includes(standing)) status('', ''); };

// What comes.

let held = 0; // the line whose button was pressed last

function take({ type, data }) {
  switch (type) {
    case 'line':
      line(data);
      break;
    case 'typing':
      writing('writes', 6000);
      break;
    case 'found':
      calm('offline');
      break;
    case 'lost':
      if (!navigator.onLine || data > 2) status('offline'); // not for a moment's break
      break;
    case 'sent':
      settled(data, 'sent');
      break;
    case 'seen':
      marks.seen = Math.max(marks.seen, data);
      count();
      break;
  }
}

function line(one, earlier) {
  const fresh = thread.show(one, press, earlier);
  if (one.out) {
    if (fresh && !earlier) {
      quiet();
      thread.hold(held, false);
      tell();
    }
  } else if (!queue.waits(one.id)) {
    thread.state(one.id, 'sent');
  }
}

let timer;

/** Shows that an answer is being written, for a while. */
function writing(key, ms) {
  clearTimeout(timer);
  if (key) word($('writes'), key);
  else $('writes').textContent = '';
  $('typing').hidden = false;
  timer = setTimeout(quiet, ms);
}

function quiet() {
  clearTimeout(timer);
  $('typing').hidden = true;
}

// What the visitor does.

function press(of, button) {
  if (button.word) {
    write(button.label);
    return;
  }
  if (chooses(button)) inLanguage(chooses(button));
  thread.hold(of.seq, true);
  held = of.seq;
  setTimeout(() => thread.hold(of.seq, false), 3000); // nobody answers: it may be pressed again
  const { screen } = of.body;
  put({ kind: 'press', press: { line: of.seq, screen, action: button.action, label: button.label } });
}

const write = (text) => put({ kind: 'text', text });

function put(item) {
  const added = queue.add(item);
  thread.own(added.id, added, { at: now() });
  if (added.kind !== 'start') thread.state(added.id, queue.isStuck() ? 'waiting' : 'sending');
}

function settled(item, state, refusal) {
  const ways = {};
  if (state === 'failed') {
    ways.again = () => queue.retry(item.id);
    ways.drop = () => { queue.drop(item.id); thread.forget(item.id); };
    thread.hold(item.press?.line, false);
    status('failed', refusal.detail || say('failed'));
  }
  if (state === 'waiting') status(refusal.status ? 'busy' : 'offline', refusal.status ? refusal.detail : say('offline'));
  if (state === 'sent') calm('offline', 'busy', 'failed', 'long');
  thread.state(item.id, state, ways);
}

queue.onSend(async (item) => {
  const { seq } = await call('POST', '/chat/messages', {
    body: JSON.stringify({ ...item, at: Math.round(now()), locale: language() }),
  });
  return { seq };
});

queue.onState((item, state, refusal) => {
  if (item.seq) thread.own(item.id, item, { seq: item.seq, at: item.seq / 1000 });
  settled(item, state, refusal);
  if (state === 'sent') {
    tabs.tell({ type: 'sent', data: item });
    if (answered(item)) return;
    clearTimeout(timer);
    timer = setTimeout(() => { if (!answered(item)) writing('', 8000); }, 600);
  }
});

/** Tells whether the service has said something since: the stream may be faster than what tells the number. */
const answered = (item) => thread.heardAfter(item.seq).length > 0;

let uploads = Promise.resolve();

/** Sends a file, and then the message that carries it. */
function attach(file) {
  if (file.size === 0 || file.size > largest) {
    status(file.size ? 'file_large' : 'file_empty');
    return;
  }
  const id = store.newID();
  const about = { id, name: file.name || 'file', type: file.type, size: file.size };
  thread.own(id, { kind: 'file', file: about }, { at: now(), blob: file });
  files.set(id, file);
  uploads = uploads.then(() => upload(id)); // one after another, in their order
}

addEventListener('undelivered', ({ detail: refusal }) => {
  status(refusal.status ? 'busy' : 'download_failed', refusal.detail || say('download_failed'));
});

async function upload(id) {
  const file = files.get(id);
  thread.state(id, 'sending');
  try {
    const path = `/chat/files?id=${id}&name=${encodeURIComponent(file.name || 'file')}`;
    const kept = await call('POST', path, { body: file, seconds: 340 }); // at the slowest pace that the service waits for
    files.delete(id);
    calm('file_failed', 'file_large', 'file_empty', 'busy');
    queue.add({ id, kind: 'file', file: kept });
  } catch (refusal) {
    status(refusal.status ? 'busy' : 'file_failed', refusal.detail || say('file_failed'));
    thread.state(id, 'failed', {
      again: () => upload(id),
      drop: () => { files.delete(id); thread.forget(id); },
    });
  }
}

// What the service is told: which lines are here, and which were seen.

let telling;
let sighted = 0; // the last line that was before the visitor's eyes, even if the chat is shut by now

function tell() {
  if (frame.visible()) sighted = thread.heardAfter(marks.seen).at(-1) ?? sighted;
  count();
  clearTimeout(telling);
  telling = setTimeout(report, 200);
}

async function report() {
  const delivered = thread.heardAfter(marks.delivered).slice(0, 100);
  const seen = sighted > marks.seen ? sighted : 0;
  if (!delivered.length && !seen) return;
  const far = Math.max(delivered.at(-1) ?? 0, seen);
  try {
    await call('POST', '/chat/messages', {
      body: JSON.stringify({ id: `r-${far}-${seen}`, kind: 'receipt', at: Math.round(now()), delivered, seen }),
    });
  } catch {
    return; // with the next line, or the next look
  }
  marks.delivered = Math.max(marks.delivered, far);
  marks.seen = Math.max(marks.seen, seen);
  if (seen) tabs.tell({ type: 'seen', data: seen });
  tell();
}

/** Counts what was not seen, in the title and for the widget. */
function count() {
  const unread = frame.visible() ? 0 : thread.heardAfter(Math.max(marks.seen, sighted)).length;
  document.title = unread ? `(${unread}) ${say('title')}` : say('title');
  frame.tell('unread', { count: unread });
}

// The page.

/** Gets the end of the thread, or what stood before it. */
async function fetchLines(before) {
  const page = await call('GET', `/chat/thread${before ? `?before=${before}` : ''}`);
  marks.delivered = Math.max(marks.delivered, page.delivered);
  marks.seen = Math.max(marks.seen, page.seen);
  if (before || thread.empty()) $('earlier').hidden = !page.more;
  for (const one of before ? page.lines.reverse() : page.lines) line(one, Boolean(before));
}

async function begin() {
  speak();
  $('write').hidden = false;
  for (const rests = doubling(500, 15_000); ;) {
    try {
      await token();
      await fetchLines();
      break;
    } catch (refusal) {
      status(refusal.status ? 'busy' : 'offline', refusal.detail || say('offline'));
      await new Promise((resume) => setTimeout(resume, Math.max(rests.next(), refusal.wait * 1000)));
    }
  }
  calm('offline', 'busy');
  for (const item of queue.waiting()) {
    thread.own(item.id, item, { at: item.written });
    thread.state(item.id, item.failed ? 'failed' : 'waiting', item.failed ? {
      again: () => queue.retry(item.id),
      drop: () => { queue.drop(item.id); thread.forget(item.id); },
    } : {});
  }
  start();
  thread.end();
  tabs = listen((signal) => askAs('GET', `/chat/stream?after=${thread.last()}`, { signal, seconds: 0 }), take);
  queue.send();
  tell();
  html.dataset.ready = 'yes';
}

/** Opens the conversation of a stranger, and what a link leads to. */
function start() {
  const asked = new URLSearchParams(location.search).get('start') ?? '';
  const payload = /^[\w-]{1,64}$/.test(asked) ? asked : ''; // the service takes no other
  const fresh = thread.empty() && queue.waiting().length === 0;
  if (fresh || payload && payload !== store.get('start')) {
    store.set('start', payload);
    put({ kind: 'start', text: payload || undefined });
  }
}

$('write').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = $('text');
  const text = field.value.trim();
  if (!text) return;
  if ([...text].length > longest) {
    status('long');
    return;
  }
  calm('long');
  write(text);
  field.value = '';
  fit();
  field.focus();
});

/** Makes the field as high as what is written, within what the stylesheet allows. */
function fit() {
  const field = $('text');
  field.rows = Math.min(6, Math.max(1, field.value.split('\n').length, Math.ceil(field.value.length / 34)));
}

$('text').addEventListener('input', fit);
let entering = false;
$('text').addEventListener('keydown', (event) => {
  entering = event.key === 'Enter' && !event.shiftKey && !event.isComposing;
  if (entering) {
    event.preventDefault();
    $('write').requestSubmit();
  }
});
$('text').addEventListener('beforeinput', (event) => { // some keyboards write the line break all the same
  if (entering && event.inputType === 'insertLineBreak') event.preventDefault();
});
$('text').addEventListener('paste', (event) => {
  const pasted = [...event.clipboardData.files];
  if (pasted.length) event.preventDefault();
  pasted.forEach(attach);
});
$('file').addEventListener('change', () => {
  [...$('file').files].forEach(attach);
  $('file').value = '';
});
$('earlier').addEventListener('click', () => fetchLines(thread.first()).catch(() => status('offline')));

/** Keeps the page in the language that was chosen. */
function inLanguage(code) {
  store.set('language', code);
  speak(code);
  count();
}

for (const code of ['uk', 'ru']) {
  $(`language-${code}`).addEventListener('click', () => {
    if (language() === code) return;
    inLanguage(code);
    write(nameOf(code)); // the bot changes with the page
  });
}

if (html.dataset.join) {
  $('join').hidden = false;
  $('join').addEventListener('click', async () => {
    try {
      const { url } = await call('POST', '/chat/join');
      const way = Object.assign(document.createElement('a'), { href: url, target: '_blank', rel: 'noopener noreferrer' });
      if (!['http:', 'https:'].includes(way.protocol)) throw new Error('no address to open');
      word(way, 'join_ready');
      status('', '');
      $('status').append(way); // where a second window may not be opened by itself
      window.open(way.href, '_blank', 'noopener');
    } catch (refusal) {
      status('join_failed', refusal.detail || say('join_failed'));
    }
  });
}

addEventListener('offline', () => status('offline'));
addEventListener('online', () => { calm('offline'); queue.send(); tell(); });
addEventListener('visnyk-stranger', () => location.reload());
frame.onSight(() => {
  fetchLines().then(tell, tell);
  queue.send();
});

begin();
