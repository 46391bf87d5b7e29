/** Parts of a page that are asked for anew, when the stream tells that they may be others. */

import { on } from './live.js';

/**
 * Has f ask for a part now, since what was told before somebody listened is lost, and
 * whenever the stream tells of it.
 * @param {string} type of the event that tells
 * @param {() => Promise<void>} f
 * @param {{id?: string, between?: number}} [of] the one it concerns, where events name
 *   several; and the least time between two askings, in milliseconds
 */
export function keep(type, f, { id, between } = {}) {
  const ask = inTurn(f, between);
  on(type, (told) => { if (!id || told.all || told.ids.includes(id)) ask(); });
  ask();
}

/**
 * Returns what runs f, never twice at once: where it is asked for meanwhile, it runs once more.
 * @param {() => Promise<void>} f @param {number} [between] two runs, in milliseconds
 * @returns {() => Promise<void>}
 */
function inTurn(f, between = 0) {
  let running = false;
  let again = false;
  return async () => {
    again = true;
    if (running) return;
    running = true;
    while (again) {
      again = false;
      await f().catch(() => {}); // the stream tells it again when it is back
      if (between) await new Promise((done) => { setTimeout(done, between); });
    }
    running = false;
  };
}
