import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { newDemoToken } from '../../src/cli/demo/prepare.ts';
import { embeddedStackFile, readEmbeddedStack, type EmbeddedStack } from '../../src/client/embedded-stack.ts';
import type { FleetRepository, FleetSeed } from '../../test/peers/github/seed/fleet.ts';
import { startLocalGitHub, type LocalGitHub } from '../../test/peers/github/local-github.ts';

const program = fileURLToPath(new URL('../../ghw.cjs', import.meta.url));
/** Who works, at the local GitHub. */
export const BENCH_LOGIN = 'ghw-bench';
const PATIENCE_MS = 60_000;

/** A repository that a benchmark works on. */
export interface BenchRepository {
  readonly name: string;
  readonly issues: number;
  readonly labels: readonly string[];
}

/** A local GitHub in this process, whose requests are counted, and `ghw up` as a process of its own. */
export interface BenchStack {
  readonly github: LocalGitHub;
  readonly token: string;
  readonly fleet: readonly FleetRepository[];
  readonly embedded: EmbeddedStack;
  /** Runs a command to its end. @returns what it took, in milliseconds, and what it said */
  readonly ghw: (...args: string[]) => Promise<{ readonly elapsedMs: number; readonly stdout: string }>;
  /** What `ghw up` itself, and so its worker, holds in memory, and has held at most so far, in MB. */
  readonly memory: () => Promise<{ readonly nowMb: number; readonly peakMb: number }>;
}

/** Long before any benchmark. */
const CREATED_AT = '2026-01-01T00:00:00Z';

/**
 * Sets up what a benchmark of work cycles needs, runs it, and removes everything.
 *
 * @param config - over the configuration, section by section
 */
export async function withStack<Result>(
  wish: {
    readonly repositories: readonly BenchRepository[];
    readonly config: Readonly<Record<string, unknown>>;
    /** Repositories alike with pull requests, beside the others. */
    readonly fleet?: FleetSeed;
  },
  measure: (stack: BenchStack) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'ghw-bench-'));
  const github = await startLocalGitHub();
  try {
    const token = newDemoToken();
    github.seed.addToken({ token, login: BENCH_LOGIN });
    for (const repository of wish.repositories) await addRepository(github, repository);
    const fleet = wish.fleet === undefined ? [] : await github.seed.addFleet(wish.fleet);
    const configPath = join(directory, 'config.yaml');
    const config = {
      data_path: join(directory, 'data'),
      agent: { default: 'scripted' },
      validation: { commands: [] },
      ...wish.config,
      github: { ...(wish.config.github as object | undefined), api_url: github.url },
      repositories: [
        ...wish.repositories.map(({ name }) => ({ name: `octo/${name}` })),
        // As `ghw repositories add` writes them.
        ...fleet.map(({ id, nameWithOwner: name }) => ({ name, id })),
      ],
    };
    await writeFile(configPath, stringify(config), { mode: 0o600 });
    const env = { ...withoutTemporal(process.env), GITHUB_TOKEN: token, GHW_CONFIG: configPath };
    const up = await startUp(env);
    try {
      const embedded = await readEmbeddedStack(embeddedStackFile(join(directory, 'data')));
      if (!embedded) throw new Error('ghw up does not say where it can be reached.');
      return await measure({
        github,
        token,
        fleet,
        embedded,
        ghw: (...args) => ghw(env, args),
        memory: () => memoryOf(up.pid),
      });
    } finally {
      await up.stop();
    }
  } finally {
    await github.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function addRepository(github: LocalGitHub, { issues, labels, name }: BenchRepository): Promise<void> {
  const files = { 'README.md': `# ${name}\n` };
  await github.seed.addRepository({ owner: 'octo', name, files, permissions: { [BENCH_LOGIN]: 'WRITE' } });
  for (let number = 1; number <= issues; number += 1) {
    const body = 'What it is about, in a sentence or two. '.repeat(5);
    github.seed.addIssue(`octo/${name}`, { title: `Task ${number}`, body, labels, createdAt: CREATED_AT });
  }
}

/** A Temporal that the environment names is for real work. */
function withoutTemporal(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

async function memoryOf(pid: number): Promise<{ readonly nowMb: number; readonly peakMb: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string): number =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1_024);
  return { nowMb: mb('VmRSS'), peakMb: mb('VmHWM') };
}

async function startUp(env: NodeJS.ProcessEnv): Promise<{ readonly pid: number; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [program, 'up'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  for (const end = Date.now() + PATIENCE_MS; !said.includes('Ready.'); await sleep(20)) {
    if (Date.now() < end && child.exitCode === null) continue;
    await stop();
    throw new Error(`ghw up does not get ready. It said: ${said.slice(-500)}`);
  }
  return { pid: child.pid ?? 0, stop };
}

async function ghw(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<{ elapsedMs: number; stdout: string }> {
  const started = performance.now();
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  const elapsedMs = performance.now() - started;
  if (code !== 0)
    throw new Error(`ghw ${args.slice(0, 3).join(' ')} ended with ${String(code)}: ${stderr.slice(-500)}`);
  return { elapsedMs, stdout };
}
