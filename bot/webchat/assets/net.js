/** Speaking with the service as one visitor. */

import * as store from './store.js';
import { language } from './say.js';

/** A request that was not answered with success. */
export class Refusal extends Error {
  /**
   * @param {number} status 0 where nobody answered
   * @param {string} code @param {string} detail words for the visitor @param {number} wait seconds
   */
  constructor(status, code, detail, wait) {
    super(`${status} ${code}`);
    Object.assign(this, { status, code, detail, wait });
  }

  /** Tells whether sending the same again can never help. */
  get final() { return [400, 403, 404, 409, 413].includes(this.status); }
}

/** Our clock less the service's, in milliseconds. */
let offset = 0;

/** The moment by the service's clock. @returns {number} */
export const now = () => Date.now() - offset;

/**
 * Asks the service. Throws a Refusal.
 * @param {string} method @param {string} path
 * @param {{body?: BodyInit, token?: string, signal?: AbortSignal, seconds?: number}} [options]
 * @returns {Promise<Response>}
 */
export async function ask(method, path, { body, token, signal, seconds = 20 } = {}) {
  const signals = [signal, seconds && AbortSignal.timeout(seconds * 1000)].filter(Boolean);
  const headers = { 'Accept-Language': language() };
  if (token) headers.Authorization = `Bearer ${token}`;
  let answer;
  try {
    answer = await fetch(path, {
      method, headers, body, cache: 'no-store', credentials: 'omit', signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0],
    });
  } catch {
    throw new Refusal(0, 'offline', '', 0);
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  if (answer.status === 401 && token && token === store.get('token')) {
    store.remove('token');
    dispatchEvent(new Event('visnyk-stranger'));
  }
  throw new Refusal(answer.status, problem.code ?? '', problem.detail ?? '', Number(answer.headers.get('Retry-After')) || 0);
}

/** @param {Response} answer */
async function read(answer) {
  const value = await answer.json().catch(() => { throw new Refusal(0, 'offline', '', 0); });
  if (value.now) offset = Date.now() - value.now;
  return value;
}

/** The visitor's token; a stranger gets one. @returns {Promise<string>} */
export async function token() {
  return store.get('token') ?? store.alone('session', async () => {
    let mine = store.get('token'); // of another tab, meanwhile
    if (!mine) {
      mine = (await read(await ask('POST', '/chat/session'))).token;
      store.set('token', mine);
    }
    return mine;
  });
}

/** Asks as the visitor. @returns {Promise<Response>} */
export async function askAs(method, path, options = {}) {
  return ask(method, path, { ...options, token: await token() });
}

/** Asks as the visitor for JSON. */
export async function call(method, path, options) {
  return read(await askAs(method, path, options));
}

/** Lets time pass, or the connection come back. @param {number} ms @returns {Promise<void>} */
export function pause(ms) {
  return new Promise((resume) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resume();
    };
    const timer = setTimeout(done, ms);
    addEventListener('online', done);
  });
}
