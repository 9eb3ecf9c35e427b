import { Context } from '@temporalio/activity';
import type { CycleDependencies } from './dependencies.ts';
import type { CycleHookInput } from './types.ts';
import { runHook } from '../hook.ts';

/**
 * Runs hooks one after the other: an address is posted to, anything else is a command without a shell. Both get the cycle
 * as JSON; a command on its standard input, with `GHW_CYCLE_ID` and `GHW_CYCLE_MOMENT` in an environment that holds no
 * secret. Run again after a worker died, a hook sees the same `cycleId`.
 *
 * @returns what went wrong, for the reader
 */
export function createRunHooks({
  cycleSettings,
  hookEnvironment,
}: CycleDependencies): (input: CycleHookInput) => Promise<readonly string[]> {
  return async ({ cycle, cycleId, moment }) => {
    const signal = Context.current().cancellationSignal;
    const body = JSON.stringify({ cycleId, moment, cycle });
    const problems: string[] = [];
    for (const hook of (await cycleSettings()).hooks[moment]) {
      signal.throwIfAborted();
      const env = { ...hookEnvironment, GHW_CYCLE_ID: cycleId, GHW_CYCLE_MOMENT: moment };
      const problem = await runHook(hook, { body, env, signal });
      if (problem !== null) problems.push(problem);
    }
    return problems;
  };
}
