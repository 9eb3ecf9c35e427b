import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';

/** Work that goes on beside the steps. */
export interface Beside {
  /** True if nothing of it is due or under way. */
  readonly isIdle: () => boolean;
  /** Ends at once; what is due stays in the state, for the next run. */
  stop(): Promise<void>;
}

/**
 * Does a piece of work whenever it is due, one at a time. The workflow's own cancellation does not reach it: what a
 * cancellation comes to is work too.
 *
 * @param act - throws only what ends the workflow task
 */
export function beside(isDue: () => boolean, act: () => Promise<void>): Beside {
  const shield = new CancellationScope({ cancellable: false });
  const scope = new CancellationScope({ cancellable: true, parent: shield });
  let isActing = false;
  const ended = scope
    .run(async () => {
      for (;;) {
        await condition(isDue);
        isActing = true;
        await act();
        isActing = false;
      }
    })
    .catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  return {
    isIdle: () => !isActing && !isDue(),
    async stop() {
      scope.cancel();
      await ended;
    },
  };
}
