import { z } from 'zod';
import { priorities } from '../../domain/priority.ts';
import { canonicalRepositoryName } from '../../domain/repository-name.ts';
import { ownSection, printable, repositoryName } from '../fields.ts';
import {
  agentFields,
  choiceFields,
  implementFields,
  ownParallelism,
  reviewFields,
  validationFields,
} from '../phase-fields.ts';
import { nameOfEntry } from '../repository-entry.ts';
import { choicesSchema } from './agents.ts';
import { repositoryBudgetFields } from './budgets.ts';
import { clarificationFields } from './clarification.ts';
import { ownPullRequestFields } from './pull-requests.ts';
import { templateFields } from './templates.ts';

/** One entry of `repositories`; what stands in the file has been through `withRepositoryNames`. */
export const repositorySchema = z
  .strictObject({
    name: repositoryName.describe(
      'owner/repo, as it was when it was added: workflows are named after it. Not needed where there is a url.',
    ),
    url: z
      .string()
      .max(1024)
      .refine((url) => nameOfEntry({ url }) !== undefined, 'must be the address of a repository, as its page has it')
      .optional()
      .describe('The address of its page, in place of a name.'),
    id: printable
      .optional()
      .describe('GitHub’s node id, by which a renamed repository is found; set by `ghw repositories add`.'),
    renamed_to: repositoryName.optional().describe('What GitHub calls it now, if it was renamed.'),
    priority: z.enum(priorities).default('normal').describe('Whose work is taken first.'),
    active: z.boolean().default(true).describe('False: stays known, but nothing new is begun by itself.'),
    is_critical: z
      .boolean()
      .default(false)
      .describe('Its pull requests are looked at before all others, and outside of business hours too.'),
    ...ownPullRequestFields,
    agent: ownSection('Comes before the keys of agent.', agentFields),
    plan: ownSection('Comes before the keys of plan.', { ...choiceFields, ...ownParallelism }),
    implement: ownSection('Comes before the keys of implement.', { ...implementFields, ...ownParallelism }),
    review: ownSection('Comes before the keys of review.', { ...reviewFields, ...ownParallelism }),
    choices: choicesSchema.optional().describe('Comes before the entries of choices.'),
    templates: ownSection('Comes before the keys of templates.', templateFields),
    validation: ownSection('Comes before the keys of validation.', validationFields),
    clarification: ownSection('Comes before the keys of clarification.', clarificationFields),
    budgets: ownSection('Comes before the keys of budgets.', repositoryBudgetFields),
  })
  .describe('One repository; what it sets itself comes before the settings of the same name above it.')
  // An editor sees the file itself.
  .meta({ required: [], if: { not: { required: ['url'] } }, then: { required: ['name'] } });

/** Refuses two entries that mean one repository. */
export function refuseTwins(repositories: unknown, context: z.core.$RefinementCtx): void {
  if (!Array.isArray(repositories)) return;
  const seen = new Set<string>();
  for (const [index, entry] of (repositories as readonly unknown[]).entries()) {
    const named = nameOfEntry(entry);
    if (named === undefined) continue;
    const canonical = canonicalRepositoryName(named);
    if (seen.has(canonical)) context.addIssue({ code: 'custom', path: [index, 'name'], message: 'is there twice' });
    seen.add(canonical);
  }
}
