import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { startLocalGitHub } from '../src/cli/demo/local-github.ts';
import { startStage } from '../src/cli/demo/stage.ts';
import { newDemoToken } from '../src/cli/demo/prepare.ts';
import type { BenchmarkResult } from './lib/benchmark.ts';
import { spreadOf } from './lib/statistics.ts';

const program = fileURLToPath(new URL('../ghw.cjs', import.meta.url));
const LOGIN = 'ghw-bench';
const REPOSITORY = 'octo/bench';
const WARM_UP = 2;
const DEFAULT_RUNS = 20;
const PATIENCE_MS = 60_000;

/**
 * From the start of the `ghw issues plan` process until the scripted agent holds its prompt: a warm worker, a new issue
 * each time, a local GitHub without latency.
 *
 * @param args - the number of measured runs; default 20
 */
export async function benchmark([runsText]: readonly string[]): Promise<BenchmarkResult> {
  const runs = Number(runsText ?? DEFAULT_RUNS);
  if (!Number.isInteger(runs) || runs < 1 || runs > 500)
    throw new Error('The number of runs is a whole number from 1 to 500.');
  const directory = await mkdtemp(join(tmpdir(), 'ghw-bench-'));
  const token = newDemoToken();
  const github = await startLocalGitHub({
    directory: join(directory, 'github'),
    token,
    login: LOGIN,
    repositories: [
      {
        owner: 'octo',
        name: 'bench',
        files: { 'README.md': '# bench\n' },
        permissions: { [LOGIN]: 'WRITE' },
        issues: Array.from({ length: runs + WARM_UP }, (_, index) => ({
          title: `Task ${index + 1}`,
          body: 'Do it.',
          labels: [],
        })),
      },
    ],
  });
  try {
    const configPath = await writeConfig(directory, github.url);
    const env = { ...process.env, GITHUB_TOKEN: token, GHW_CONFIG: configPath };
    const stage = await startStage({ configPath, directory, env, say: () => undefined });
    try {
      const samples: number[] = [];
      for (let number = 1; number <= runs + WARM_UP; number += 1) {
        const elapsedMs = await measure(directory, number, stage.env);
        if (number > WARM_UP) samples.push(elapsedMs);
      }
      return result(samples);
    } finally {
      await stage.stop();
    }
  } finally {
    await github.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function writeConfig(directory: string, githubUrl: string): Promise<string> {
  const path = join(directory, 'config.yaml');
  const config = {
    data_path: join(directory, 'data'),
    github: { api_url: githubUrl },
    agent: { default: 'scripted' },
    workers: { types: ['feature'] },
    repositories: [{ name: REPOSITORY }],
  };
  await writeFile(path, stringify(config), { mode: 0o600 });
  return path;
}

async function measure(directory: string, number: number, env: NodeJS.ProcessEnv): Promise<number> {
  const started = Date.now();
  const child = spawn(process.execPath, [program, 'issues', 'plan', `${REPOSITORY}#${number}`], {
    env,
    stdio: 'ignore',
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const sessions = join(
    directory,
    'data/repositories/workspaces',
    REPOSITORY,
    `issue-${number}`,
    'home-author/.scripted-agent/sessions',
  );
  const prompted = await promptedAt(sessions, started);
  const [code] = await exited;
  if (code !== 0) throw new Error(`ghw issues plan ended with exit code ${String(code)}`);
  return prompted - started;
}

/** When the agent began its session, which is the first thing it does with its prompt; milliseconds since 1970. */
async function promptedAt(sessions: string, started: number): Promise<number> {
  for (;;) {
    const [file] = await readdir(sessions).catch(() => []);
    if (file !== undefined && (await readFile(join(sessions, file), 'utf8')).includes('"type":"prompt"')) {
      return (await stat(join(sessions, file))).birthtimeMs;
    }
    if (Date.now() - started > PATIENCE_MS) throw new Error('The agent has not had its prompt within a minute.');
    await sleep(5);
  }
}

function result(samples: readonly number[]): BenchmarkResult {
  const { count, min, p50, p95, max } = spreadOf(samples);
  return {
    caption:
      'From the start of `ghw issues plan` until the scripted agent has its prompt (ms; warm worker, new issue each time)',
    rows: [{ runs: count, min, p50, p95, max }],
    figures: { p50Ms: Math.round(p50), p95Ms: Math.round(p95), runs: count },
  };
}
