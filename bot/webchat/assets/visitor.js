/** Speaking with the service as one visitor. */

import * as store from './store.js';
import { ask, read } from './net.js';

/** The visitor's token; a stranger gets one. @returns {Promise<string>} */
export async function token() {
  return store.get('token') ?? store.alone('session', async () => {
    let mine = store.get('token'); // of another tab, meanwhile
    if (!mine) {
      mine = (await read(await ask('POST', '/chat/session', { credentials: 'omit' }))).token;
      store.set('token', mine);
    }
    return mine;
  });
}

/** Asks as the visitor. Throws a Refusal. @returns {Promise<Response>} */
export async function askAs(method, path, options = {}) {
  const mine = await token();
  try {
    return await ask(method, path, { ...options, credentials: 'omit', headers: { Authorization: `Bearer ${mine}` } });
  } catch (refusal) {
    if (refusal.status === 401 && mine === store.get('token')) {
      store.remove('token');
      dispatchEvent(new Event('visnyk-stranger'));
    }
    throw refusal;
  }
}

/** Asks as the visitor for JSON. */
export async function call(method, path, options) {
  return read(await askAs(method, path, options));
}
