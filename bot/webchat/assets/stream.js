/**
 * What the service says, as it says it. One tab listens for all tabs of this
 * browser, because a browser keeps few connections to one host.
 */

import * as store from './store.js';
import { askAs, pause } from './net.js';

/** Without a sign of life for so long the stream is taken for dead. */
const silence = 40_000;

/**
 * Listens for good.
 * @param {() => number} after the number of the last line that the page has
 * @param {(event: {type: string, data?: any}) => void} take
 */
export function listen(after, take) {
  const others = store.tabs();
  if (others) others.onmessage = ({ data }) => take(data);
  const tell = (event) => {
    take(event);
    others?.postMessage(event);
  };
  store.alone('stream', async () => {
    for (let tries = 0; ;) {
      const began = Date.now();
      try {
        await follow(after(), tell, () => { tries = 0; });
      } catch (refusal) {
        tell({ type: 'lost', data: tries });
        if (refusal.wait) await pause(refusal.wait * 1000);
      }
      await pause(Math.min(500 * 2 ** tries++, 15_000) * (0.5 + Math.random() / 2));
      if (Date.now() - began > 60_000) tries = 0;
    }
  });
  return { tell: (event) => others?.postMessage(event) };
}

/** Follows one stream to its end. */
async function follow(after, tell, begun) {
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
    const answer = await askAs('GET', `/chat/stream?after=${after}`, { signal: end.signal, seconds: 0 });
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
