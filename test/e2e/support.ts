import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { stringify } from 'yaml';
import type { Script } from '../../src/agents/scripted/script.ts';
import { connectTemporal, type TemporalClient } from '../../src/client/connection.ts';
import { IssueClient } from '../../src/client/issues.ts';
import type { TemporalTarget } from '../../src/client/target.ts';
import { loadConfig } from '../../src/config/load.ts';
import { GhwError } from '../../src/domain/errors.ts';
import type { IssueIdentity } from '../../src/domain/issue-state.ts';
import type { IssueSummary } from '../../src/domain/summary.ts';
import { watchSettings } from '../../src/workers/settings.ts';
import { startWorker, type RunningWorker } from '../../src/workers/worker.ts';
import { startLocalGitHub, type LocalGitHub } from '../peers/github/local-github.ts';
import { testEnvironment } from '../setup/environment.ts';
import { createTestLedger } from '../setup/ledger.ts';
import { installQuietRuntime } from '../setup/worker.ts';

export const IDENTITY = 'ghw-bot';
export const TOKEN = 'test-token-of-the-worker';

export interface SceneOptions {
  readonly files?: Readonly<Record<string, string>>;
  /** What the issue says. */
  readonly body?: string;
  /** What the scripted agent plays. */
  readonly script?: Script;
  /** Merged over the configuration, section by section. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly env?: NodeJS.ProcessEnv;
}

/** A local GitHub with one repository and one issue, a configuration, and a place of its own for everything. */
export interface Scene {
  readonly github: LocalGitHub;
  readonly repository: string;
  readonly issue: IssueIdentity;
  readonly directory: string;
  readonly configPath: string;
  readonly target: TemporalTarget;
  readonly env: NodeJS.ProcessEnv;
  readonly temporal: TemporalClient;
  readonly client: IssueClient;
  /** A worker in this process, in debug mode or not as the configuration says. */
  startWorker(): Promise<RunningWorker>;
  summary(): Promise<IssueSummary>;
  /** The summary once it is `wanted`. */
  until(wanted: (summary: IssueSummary) => boolean, issue?: IssueIdentity): Promise<IssueSummary>;
  /** Has something ended with the scene, also after a test that failed. */
  atClose(end: () => Promise<unknown>): void;
  close(): Promise<void>;
}

/** Long, for a busy machine, and shorter than a test's own limit: what fails says where the issue stands. */
const PATIENCE_MS = 300_000;

const DEFAULT_FILES = { 'README.md': '# hello\n', 'src/hello.txt': 'hello\n' };

/** Sets a scene on the shared Temporal server; nothing of it is shared with another test. */
export async function setScene(options: SceneOptions = {}): Promise<Scene> {
  const { temporalAddress, namespace, temporalUiUrl } = testEnvironment();
  installQuietRuntime();
  const directory = await mkdtemp(join(tmpdir(), 'ghw-e2e-'));
  const name = `hello-${randomUUID().slice(0, 8)}`;
  const repository = `Octo/${name}`;
  const ledger = await createTestLedger();
  const github = await startLocalGitHub();
  github.seed.addToken({ token: TOKEN, login: IDENTITY });
  await github.seed.addRepository({
    owner: 'Octo',
    name,
    defaultBranch: 'trunk',
    files: options.files ?? DEFAULT_FILES,
    permissions: { [IDENTITY]: 'WRITE' },
  });
  const { number } = github.seed.addIssue(repository, {
    title: 'Greet politely',
    body: options.body ?? 'Say "good day".',
    author: 'ana',
    labels: ['ghw'],
  });
  const configPath = await writeConfig(directory, { ...options, repository, githubUrl: github.url });
  const env = {
    ...options.env,
    PATH: process.env.PATH,
    HOME: directory,
    GITHUB_TOKEN: TOKEN,
    DATABASE_URL: ledger.url,
    GHW_CACHE_DIR: process.env.GHW_CACHE_DIR,
  };
  const target: TemporalTarget = {
    namespace,
    connection: { address: temporalAddress },
    source: 'environment',
    uiUrl: temporalUiUrl,
  };
  const { config } = await loadConfig({ path: configPath, env });
  const temporal = await connectTemporal(target);
  const client = new IssueClient(temporal, { taskQueue: config.temporal.task_queue });
  const issue: IssueIdentity = { repository, repositoryId: null, number };
  const endings: (() => Promise<unknown>)[] = [];
  const summary = (): Promise<IssueSummary> => client.state(issue);
  return {
    github,
    repository,
    issue,
    directory,
    configPath,
    target,
    env,
    temporal,
    client,
    summary,
    async startWorker() {
      const loaded = await loadConfig({ path: configPath, env });
      const logger = pino({ level: 'silent' });
      const worker = await startWorker({
        config: loaded.config,
        settings: watchSettings({ path: configPath, env }, loaded, logger),
        target,
        logger,
        env,
        workflowBundlePath: testEnvironment().workflowBundlePath,
        debugMode: true,
      });
      endings.push(() => worker.stop());
      return worker;
    },
    async until(wanted, which = issue) {
      for (const deadline = Date.now() + PATIENCE_MS; ;) {
        const seen = await client.state(which).catch((error: unknown) => {
          // For some seconds after a worker died, queries still go to it.
          if (error instanceof GhwError && error.name === 'NoWorker') return null;
          throw error;
        });
        if (seen && wanted(seen)) return seen;
        if (Date.now() > deadline) throw new Error(`The issue came only so far: ${JSON.stringify(seen, null, 1)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    atClose: (end) => void endings.push(end),
    async close() {
      await client
        .handle(issue)
        .terminate('test over')
        .catch(() => undefined);
      await Promise.all(endings.map((end) => end().catch(() => undefined)));
      await temporal.close();
      await github.stop();
      await ledger.remove();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function writeConfig(
  directory: string,
  options: SceneOptions & { readonly repository: string; readonly githubUrl: string },
): Promise<string> {
  await mkdir(directory, { recursive: true });
  const script = join(directory, 'script.yaml');
  if (options.script) await writeFile(script, stringify(options.script));
  const path = join(directory, 'config.yaml');
  const base = {
    data_path: join(directory, 'data'),
    github: { api_url: options.githubUrl },
    temporal: { address: testEnvironment().temporalAddress, task_queue: `e2e-${randomUUID()}` },
    agent: { default: 'scripted' },
    agents: { scripted: { script: options.script ? script : null } },
    workers: { types: ['feature'] },
    validation: { commands: [] },
    repositories: [{ name: options.repository }],
  };
  await writeFile(path, stringify({ ...base, ...options.config }), { mode: 0o600 });
  return path;
}
