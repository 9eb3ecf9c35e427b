import { execa, ExecaError } from 'execa';
import { splitCommand } from '../workspace/split-command.ts';

/** Longest run of one hook, in milliseconds. */
const LONGEST_MS = 120_000;

/** What a hook is given. */
export interface HookInput {
  /** JSON; posted, or on a command's standard input. */
  readonly body: string;
  /** A command's environment; nothing of the worker's secrets. */
  readonly env: NodeJS.ProcessEnv;
  /** What an address gets beside the body. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Runs one hook: an address is posted to, anything else is a command without a shell.
 *
 * @returns what went wrong, for the reader; null if nothing did
 * @throws the signal's reason where it ended the hook
 */
export async function runHook(hook: string, input: HookInput): Promise<string | null> {
  try {
    if (isAddress(hook)) await post(hook, input);
    else await run(hook, input);
    return null;
  } catch (error) {
    if (input.signal.aborted) throw error;
    return `${nameOf(hook)}: ${reasonOf(error)}`;
  }
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

async function post(url: string, { body, headers, signal }: HookInput): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`answered HTTP ${answer.status}`);
}

async function run(command: string, { body, env, signal }: HookInput): Promise<void> {
  const [file = '', ...args] = splitCommand(command);
  await execa(file, args, {
    input: body,
    env,
    extendEnv: false,
    timeout: LONGEST_MS,
    cancelSignal: signal,
    maxBuffer: 64 * 1024,
    stdout: 'ignore',
  });
}
