import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheDirectory } from '../config/cache-directory.ts';
import { GhwError } from '../domain/errors.ts';
import { createBubblewrapSandbox, type CageNetwork } from './bubblewrap.ts';
import { findBubblewrap } from './find-bubblewrap.ts';
import { readHostLayout } from './host-layout.ts';
import { createNoSandbox } from './none.ts';
import type { Sandbox } from './sandbox.ts';

/** How agents are confined. `auto` is bubblewrap or nothing: no agent ever runs unconfined by accident. */
export type SandboxKind = 'auto' | 'bubblewrap' | 'none';

export interface SandboxOptions {
  readonly kind: SandboxKind;
  /** The `bwrap` program; looked for, and installed into the cache where it is missing, if absent. */
  readonly bubblewrapPath?: string;
  /** Default `host`. */
  readonly network?: CageNetwork;
}

const hint = 'Install bubblewrap (package "bubblewrap"), or spell out `sandbox: none` to run agents unconfined.';

/** Longest wait for the probe, in milliseconds. */
const PROBE_TIMEOUT_MS = 20_000;

/**
 * The sandbox for this host. Bubblewrap is tried out first, because many hosts have the program and forbid its use.
 *
 * @throws GhwError `SandboxUnavailable` if there is no working bubblewrap and `none` was not asked for.
 */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  if (options.kind === 'none') return createNoSandbox();
  const path = options.bubblewrapPath ?? (await findOrExplain());
  const host = readHostLayout(join(cacheDirectory(), 'sandbox'));
  const sandbox = createBubblewrapSandbox({ path, host, network: options.network ?? 'host' });
  await probe(sandbox, path);
  return sandbox;
}

async function findOrExplain(): Promise<string> {
  const found = await findBubblewrap({ install: true });
  if ('path' in found) return found.path;
  throw new GhwError('SandboxUnavailable', `No sandbox for agents: ${found.problem}`, { hint });
}

async function probe(sandbox: Sandbox, path: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'ghw-sandbox-'));
  try {
    const cage = {
      tree: join(directory, 'tree'),
      home: join(directory, 'home'),
      treeWritable: true,
      readOnlyPaths: [],
      env: {},
    };
    await mkdir(cage.tree);
    await mkdir(cage.home);
    const command = sandbox.confine(process.execPath, ['-e', ''], cage);
    const { failed, shortMessage, stderr } = await execa(command.file, command.args, {
      env: command.env,
      extendEnv: false,
      cwd: command.cwd,
      stdin: 'ignore',
      reject: false,
      timeout: PROBE_TIMEOUT_MS,
    });
    if (!failed) return;
    throw new GhwError(
      'SandboxUnavailable',
      `Bubblewrap at ${path} does not work here: ${stderr || (shortMessage ?? '')}`,
      { hint },
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
