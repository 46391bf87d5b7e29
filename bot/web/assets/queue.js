/**
 * What somebody did and the service has not acknowledged. It is kept in the
 * browser and sent in order until it is; each has an id, so that what is sent
 * twice is one. A page has one such queue, and all tabs of a browser share it.
 */

import * as store from './store.js';
import { doubling, pause } from './net.js';

const beginning = 'unsent-';
let count = 0;
let busy = false;
let again = false;
let stuck = false; // the first one could not be sent, and all behind it wait with it

/** @type {(item: object) => Promise<object>} */
let post;

/** @type {(item: object, state: 'sending' | 'sent' | 'waiting' | 'failed', refusal?: Error) => void} */
let told = () => {};

/** Says how an item is sent: what the service answers is added to it, a Refusal is thrown. */
export function onSend(f) { post = f; }

/** Says who hears what becomes of the items. */
export function onState(f) { told = f; }

/** Everything that waits, in its order. @returns {object[]} */
export function waiting() {
  return store.names(beginning).map((name) => {
    try {
      return { ...JSON.parse(store.get(name)), name };
    } catch {
      store.remove(name);
      return null;
    }
  }).filter(Boolean);
}

/** Tells whether nothing can be sent now, so that what is added waits. */
export const isStuck = () => stuck;

/** @param {string} id */
export const waits = (id) => waiting().some((item) => item.id === id);

/** Puts something at the end and begins to send. @param {object} item with its kind and content */
export function add(item) {
  const place = `${String(Date.now()).padStart(15, '0')}-${String(count++).padStart(6, '0')}`;
  item = { id: store.newID(), written: Date.now(), ...item };
  store.set(`${beginning}${place}-${item.id}`, JSON.stringify(item));
  send();
  return item;
}

/** Takes an item out. @param {string} id */
export function drop(id) {
  for (const item of waiting()) if (item.id === id) store.remove(item.name);
}

/** Lets an item that was refused be tried again. @param {string} id */
export function retry(id) {
  for (const { name, failed, ...item } of waiting()) if (item.id === id) store.set(name, JSON.stringify(item));
  send();
}

/** Sends all that waits, one after another, and goes on trying until it is sent. */
export async function send() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  for (const rests = doubling(1000, 30_000); ;) {
    again = false;
    const rest = await store.alone('queue', sendAll).catch(() => 1000);
    if (rest === 0) {
      if (!again) break;
      rests.reset();
      continue;
    }
    await pause(Math.max(rest, rests.next()));
  }
  busy = false;
}

/** @returns {Promise<number>} 0, or for how many milliseconds to rest at least */
async function sendAll() {
  for (;;) {
    const item = waiting().find((one) => !one.failed);
    if (!item) return 0;
    const { name, written, failed, ...body } = item;
    told(item, 'sending');
    try {
      const answer = await post(body);
      stuck = false;
      store.remove(name);
      told({ ...item, ...answer }, 'sent');
    } catch (refusal) {
      if (!refusal.final) {
        stuck = true;
        for (const one of waiting()) if (!one.failed) told(one, 'waiting', refusal);
        return Math.max(1, refusal.wait * 1000);
      }
      stuck = false;
      store.set(name, JSON.stringify({ ...body, written, failed: true }));
      told(item, 'failed', refusal);
    }
  }
}
