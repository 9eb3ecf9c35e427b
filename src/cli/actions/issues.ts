import { type Track } from '../../client/follow.ts';
import { GhwError } from '../../domain/errors.ts';
import type { PublishTarget } from '../../domain/policy.ts';
import { agentInput, lineInput, modelInput, parseInput, personInput, textInput } from '../../domain/schemas/input.ts';
import type { IssueSummary } from '../../domain/summary.ts';
import { askIssues } from '../ask-issues.ts';
import type { CommandContext } from '../context.ts';
import { issuesOf } from '../targets.ts';

export { syncIssues, type SyncOptions } from './sync-issues.ts';

interface ByOption {
  readonly by?: string;
}
interface AgentOptions extends ByOption {
  readonly agent?: string;
  readonly model?: string;
}
export interface PlanOptions extends AgentOptions {
  readonly force?: boolean;
  readonly guidance?: string;
  readonly wait: boolean;
}
export interface ImplementOptions extends AgentOptions {
  readonly force?: boolean;
  readonly push?: boolean;
  readonly pr?: boolean;
  readonly wait: boolean;
}
export interface ReviewOptions extends AgentOptions {
  readonly wait: boolean;
}
export interface ControlOptions extends ByOption {
  readonly reason?: string;
}

export async function planIssues(
  context: CommandContext,
  options: PlanOptions,
  words: readonly string[],
): Promise<void> {
  const input = {
    ...agentOf(context, options),
    force: options.force ?? false,
    guidance: options.guidance === undefined ? null : parseInput(textInput, options.guidance, 'The guidance'),
  };
  await askIssues(context, await issuesOf(context, words), {
    name: 'plan',
    send: (client, issue) => client.send('plan', issue, input),
    follow: () => (options.wait ? 'plan' : null),
  });
}

export async function implementIssues(
  context: CommandContext,
  options: ImplementOptions,
  words: readonly string[],
): Promise<void> {
  const { config } = await context.config();
  const input = {
    ...agentOf(context, options),
    force: options.force ?? false,
    publish: publishOf(options, config.implement.publish),
  };
  await askIssues(context, await issuesOf(context, words), {
    name: 'implement',
    send: (client, issue) => client.send('implement', issue, input),
    follow: () => (options.wait ? 'implementation' : null),
  });
}

export async function reviewIssues(
  context: CommandContext,
  options: ReviewOptions,
  words: readonly string[],
): Promise<void> {
  const input = agentOf(context, options);
  await askIssues(context, await issuesOf(context, words), {
    name: 'review',
    send: (client, issue) => client.send('review', issue, input),
    follow: () => (options.wait ? 'implementation' : null),
  });
}

export async function followTrackedIssues(context: CommandContext, words: readonly string[]): Promise<void> {
  await askIssues(context, await issuesOf(context, words), {
    name: 'follow',
    send: async (client, issue) => ({ via: 'update', summary: await client.state(issue) }),
    follow: trackOf,
  });
}

export async function controlIssues(
  context: CommandContext,
  name: 'pause' | 'resume' | 'cancel',
  options: ControlOptions,
  words: readonly string[],
): Promise<void> {
  const reason = options.reason === undefined ? null : parseInput(lineInput, options.reason, 'The reason');
  const input = { by: personOf(context, options), reason };
  await askIssues(context, await issuesOf(context, words), {
    name,
    send: (client, issue) => client.send(name, issue, input),
    follow: () => null,
  });
}

/** `--by`, or the name of this system's user. */
export function personOf(context: CommandContext, options: ByOption): string {
  return options.by === undefined ? context.person : parseInput(personInput, options.by, 'The name after --by');
}

function agentOf(
  context: CommandContext,
  options: AgentOptions,
): { readonly by: string; readonly agent: string | null; readonly model: string | null } {
  return {
    by: personOf(context, options),
    agent: options.agent === undefined ? null : parseInput(agentInput, options.agent, 'The agent'),
    model: options.model === undefined ? null : parseInput(modelInput, options.model, 'The model'),
  };
}

/** What `--push`, `--pr` and their `--no-` forms mean together; null leaves it to the configuration. */
export function publishOf(
  { push, pr }: Pick<ImplementOptions, 'push' | 'pr'>,
  configured: PublishTarget,
): PublishTarget | null {
  if (push === false && pr === true) {
    throw new GhwError('InvalidInput', 'A pull request needs a branch that is pushed.', {
      hint: 'Leave out --no-push or --pr.',
    });
  }
  if (push === false) return 'none';
  if (pr === true) return 'pull_request';
  if (pr === false) return push === true || configured !== 'none' ? 'branch' : 'none';
  if (push === true) return configured === 'pull_request' ? 'pull_request' : 'branch';
  return null;
}

/** The track on which something happens; the plan's until there is an implementation. */
function trackOf({ implementation, plan, step }: IssueSummary): Track {
  if (plan.state === 'generating') return 'plan';
  if (implementation.state !== 'none' || plan.state === 'approved') return 'implementation';
  return step === null || plan.state !== 'none' ? 'plan' : 'implementation';
}
