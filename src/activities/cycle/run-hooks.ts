import { Context } from '@temporalio/activity';
import { execa, ExecaError } from 'execa';
import type { CycleDependencies } from './dependencies.ts';
import type { CycleHookInput } from './types.ts';
import { splitCommand } from '../../workspace/split-command.ts';

/** Longest run of one hook, in milliseconds. */
const LONGEST_MS = 120_000;

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
      try {
        if (isAddress(hook)) await post(hook, body, signal);
        else
          await run(hook, body, {
            env: { ...hookEnvironment, GHW_CYCLE_ID: cycleId, GHW_CYCLE_MOMENT: moment },
            signal,
          });
      } catch (error) {
        if (signal.aborted) throw error;
        problems.push(`${nameOf(hook)}: ${reasonOf(error)}`);
      }
    }
    return problems;
  };
}

/** Enough to know it by: the rest of an address or a command may be a secret. */
function nameOf(hook: string): string {
  if (isAddress(hook)) return URL.canParse(hook) ? new URL(hook).origin : 'an address';
  return splitCommand(hook)[0] ?? '';
}

/** Without the command line, which the messages of subprocesses repeat. */
function reasonOf(error: unknown): string {
  if (error instanceof ExecaError) {
    const { code, exitCode, signal, timedOut } = error;
    if (timedOut) return `took longer than ${LONGEST_MS / 1_000} s`;
    if (exitCode !== undefined) return `ended with exit code ${exitCode}`;
    return signal === undefined ? `could not be started (${code ?? 'unknown'})` : `was ended by ${signal}`;
  }
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  // What `fetch` says is only that it failed.
  return cause instanceof Error && 'code' in cause ? `${error.message} (${String(cause.code)})` : error.message;
}

function isAddress(hook: string): boolean {
  return /^https?:\/\//.test(hook);
}

async function post(url: string, body: string, signal: AbortSignal): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`answered HTTP ${answer.status}`);
}

async function run(
  command: string,
  input: string,
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<void> {
  const [file = '', ...args] = splitCommand(command);
  await execa(file, args, {
    input,
    env,
    extendEnv: false,
    timeout: LONGEST_MS,
    cancelSignal: signal,
    maxBuffer: 64 * 1024,
    stdout: 'ignore',
  });
}
