import { join } from 'node:path';
import pino from 'pino';
import { connectTemporal } from '../../client/connection.ts';
import { IssueClient } from '../../client/issues.ts';
import { loadConfig } from '../../config/load.ts';
import type { IssueRef } from '../../domain/issue.ts';
import type { IssueSummary } from '../../domain/summary.ts';
import { issueWorkflowId } from '../../workflows/protocol.ts';
import { startEmbeddedStack } from '../../workers/embedded/stack.ts';
import { installRuntime } from '../../workers/logger.ts';
import { watchSettings } from '../../workers/settings.ts';

export interface StageStart {
  readonly configPath: string;
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (text: string) => void;
}

/** Temporal and a worker for the demonstration. */
export interface Stage {
  /** For the commands that are typed on it. */
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  issue(issue: IssueRef): Promise<IssueSummary>;
  workflowUrl(issue: IssueRef): string | null;
  stop(): Promise<void>;
}

/** Starts what `ghw up` starts, with its log in a file. */
export async function startStage({ configPath, directory, env: given, say }: StageStart): Promise<Stage> {
  const env = withoutTemporal(given);
  const options = { path: configPath, env };
  const loaded = await loadConfig(options);
  const logFile = join(directory, 'worker.log');
  const logger = pino({ base: undefined }, pino.destination({ dest: logFile, sync: true }));
  installRuntime(logger);
  const stack = await startEmbeddedStack({
    config: loaded.config,
    settings: watchSettings(options, loaded, logger),
    logger,
    env,
    onProgress: say,
  });
  const { target } = stack;
  return {
    env,
    logFile,
    async issue(issue) {
      const temporal = await connectTemporal(target);
      try {
        const client = new IssueClient(temporal, { taskQueue: loaded.config.temporal.task_queue });
        return await client.state({ ...issue, repositoryId: null });
      } finally {
        await temporal.close();
      }
    },
    workflowUrl(issue) {
      if (target.uiUrl === null) return null;
      const id = encodeURIComponent(issueWorkflowId(issue.repository, issue.number));
      return `${target.uiUrl}/namespaces/${target.namespace}/workflows/${id}`;
    },
    stop: () => stack.stop(),
  };
}

/** A Temporal that the environment names is for real work; a demonstration leaves nothing there. */
function withoutTemporal(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}
