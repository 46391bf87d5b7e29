/**
 * What the service says, as it says it. One tab listens for all tabs of this
 * browser, because a browser keeps few connections to one host.
 */

import * as store from './store.js';
import { doubling, pause } from './net.js';

/** Without a sign of life for so long the stream is taken for dead. */
const silence = 40_000;

/**
 * Listens for good, or until the service says "ended". Beside the service's events
 * there are "found" and "lost", of the stream itself.
 * @param {(signal: AbortSignal) => Promise<Response>} open asks for the stream, after what the page has
 * @param {(event: {type: string, data?: any}) => void} take
 * @param {number} most milliseconds between two tries
 * @returns {{tell: (event: object) => void}} tells the other tabs something
 */
export function listen(open, take, most = 15_000) {
  let over = false;
  const hear = (event) => {
    over ||= event.type === 'ended';
    take(event);
  };
  const others = store.tabs();
  if (others) others.onmessage = ({ data }) => hear(data);
  const tell = (event) => {
    hear(event);
    others?.postMessage(event);
  };
  store.alone('stream', async () => {
    for (const rests = doubling(500, most); !over;) {
      const began = Date.now();
      try {
        await follow(open, tell, () => rests.reset());
      } catch (refusal) {
        tell({ type: 'lost', data: rests.tries, status: refusal.status });
        if (refusal.wait) await pause(refusal.wait * 1000);
      }
      if (over) return;
      await pause(rests.next() * (0.5 + Math.random() / 2)); // many pages lose theirs together
      if (Date.now() - began > 60_000) rests.reset();
    }
  });
  return { tell: (event) => others?.postMessage(event) };
}

/** Follows one stream to its end. */
async function follow(open, tell, begun) {
  const end = new AbortController();
  let watch;
  const alive = () => {
    clearTimeout(watch);
    watch = setTimeout(() => end.abort(), silence);
  };
  const dead = () => end.abort();
  addEventListener('offline', dead);
  try {
    alive();
    const answer = await open(end.signal);
    begun();
    tell({ type: 'found' });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ''; ;) {
      const { value, done } = await reader.read();
      if (done) return;
      alive();
      const events = (rest + value).split('\n\n');
      rest = events.pop();
      for (const event of events) pass(event, tell);
    }
  } finally {
    clearTimeout(watch);
    removeEventListener('offline', dead);
    end.abort();
  }
}

/** Passes one event of the stream on. */
function pass(text, tell) {
  const fields = {};
  for (const row of text.split('\n')) {
    const at = row.indexOf(':');
    if (at > 0) fields[row.slice(0, at)] = row.slice(at + 1).trimStart();
  }
  if (fields.event) tell({ type: fields.event, data: JSON.parse(fields.data) });
}
