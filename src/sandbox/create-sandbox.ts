import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheDirectory } from '../config/cache-directory.ts';
import { GhwError } from '../domain/errors.ts';
import { createBubblewrapSandbox } from './bubblewrap.ts';
import { findBubblewrap } from './find-bubblewrap.ts';
import { readHostLayout } from './host-layout.ts';
import { noLimits } from './limits.ts';
import { createNoSandbox } from './none.ts';
import type { Sandbox } from './sandbox.ts';

/** How agents are confined. `auto` is bubblewrap or nothing: no agent ever runs unconfined by accident. */
export type SandboxKind = 'auto' | 'bubblewrap' | 'agent' | 'none';

export interface SandboxOptions {
  readonly kind: SandboxKind;
  /** The `bwrap` program; looked for, and installed into the cache where it is missing, if absent. */
  readonly bubblewrapPath?: string;
  /** The user of this host that runs what is inside, where the worker is root; default {@link AGENT_USER}. */
  readonly user?: number;
}

/** A user that no distribution gives away: it owns nothing but what a run gives it. */
export const AGENT_USER = 61_000;

const hint =
  'Install bubblewrap (package "bubblewrap") and run the worker as an ordinary user, or spell out what is to be instead: ' +
  '`sandbox.kind: agent` for the agent’s own sandbox, `sandbox.kind: none` to run agents unconfined.';

/** Longest wait for the probe, in milliseconds. */
const PROBE_TIMEOUT_MS = 20_000;

/**
 * The sandbox for this host. Bubblewrap is tried out first, because many hosts have the program and forbid its use; an old
 * one is taken with what it can do.
 *
 * @throws GhwError `SandboxUnavailable` if there is no working bubblewrap and nothing else was asked for.
 */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  if (options.kind === 'none' || options.kind === 'agent') return createNoSandbox(options.kind);
  const path = options.bubblewrapPath ?? (await findOrExplain());
  const host = readHostLayout(join(cacheDirectory(), 'sandbox'));
  // What is inside is never root, also not by another name.
  const user = process.getuid?.() === 0 ? (options.user ?? AGENT_USER) : null;
  const modern = createBubblewrapSandbox({ path, host, user });
  if ((await problemOf(modern)) === null) return modern;
  const old = createBubblewrapSandbox({ path, host, user, modern: false });
  const problem = await problemOf(old);
  if (problem === null) return old;
  throw new GhwError('SandboxUnavailable', `Bubblewrap at ${path} does not work here: ${problem}`, { hint });
}

async function findOrExplain(): Promise<string> {
  const found = await findBubblewrap({ install: true });
  if ('path' in found) return found.path;
  throw new GhwError('SandboxUnavailable', `No sandbox for agents: ${found.problem}`, { hint });
}

/** Runs nothing in a cage like those of agents. @returns null if that works */
async function problemOf(sandbox: Sandbox): Promise<string | null> {
  const directory = await mkdtemp(join(tmpdir(), 'ghw-sandbox-'));
  try {
    const cage = {
      tree: join(directory, 'tree'),
      home: join(directory, 'home'),
      treeWritable: true,
      readOnlyPaths: [],
      limits: { ...noLimits, tmpBytes: 1_048_576 },
      env: {},
    };
    await mkdir(cage.tree);
    await mkdir(cage.home);
    await sandbox.prepare(cage);
    const command = sandbox.confine(process.execPath, ['-e', ''], cage);
    const { failed, shortMessage, stderr } = await execa(command.file, command.args, {
      env: command.env,
      extendEnv: false,
      cwd: command.cwd,
      stdin: 'ignore',
      reject: false,
      timeout: PROBE_TIMEOUT_MS,
    });
    return failed ? stderr || (shortMessage ?? '') : null;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
