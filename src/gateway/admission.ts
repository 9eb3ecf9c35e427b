import type { SpendMeter } from '../agents/spend-meter.ts';

/** What a call may cost at most, in US dollars; `Infinity` where nobody can say. */
type Reserve = number;

/** Lets calls to the model go out, so that at most one of them goes beyond the limit. */
export interface Admission {
  /**
   * Waits for its turn.
   *
   * @returns what ends the call, once it is recorded; null if the limit is reached
   */
  enter(reserve: Reserve): Promise<(() => void) | null>;
}

/**
 * A call goes out while the limit is not reached, and cannot be reached by those that are under way: then it is the only
 * one that can go beyond. Where they could, it waits for them to end and say what they cost.
 */
export function createAdmission(meter: SpendMeter): Admission {
  const underWay = new Set<{ readonly reserve: Reserve }>();
  const waiting: (() => void)[] = [];

  function mayGo(): boolean {
    const { limitUsd, spentUsd } = meter;
    if (limitUsd === null || underWay.size === 0) return true;
    const reserved = [...underWay].reduce((sum, { reserve }) => sum + reserve, 0);
    return spentUsd + reserved < limitUsd;
  }

  /** Each looks for itself, in the order in which they came. */
  function wake(): void {
    for (const next of waiting.splice(0)) next();
  }

  return {
    async enter(reserve) {
      while (meter.admit() && !mayGo()) await new Promise<void>((done) => waiting.push(done));
      if (!meter.admit()) return null;
      const call = { reserve };
      underWay.add(call);
      return () => {
        underWay.delete(call);
        wake();
      };
    },
  };
}
