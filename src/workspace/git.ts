import { statfs } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { GhwError } from '../domain/errors.ts';
import { redact } from '../domain/redact.ts';
import { networkVariables, pickEnvironment } from '../config/pick-environment.ts';
import { errorCode } from './error-code.ts';
import { sendSignal } from '../sandbox/process-table.ts';
import { nameOf, ON_BEHALF_OF, thisProcess } from './process-identity.ts';

/** How long git may take, in milliseconds. */
const GIT_TIMEOUT_MS = 10 * 60_000;
/** What is read of git's output, in bytes, unless the caller says otherwise. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
/** Below this a failure counts as a full disk, in bytes: git needs room for a pack's last blocks and a lock file. */
const NO_ROOM_BYTES = 1024 * 1024;
/** From asking git to end until killing it, in milliseconds. */
const KILL_AFTER_MS = 2_000;

/**
 * What no repository, user or system may change. Everything that git could be made to run is off: hooks, fsmonitor,
 * external protocols, background maintenance. Paths are judged as every file system would.
 */
const settings: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.autocrlf=false',
  'core.safecrlf=false',
  'core.quotePath=false',
  'core.protectNTFS=true',
  'core.protectHFS=true',
  'core.pager=cat',
  'core.sshCommand=false',
  'credential.helper=',
  'fetch.writeCommitGraph=false',
  'gc.auto=0',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=60',
  'maintenance.auto=false',
  'protocol.allow=never',
  'protocol.ext.allow=never',
  'protocol.file.allow=always',
  'protocol.http.allow=always',
  'protocol.https.allow=always',
  'safe.directory=*',
  'push.recurseSubmodules=no',
  'fetch.recurseSubmodules=false',
  'submodule.recurse=false',
  // One pack per fetch, which appears whole; loose objects of a killed fetch may be half written.
  'transfer.unpackLimit=1',
  'diff.ignoreSubmodules=none',
];

/** The host's ways to the network; given to git only where it goes there. */
const gitNetworkVariables = [...networkVariables, 'ALL_PROXY', 'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH'];

export interface GitOptions {
  /** The git directory. Git never looks for one by itself. */
  readonly gitDir?: string;
  readonly workTree?: string;
  /** In place of the git directory's own index. */
  readonly indexFile?: string;
  /** Further environment of this one process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Readable;
  /** True for commands that talk to a remote: they get the host's proxy and certificate settings. */
  readonly network?: boolean;
  readonly timeoutMs?: number;
  /** Output beyond it is dropped, and `truncated` says so. */
  readonly maxBytes?: number;
  /** Exit codes that are an answer and no failure; default only 0. */
  readonly answers?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

export interface GitOutput {
  readonly stdout: Buffer;
  readonly exitCode: number;
  readonly truncated: boolean;
  /** The end of what git said, redacted. */
  readonly stderr: string;
}

/** How a git command failed. Its callers, who know what it was for, turn it into an error for the reader. */
export class GitFailure extends Error {
  override readonly name = 'GitFailure';
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** The end of what git said, redacted. */
  readonly stderr: string;

  constructor(command: string, end: { exitCode: number | null; timedOut: boolean; stderr: string }) {
    const how = end.timedOut ? 'took too long' : `ended with ${end.exitCode?.toString() ?? 'a signal'}`;
    super(`git ${command} ${how}${end.stderr === '' ? '' : `: ${end.stderr}`}`);
    this.exitCode = end.exitCode;
    this.timedOut = end.timedOut;
    this.stderr = end.stderr;
  }
}

/**
 * The one way in which git is run: an argument array, a time limit, an environment built from nothing, and no
 * configuration but ours and the git directory's own.
 *
 * @throws GitFailure if git fails; GhwError `DiskFull` if there is no room left; the signal's reason if it aborts.
 */
export async function git(args: readonly string[], options: GitOptions = {}): Promise<GitOutput> {
  options.signal?.throwIfAborted();
  const fixed = settings.flatMap((setting) => ['-c', setting]);
  const subprocess = execa('git', [...fixed, ...args], {
    cwd: '/',
    env: { ...environment(options), ...options.env },
    extendEnv: false,
    // A group of its own, so that git's helpers end with it: one that stays would hold our pipes open.
    detached: true,
    maxBuffer: { stdout: options.maxBytes ?? MAX_OUTPUT_BYTES, stderr: 64 * 1024 },
    encoding: 'buffer',
    reject: false,
    stripFinalNewline: false,
    ...input(options.stdin),
  });
  const limit = limitGroup(subprocess.pid, options);
  const result = await subprocess.finally(limit.clear);
  const stderr = shortened(Buffer.from(result.stderr).toString('utf8'));
  const stdout = Buffer.from(result.stdout);
  options.signal?.throwIfAborted();
  if (result.isMaxBuffer) return { stdout, exitCode: 0, truncated: true, stderr };
  const exitCode = result.exitCode ?? null;
  if (exitCode !== null && (options.answers ?? [0]).includes(exitCode)) {
    return { stdout, exitCode, truncated: false, stderr };
  }
  if (result.code === 'ENOENT') throw missingGit(result);
  await throwIfDiskFull(options, result);
  throw new GitFailure(args[0] ?? '', { exitCode, timedOut: limit.timedOut(), stderr });
}

/** The output as text without its last line break. For output that cannot be anything but UTF-8. */
export async function gitText(args: readonly string[], options: GitOptions = {}): Promise<string> {
  const { stdout } = await git(args, options);
  return stdout.toString('utf8').replace(/\n$/, '');
}

/** Groups that run now; they go with this process. */
const running = new Set<number>();
process.on('exit', () => {
  for (const pid of running) sendSignal(-pid, 'SIGKILL');
});

/** Ends a process group at the time limit or the signal: gently, so that git removes its lock files, then at once. */
function limitGroup(
  pid: number | undefined,
  { timeoutMs = GIT_TIMEOUT_MS, signal }: GitOptions,
): { readonly clear: () => void; readonly timedOut: () => boolean } {
  if (pid === undefined) return { clear: () => undefined, timedOut: () => false };
  const group = -pid;
  running.add(pid);
  let timedOut = false;
  let kill: NodeJS.Timeout | undefined;
  function end(): void {
    sendSignal(group, 'SIGTERM');
    kill ??= setTimeout(() => sendSignal(group, 'SIGKILL'), KILL_AFTER_MS);
  }
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, timeoutMs);
  signal?.addEventListener('abort', end, { once: true });
  return {
    clear: () => {
      running.delete(pid);
      clearTimeout(timer);
      clearTimeout(kill);
      signal?.removeEventListener('abort', end);
    },
    timedOut: () => timedOut,
  };
}

function environment(options: GitOptions): Record<string, string> {
  return {
    ...(options.network === true ? pickEnvironment(gitNetworkVariables) : {}),
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: '/nonexistent',
    [ON_BEHALF_OF]: nameOf(thisProcess()),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_CEILING_DIRECTORIES: '/',
    ...(options.gitDir === undefined ? {} : { GIT_DIR: options.gitDir }),
    ...(options.workTree === undefined ? {} : { GIT_WORK_TREE: options.workTree }),
    ...(options.indexFile === undefined ? {} : { GIT_INDEX_FILE: options.indexFile }),
  };
}

function input(stdin: GitOptions['stdin']): { input: string | Readable } | { stdin: 'ignore' } {
  return stdin === undefined ? { stdin: 'ignore' } : { input: stdin };
}

function shortened(stderr: string): string {
  const clean = redact(stderr).trim();
  return clean.length <= 600 ? clean : `… ${clean.slice(-600)}`;
}

function missingGit(cause: unknown): GhwError {
  return new GhwError('WorkspaceFailed', 'There is no git on the PATH of this worker.', {
    hint: 'Install git 2.39 or later.',
    retryable: false,
    cause,
  });
}

/** Git's exit code does not tell a full disk from anything else, but the file system does. */
async function throwIfDiskFull(options: GitOptions, cause: unknown): Promise<void> {
  for (const place of [options.gitDir, options.workTree]) {
    const room = place === undefined ? undefined : await statfs(place).catch(() => undefined);
    if (room && (room.bavail * room.bsize < NO_ROOM_BYTES || (room.files > 0 && room.ffree === 0))) {
      throw diskFull(place ?? '', cause);
    }
  }
}

function diskFull(place: string, cause: unknown): GhwError {
  return new GhwError('DiskFull', `The disk that holds ${place} has no room left.`, {
    hint: 'Free space on that disk; the step is tried again by itself.',
    cause,
  });
}

/** Turns an error of the file system into ours where it has a name of its own. */
export function explainFileError(error: unknown, place: string): unknown {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT' ? diskFull(place, error) : error;
}
