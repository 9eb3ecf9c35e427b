import { Context } from '@temporalio/activity';

/** Well within the silence after which a worker counts as dead. */
const BEAT_MS = 1_000;

/** Has a short step show that its worker lives: a push may take minutes, and a dead worker is noticed by its silence. */
export function beating<Args extends unknown[], Result>(
  run: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    const context = Context.current();
    const beat = setInterval(() => context.heartbeat(), BEAT_MS);
    try {
      return await run(...args);
    } finally {
      clearInterval(beat);
    }
  };
}
