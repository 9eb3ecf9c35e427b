import { setTimeout as sleep } from 'node:timers/promises';
import { asGhwError } from '../output.ts';
import type { Check } from './check.ts';

/** Something to look at, which may take a while. */
export interface Probe {
  readonly name: string;
  /** How long it may take; then it counts as failed. */
  readonly timeoutMs: number;
  readonly look: () => Promise<readonly Check[]>;
}

export interface Checked {
  readonly checks: readonly Check[];
  /** True if something did not come to an end: it may keep the process from ending. */
  readonly isStuck: boolean;
}

/**
 * Looks at everything at once. What fails or takes too long says so and costs the others nothing.
 *
 * @param onDone - called after each, with what is still looked at
 * @returns in the order of the probes
 */
export async function runChecks(
  probes: readonly Probe[],
  onDone: (open: readonly string[]) => void = () => undefined,
): Promise<Checked> {
  const open = new Set(probes.map(({ name }) => name));
  let isStuck = false;
  const one = async (probe: Probe): Promise<readonly Check[]> => {
    const timer = new AbortController();
    const late = sleep(probe.timeoutMs, 'late' as const, { signal: timer.signal });
    try {
      const found = await Promise.race([probe.look(), late]);
      if (found !== 'late') return found;
      isStuck = true;
      return [tooLate(probe)];
    } catch (error) {
      return [broken(probe.name, error)];
    } finally {
      timer.abort();
      late.catch(() => undefined);
      open.delete(probe.name);
      onDone([...open]);
    }
  };
  onDone([...open]);
  const results = await Promise.all(probes.map(one));
  return { checks: results.flat(), isStuck };
}

function tooLate({ name, timeoutMs }: Probe): Check {
  return {
    name,
    status: 'fail',
    message: `no answer within ${String(timeoutMs / 1000)} seconds`,
    mend: 'Look at the network, or at the machine’s load, and try again.',
  };
}

/** A check that could not be made says why, and what to do. */
export function broken(name: string, error: unknown): Check {
  const { message, hint } = asGhwError(error);
  return { name, status: 'fail', message, ...(hint ? { mend: hint } : {}) };
}
