import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';

/**
 * Does something whenever its time has come. The timer begins anew when the time changes.
 *
 * @param at - when, in milliseconds since 1970; null if not
 * @returns ends the watch
 */
export function watchTime(
  at: () => number | null,
  options: { readonly summary: () => string; readonly act: () => void },
): () => Promise<void> {
  const scope = new CancellationScope();
  const ended = scope
    .run(async () => {
      for (;;) {
        await condition(() => at() !== null);
        const due = at();
        if (due === null) continue;
        const wait = due - Date.now();
        const changed = wait > 0 && (await condition(() => at() !== due, wait, { summary: options.summary() }));
        if (!changed) options.act();
      }
    })
    .catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  return async () => {
    scope.cancel();
    await ended;
  };
}
