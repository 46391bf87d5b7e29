/** Parts of a page that are asked for anew, when the stream tells that they may be others. */

/**
 * Returns what runs f, never twice at once: where it is asked for meanwhile, it runs once more.
 * @param {() => Promise<void>} f @param {number} [between] two runs, in milliseconds
 * @returns {() => Promise<void>}
 */
export function inTurn(f, between = 0) {
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
