/** Speaking with the service. */

/** A request that was not answered with success. */
export class Refusal extends Error {
  /**
   * @param {number} status 0 where nobody answered
   * @param {string} code @param {string} detail words for people @param {number} wait seconds
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
 * Asks the service, in the page's language. Throws a Refusal.
 * @param {string} method @param {string} path
 * @param {{body?: BodyInit, headers?: object, credentials?: RequestCredentials, signal?: AbortSignal, seconds?: number}} [options]
 *   of which seconds bounds the whole exchange; 0 is a stream
 * @returns {Promise<Response>}
 */
export async function ask(method, path, { body, headers, credentials = 'same-origin', signal, seconds = 20 } = {}) {
  const signals = [signal, seconds && AbortSignal.timeout(seconds * 1000)].filter(Boolean);
  let answer;
  try {
    answer = await fetch(path, {
      method, body, credentials, cache: 'no-store', headers: { 'Accept-Language': document.documentElement.lang, ...headers },
      signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0],
    });
  } catch {
    throw new Refusal(0, 'offline', '', 0);
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Refusal(answer.status, problem.code ?? '', problem.detail ?? '', Number(answer.headers.get('Retry-After')) || 0);
}

/** Reads the JSON of an answer, and the service's clock where it stands there. @param {Response} answer */
export async function read(answer) {
  const value = await answer.json().catch(() => { throw new Refusal(0, 'offline', '', 0); });
  if (value.now) offset = Date.now() - value.now;
  return value;
}

/**
 * A page of the service, whole. Null where nobody answers, the answer breaks off, as
 * when one leaves meanwhile, or whoever looks is not signed in any more.
 * @param {string} path @returns {Promise<string | null>}
 */
export async function wholePage(path) {
  try {
    const answer = await ask('GET', path, { headers: { Accept: 'text/html' } });
    return answer.redirected ? null : await answer.text();
  } catch {
    return null;
  }
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

/**
 * A wait between tries that doubles.
 * @param {number} first @param {number} most in milliseconds
 */
export function doubling(first, most) {
  return {
    /** How many waits there were since the last success. */
    tries: 0,
    next() { return Math.min(first * 2 ** this.tries++, most); },
    reset() { this.tries = 0; },
  };
}
