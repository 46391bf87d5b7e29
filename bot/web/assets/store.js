/**
 * What this browser keeps for the page, under names that begin as the page says
 * in data-store. Where keeping is forbidden it lasts as long as the page.
 */

import { pause } from './net.js';

const prefix = document.documentElement.dataset.store;
const memory = new Map();

/** @returns {Storage | null} */
function kept() {
  try {
    const storage = window.localStorage;
    storage.setItem(`${prefix}try`, '1');
    storage.removeItem(`${prefix}try`);
    return storage;
  } catch {
    return null;
  }
}

const storage = kept();

/** @param {string} name @returns {string | null} */
export function get(name) {
  return storage ? storage.getItem(prefix + name) : memory.get(name) ?? null;
}

/** @param {string} name @param {string} value */
export function set(name, value) {
  try {
    if (storage) storage.setItem(prefix + name, value);
    else memory.set(name, value);
  } catch { // full: for this page at least
    memory.set(name, value);
  }
}

/** @param {string} name */
export function remove(name) {
  storage?.removeItem(prefix + name);
  memory.delete(name);
}

/** Names that begin so, sorted. @param {string} beginning @returns {string[]} */
export function names(beginning) {
  const all = new Set(memory.keys());
  for (let i = 0; storage && i < storage.length; i++) {
    const key = storage.key(i);
    if (key?.startsWith(prefix)) all.add(key.slice(prefix.length));
  }
  return [...all].filter((name) => name.startsWith(beginning)).sort();
}

/** A new id, unlike any other. @returns {string} */
export function newID() {
  const bytes = crypto.getRandomValues(new Uint8Array(15));
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_');
}

/**
 * Runs f in one tab of this browser at a time, where tabs can agree on that. A page
 * that is being left, or rests in the browser's memory, may be refused its turn: it
 * asks again, if it is there still. What f throws is thrown.
 * @template T @param {string} what @param {() => Promise<T>} f @returns {Promise<T>}
 */
export async function alone(what, f) {
  for (let begun = false; navigator.locks;) {
    try {
      return await navigator.locks.request(prefix + what, () => {
        begun = true;
        return f();
      });
    } catch (refusal) {
      if (begun) throw refusal;
      if (refusal.name === 'SecurityError') break; // tabs without an origin share nothing
    }
    await pause(1000);
  }
  return f();
}

/** The tabs' common channel; null where there is none. @returns {BroadcastChannel | null} */
export function tabs() {
  return typeof BroadcastChannel === 'function' && storage ? new BroadcastChannel(`${prefix}tabs`) : null;
}
