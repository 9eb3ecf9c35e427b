import type { PullRequestDependencies } from '../activities/pull-request/dependencies.ts';
import { noticeOf } from '../activities/pull-request/notice-of.ts';
import { pullRequestWorkflows } from '../client/pull-requests.ts';
import type { TemporalClient } from '../client/connection.ts';
import { findRepository, repositorySettings } from '../config/policy.ts';
import type { Config } from '../config/schema.ts';
import { type PullRequestSettings, eventKinds } from '../domain/pull-request/notice.ts';
import type { PullRequestLedger, UntoldPullRequest } from '../ledger/pull-request-ledger.ts';
import type { Settings } from './settings.ts';

/** What the steps of pull requests stand on, and how discovery reaches their workflows. */
export interface PullRequestParts {
  readonly steps: PullRequestDependencies;
  readonly door: {
    /** Tells a pull request's workflow what happened. @throws GhwError `TemporalUnreachable` */
    tell(untold: UntoldPullRequest): Promise<void>;
  };
}

export function pullRequestParts(options: {
  readonly temporal: TemporalClient;
  readonly taskQueue: string;
  readonly pullRequests: PullRequestLedger;
  readonly settings: Settings;
  readonly hookEnvironment: NodeJS.ProcessEnv;
}): PullRequestParts {
  const { hookEnvironment, pullRequests, settings, taskQueue, temporal } = options;
  const workflows = pullRequestWorkflows(temporal, taskQueue);
  const pullRequestSettings = async (repository: {
    readonly name: string;
    readonly id: string | null;
  }): Promise<PullRequestSettings> => pullRequestSettingsOf(await settings(), repository);
  return {
    steps: {
      pullRequests,
      hookEnvironment,
      pullRequestSettings,
      tellIssue: (issue) => workflows.tellIssue(issue),
      eventHooks: async () => (await settings()).events,
    },
    door: {
      tell: async ({ changes, pullRequest }) => {
        const { registeredName: name, repositoryId: id } = pullRequest;
        await workflows.tell(noticeOf(pullRequest, changes, await pullRequestSettings({ name, id })));
      },
    },
  };
}

/** One that has left the configuration meanwhile is followed with what holds for all. */
function pullRequestSettingsOf(
  config: Config,
  { id, name }: { readonly name: string; readonly id: string | null },
): PullRequestSettings {
  const own = (id === null ? undefined : findRepository(config, id)) ?? findRepository(config, name);
  const { failure_threshold: failureThreshold } =
    own === undefined ? config.pull_requests : repositorySettings(config, own.name);
  return { failureThreshold, events: eventKinds.filter((kind) => config.events[kind].length > 0) };
}
