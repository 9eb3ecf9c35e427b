/** Something that is done again and again beside a run. */
export interface Repeating {
  /** Ends it; settles when nothing of it runs any more. */
  stop(): Promise<void>;
}

/** Does `act` every so often, one at a time. What fails is done again the next time. */
export function repeat(everyMs: number, act: () => Promise<void>): Repeating {
  let acting: Promise<void> | undefined;
  const timer = setInterval(() => {
    acting ??= act()
      .catch(() => undefined)
      .finally(() => {
        acting = undefined;
      });
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await acting;
    },
  };
}
