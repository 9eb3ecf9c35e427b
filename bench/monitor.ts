import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { startLocalGitHub } from '../src/cli/demo/local-github.ts';
import { newDemoToken } from '../src/cli/demo/prepare.ts';
import { startStage } from '../src/cli/demo/stage.ts';
import { embeddedStackFile, readEmbeddedStack } from '../src/client/embedded-stack.ts';
import type { BenchmarkResult } from './lib/benchmark.ts';
import { spreadOf } from './lib/statistics.ts';

const program = fileURLToPath(new URL('../ghw.cjs', import.meta.url));
const LOGIN = 'ghw-bench';
const REPOSITORY = 'octo/bench';
const ISSUE = `${REPOSITORY}#1`;
/** More than heartbeats hold. */
const EVENTS = 1_000;
const RUNS = 11;
const PATIENCE_MS = 60_000;

/**
 * `ghw monitor` attached to an agent in the middle of its work, from a process that has nothing of the worker's disk: from
 * the start of the process until its first line, the first event, and all events that there are.
 */
export async function benchmark(): Promise<BenchmarkResult> {
  const directory = await mkdtemp(join(tmpdir(), 'ghw-bench-'));
  const token = newDemoToken();
  const issue = { title: 'A long task', body: 'Do it.', labels: [] };
  const files = { 'README.md': '# bench\n' };
  const github = await startLocalGitHub({
    directory: join(directory, 'github'),
    token,
    login: LOGIN,
    repositories: [{ owner: 'octo', name: 'bench', files, permissions: { [LOGIN]: 'WRITE' }, issues: [issue] }],
  });
  try {
    const script = join(directory, 'script.yaml');
    await writeFile(script, stringify({ plan: [{ steps: [...sayings(), { hang: true }] }] }));
    const configPath = await writeConfig(directory, {
      github: { api_url: github.url },
      agents: { scripted: { script } },
    });
    const env = { ...process.env, GITHUB_TOKEN: token, GHW_CONFIG: configPath };
    const stage = await startStage({ configPath, directory, env, say: () => undefined });
    try {
      return await measureAll(directory, stage.env);
    } finally {
      await stage.stop();
    }
  } finally {
    await github.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function sayings(): readonly object[] {
  return Array.from({ length: EVENTS }, (_, index) => ({ text: `Looking at file ${index + 1} of many. `.repeat(8) }));
}

/** Of a host that keeps its things below `directory`. */
async function writeConfig(directory: string, more: object): Promise<string> {
  const path = join(directory, 'config.yaml');
  const config = {
    data_path: join(directory, 'data'),
    agent: { default: 'scripted' },
    workers: { types: ['feature'] },
    repositories: [{ name: REPOSITORY }],
    ...more,
  };
  await writeFile(path, stringify(config), { mode: 0o600 });
  return path;
}

async function measureAll(directory: string, env: NodeJS.ProcessEnv): Promise<BenchmarkResult> {
  const stack = await readEmbeddedStack(embeddedStackFile(join(directory, 'data')));
  const home = join(directory, 'elsewhere');
  await mkdir(home);
  const configPath = await writeConfig(home, { temporal: { address: stack?.temporal?.address ?? null } });
  const elsewhere = { ...env, HOME: home, GHW_CONFIG: configPath, DATABASE_URL: stack?.ledgerUrl ?? '' };
  const planning = spawn(process.execPath, [program, 'issues', 'plan', ISSUE, '--no-wait'], { env, stdio: 'ignore' });
  const [code] = (await once(planning, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`ghw issues plan ended with ${String(code)}`);
  // The first one waits for the agent, and warms the disk up.
  await watch(elsewhere);

  const samples: Watched[] = [];
  while (samples.length < RUNS) samples.push(await watch(elsewhere));
  const lines = spreadOf(samples.map(({ firstLineMs }) => firstLineMs));
  const events = spreadOf(samples.map(({ firstEventMs }) => firstEventMs));
  const all = spreadOf(samples.map(({ allMs }) => allMs));
  return {
    caption: `From the start of \`ghw monitor\` beside an agent that has said ${EVENTS} things (ms)`,
    rows: Object.entries({ 'first line': lines, 'first event': events, [`${EVENTS} events`]: all }).map(
      ([until, { count, max, min, p50, p95 }]) => ({ until, runs: count, min, p50, p95, max }),
    ),
    figures: {
      firstLineMs: Math.round(lines.p50),
      firstEventMs: Math.round(events.p50),
      allMs: Math.round(all.p50),
      worstFirstLineMs: Math.round(lines.max),
    },
  };
}

interface Watched {
  readonly firstLineMs: number;
  readonly firstEventMs: number;
  readonly allMs: number;
}

async function watch(env: NodeJS.ProcessEnv): Promise<Watched> {
  const started = performance.now();
  const child = spawn(process.execPath, [program, 'monitor', ISSUE, '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const passed: { line?: number; event?: number } = {};
  let said = 0;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const { type } = JSON.parse(line) as { type: string };
      passed.line ??= performance.now() - started;
      if (type === 'status') continue;
      passed.event ??= performance.now() - started;
      if (type === 'text') said += 1;
      if (said < EVENTS) continue;
      return { firstLineMs: passed.line, firstEventMs: passed.event, allMs: performance.now() - started };
    }
    throw new Error(`ghw monitor told ${said} of ${EVENTS} events.`);
  } finally {
    clearTimeout(late);
    child.kill('SIGKILL');
    await exited;
  }
}
