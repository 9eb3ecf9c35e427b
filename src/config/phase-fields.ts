import { z } from 'zod';
import { publishTargets } from '../domain/policy.ts';
import { workerTypes } from '../domain/worker-type.ts';
import { duration, model, name, parallelism, printable } from './fields.ts';

/** The keys of the phases: the file has them for all repositories, and a repository may have its own. */

export const agentFields = {
  default: name.describe('The agent of every phase that names none.'),
  fallback: z
    .array(name)
    .max(10)
    .describe('Agents that take over, in this order, where one is overloaded or its account is used up.'),
  model: model.nullable().describe('The model of every phase that names none; null for the agent’s own default.'),
  task_type: z.enum(workerTypes).describe('The kind of worker that takes the work.'),
  timeout: duration.describe('Longest run of an agent.'),
  idle_timeout: duration.describe('Longest silence of an agent, while no tool of its runs, before it is ended.'),
  max_turns: z.int().min(1).max(1000).describe('Most model turns of a run.'),
  budget_usd: z.number().positive().nullable().describe('US dollars that one run may cost; null for no limit.'),
};
export const choiceFields = {
  agent: name.nullable().describe('The agent of this phase; null for agent.default.'),
  model: model.nullable().describe('The model of this phase; null for agent.model.'),
};
export const implementFields = {
  ...choiceFields,
  publish: z.enum(publishTargets).describe('How far an implementation goes by itself.'),
  draft: z.boolean().describe('Whether pull requests are opened as drafts.'),
  checkpoint_interval: duration.describe(
    'Time between two times that the session and the unfinished work of a running agent are saved.',
  ),
  checkpoint_ref: z
    .boolean()
    .describe(
      'Whether unfinished work is also pushed to refs/ghw/checkpoints/issue-<number>; removed when it is published.',
    ),
  validation_rounds: z.int().min(0).max(20).describe('How often a failed validation goes back to the agent.'),
  commit_author_name: printable.describe('Author of the commits.'),
  commit_author_email: z.email().describe('Address of the author of the commits.'),
  commit_message: z
    .string()
    .min(1)
    .max(4096)
    .refine((text) => hasKnownPlaceholders(text), 'may use {number}, {title} and {repository} only')
    .describe('Message of the commits; {number}, {title} and {repository} stand for the issue’s.'),
};
export const reviewFields = {
  ...choiceFields,
  max_rounds: z.int().min(0).max(20).describe('How often a review that asks for changes goes back to the agent.'),
};
export const ownParallelism = {
  parallelism: parallelism.describe('Of this repository’s issues at a time, within what holds for all.'),
};
export const validationFields = {
  commands: z
    .array(printable)
    .max(50)
    .nullable()
    .describe('Programs with arguments that check a change; null: found in the project; []: none.'),
  timeout: duration.describe('Longest run of all commands together.'),
};

function hasKnownPlaceholders(text: string): boolean {
  return [...text.matchAll(/\{([^{}]*)\}/g)].every(([, key = '']) => ['number', 'title', 'repository'].includes(key));
}
