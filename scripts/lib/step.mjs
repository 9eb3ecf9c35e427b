/** How often a long step says that it is still at it where nobody can see a line tick, in milliseconds. */
const remindEveryMs = 20_000;
const tickEveryMs = 1000;

/** Steps that run now; two that run at once cannot share a ticking line. */
let running = 0;

/**
 * Runs something that takes a while and shows that it does, on standard error: a line whose seconds tick on a terminal,
 * plain lines elsewhere.
 *
 * @template T
 * @param {string} title
 * @param {(say: (text: string) => void) => Promise<T>} action - may say what it is doing now
 * @returns {Promise<T>}
 */
export async function step(title, action) {
  const began = Date.now();
  let saying = title;
  running += 1;
  const ticking = process.stderr.isTTY && running === 1;
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  const line = (/** @type {string} */ text) => process.stderr.write(`${ticking ? '\r\u001b[K' : ''}${text}\n`);
  const tick = () =>
    ticking ? process.stderr.write(`\r\u001b[K${saying} ... ${seconds()}`) : line(`${saying} ... ${seconds()}`);
  if (ticking) process.stderr.write(`${saying} ...`);
  else line(`${saying} ...`);
  const timer = setInterval(tick, ticking ? tickEveryMs : remindEveryMs);
  try {
    const result = await action((text) => {
      saying = text;
      tick();
    });
    line(`${title}: done in ${seconds()}`);
    return result;
  } catch (error) {
    line(`${saying}: failed after ${seconds()}`);
    throw error;
  } finally {
    clearInterval(timer);
    running -= 1;
  }
}
