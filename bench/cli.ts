import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { embeddedStackFile, readEmbeddedStack } from '../src/client/embedded-stack.ts';
import { startLocalGitHub } from '../src/cli/demo/local-github.ts';
import { newDemoToken } from '../src/cli/demo/prepare.ts';
import { startStage } from '../src/cli/demo/stage.ts';
import type { BenchmarkResult } from './lib/benchmark.ts';
import { spreadOf, type Spread } from './lib/statistics.ts';

const program = fileURLToPath(new URL('../ghw.cjs', import.meta.url));
const LOGIN = 'ghw-bench';
/** All of its issues have a workflow that really ran. */
const WORKED_ON = 'octo/bench';
const WORKED_ON_ISSUES = 1_000;
/** Its issues are only known. */
const KNOWN = 'octo/more';
const KNOWN_ISSUES = 9_000;
const APPROVALS = 9;
const RUNS = 11;
const WORKERS = 5;
const IDLE_MS = 5_000;
const PATIENCE_MS = 60_000;

/**
 * How long commands take, from the start of the process to its end, and a worker to be ready: with a local GitHub, a
 * Temporal service, a ledger and a worker on the same machine; 10,000 issues known, 1,000 of them with a workflow that
 * really ran.
 */
export async function benchmark(): Promise<BenchmarkResult> {
  const directory = await mkdtemp(join(tmpdir(), 'ghw-bench-'));
  const token = newDemoToken();
  const github = await startLocalGitHub({
    directory: join(directory, 'github'),
    token,
    login: LOGIN,
    repositories: [repository(WORKED_ON, WORKED_ON_ISSUES), repository(KNOWN, KNOWN_ISSUES)],
  });
  try {
    const configPath = join(directory, 'config.yaml');
    await writeConfig(configPath, directory, github.url, {});
    const env = { ...withoutCertificates(process.env), GITHUB_TOKEN: token, GHW_CONFIG: configPath };
    const stage = await startStage({ configPath, directory, env, say: () => undefined });
    try {
      return await measureAll(directory, github.url, stage.env);
    } finally {
      await stage.stop();
    }
  } finally {
    await github.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * All that is measured talks to this machine alone. Certificates that an environment adds are read by every Node before it
 * does anything else, which takes longer than most commands.
 */
function withoutCertificates({ NODE_EXTRA_CA_CERTS: _, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env;
}

async function measureAll(directory: string, githubUrl: string, env: NodeJS.ProcessEnv): Promise<BenchmarkResult> {
  const worked = numbers(WORKED_ON_ISSUES);
  const approved = worked.slice(0, APPROVALS);
  await ghw(env, 'issues', 'sync');
  await ghw(env, 'issues', 'sync', WORKED_ON, ...worked);
  await ghw(env, 'issues', 'plan', WORKED_ON, ...approved);

  const measured = {
    node: await eachRun(async () => timed(['--eval', '0'], env)),
    help: await repeated(env, '--help'),
    status: await repeated(env, 'status'),
    list1000: await repeated(env, 'issues', 'list', WORKED_ON),
    list10000: await repeated(env, 'issues', 'list'),
    approve: await each(approved, (number) => ghw(env, 'plans', 'approve', `${WORKED_ON}#${number}`)),
  };
  const workers = await measureWorkers(directory, githubUrl, env);
  const rows = Object.entries({ ...measured, 'worker ready': workers.ready }).map(([what, spread]) => ({
    what,
    ...shown(spread),
  }));
  return {
    caption:
      'Milliseconds from the start of the process to its end, or until a worker is ready (10,000 issues known, 1,000 with ' +
      'a workflow; `node` is Node alone: how fast this machine is)',
    rows,
    figures: {
      nodeMs: Math.round(measured.node.p50),
      helpMs: Math.round(measured.help.p50),
      statusMs: Math.round(measured.status.p50),
      approveMs: Math.round(measured.approve.p50),
      list1000Ms: Math.round(measured.list1000.p50),
      list10000Ms: Math.round(measured.list10000.p50),
      workerReadyMs: Math.round(workers.ready.p50),
      workerRssMb: Math.round(workers.rssMb.p50),
    },
  };
}

function repository(fullName: string, issues: number) {
  const [owner = '', name = ''] = fullName.split('/');
  return {
    owner,
    name,
    files: { 'README.md': `# ${name}\n` },
    permissions: { [LOGIN]: 'WRITE' },
    issues: numbers(issues).map((number) => ({
      title: `Task ${number}: something that somebody would like to have done`,
      body: 'What it is about, in a sentence or two. '.repeat(5),
      labels: [],
    })),
  };
}

function numbers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1));
}

async function writeConfig(path: string, directory: string, githubUrl: string, over: object): Promise<void> {
  const config = {
    data_path: join(directory, 'data'),
    github: { api_url: githubUrl },
    agent: { default: 'scripted' },
    repositories: [{ name: WORKED_ON }, { name: KNOWN }],
    ...over,
  };
  await writeFile(path, stringify(config), { mode: 0o600 });
}

/** Runs a command to its end. @returns milliseconds */
async function ghw(env: NodeJS.ProcessEnv, ...args: string[]): Promise<number> {
  return timed([program, ...args], env);
}

/** Runs Node to its end. @returns milliseconds */
async function timed(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.resume();
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  const elapsedMs = performance.now() - started;
  if (code !== 0) throw new Error(`${args.slice(0, 4).join(' ')} ended with ${String(code)}: ${said.slice(-500)}`);
  return elapsedMs;
}

/** The first run warms the disk up. */
async function eachRun(measure: () => Promise<number>): Promise<Spread> {
  await measure();
  return each(numbers(RUNS), measure);
}

async function repeated(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Spread> {
  return eachRun(() => ghw(env, ...args));
}

async function each(of: readonly string[], measure: (one: string) => Promise<number>): Promise<Spread> {
  const samples: number[] = [];
  for (const one of of) samples.push(await measure(one));
  return spreadOf(samples);
}

/** Workers of a queue of their own, so that it is their own readiness that they tell of. */
async function measureWorkers(directory: string, githubUrl: string, env: NodeJS.ProcessEnv) {
  const stack = await readEmbeddedStack(embeddedStackFile(join(directory, 'data')));
  const configPath = join(directory, 'worker.yaml');
  await writeConfig(configPath, directory, githubUrl, {
    data_path: join(directory, 'worker-data'),
    temporal: { address: stack?.temporal?.address ?? null, task_queue: 'ghw-bench-workers' },
  });
  const own = { ...env, GHW_CONFIG: configPath, DATABASE_URL: stack?.ledgerUrl ?? '' };
  const samples: { readonly readyMs: number; readonly rssMb: number }[] = [];
  while (samples.length < WORKERS) samples.push(await measureWorker(own));
  return { ready: spreadOf(samples.map(({ readyMs }) => readyMs)), rssMb: spreadOf(samples.map(({ rssMb }) => rssMb)) };
}

async function measureWorker(env: NodeJS.ProcessEnv) {
  const started = performance.now();
  const child = spawn(process.execPath, [program, 'worker', 'start'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  try {
    while (!said.includes('\nReady.')) {
      if (performance.now() - started > PATIENCE_MS || child.exitCode !== null) {
        throw new Error(`The worker does not get ready. It said: ${said.slice(-500)}`);
      }
      await sleep(2);
    }
    const readyMs = performance.now() - started;
    await sleep(IDLE_MS);
    return { readyMs, rssMb: await residentMb(child.pid ?? 0) };
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

/** What a process holds in memory. */
async function residentMb(pid: number): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  } catch {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
    return Number(stdout) / 1024;
  }
}

function shown({ count, min, p50, p95, max }: Spread) {
  return { runs: count, min, p50, p95, max };
}
