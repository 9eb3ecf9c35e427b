import { z } from 'zod';
import { parseDuration } from '../domain/duration.ts';
import { publishTargets } from '../domain/policy.ts';
import { canonicalRepositoryName, isRepositoryName } from '../domain/repository-name.ts';
import { workerTypes } from '../domain/worker-type.ts';

const printable = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !/\p{Cc}/u.test(text), 'must hold no control characters');
const path = printable.describe('a path; ~ is the home directory, a relative path starts at the configuration file');
const duration = z.string().refine((text) => isDuration(text), 'must be a duration such as 30s, 10m, 1h30m or 2d12h');
const address = z
  .url({ protocol: /^https?$/ })
  .refine((text) => !/\/\/[^/]*@/.test(text), 'must hold no user name or password')
  .transform((text) => text.replace(/\/+$/, ''));
const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens');
const model = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,127}$/, 'must be the name of a model');
const environmentVariable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable, not its value');

const repositoryName = z.string().refine(isRepositoryName, 'must be owner/repo');

const agentFields = {
  default: name.describe('the agent of every phase that names none'),
  model: model.nullable().describe('the model of every phase that names none; null for the agent’s own default'),
  task_type: z.enum(workerTypes).describe('the kind of worker that takes the work'),
  timeout: duration.describe('longest run of an agent'),
  idle_timeout: duration.describe('longest silence of an agent before it counts as hung'),
  max_turns: z.int().min(1).max(1000).describe('most model turns of a run'),
  budget_usd: z.number().positive().nullable().describe('US dollars for one run; null for no limit'),
};
const choiceFields = {
  agent: name.nullable().describe('null for agent.default'),
  model: model.nullable().describe('null for agent.model'),
};
const implementFields = {
  ...choiceFields,
  publish: z.enum(publishTargets).describe('how far an implementation goes by itself'),
  draft: z.boolean().describe('whether pull requests are opened as drafts'),
  validation_rounds: z.int().min(0).max(20).describe('how often a failed validation goes back to the agent'),
  commit_author_name: printable.describe('author of the commits'),
  commit_author_email: z.email(),
  commit_message: z
    .string()
    .min(1)
    .max(4096)
    .refine((text) => hasKnownPlaceholders(text), 'may use {number}, {title} and {repository} only')
    .describe('commit message; {number}, {title} and {repository} stand for the issue’s'),
};
const reviewFields = {
  ...choiceFields,
  max_rounds: z.int().min(0).max(20).describe('how often a review that asks for changes goes back to the agent'),
};
const validationFields = {
  commands: z.array(printable).max(50).nullable().describe('null: found in the project; []: none'),
  timeout: duration.describe('longest run of all commands together'),
};

/** One repository; what it sets itself comes before the settings of the same name above it. */
const repositorySchema = z.strictObject({
  name: repositoryName,
  id: printable.optional().describe('GitHub’s node id; set by `ghw repositories add`, survives a rename'),
  renamed_to: repositoryName
    .optional()
    .describe('what GitHub calls it now; `name` stays, because workflows were named after it'),
  agent: z.strictObject(agentFields).partial().optional(),
  plan: z.strictObject(choiceFields).partial().optional(),
  implement: z.strictObject(implementFields).partial().optional(),
  review: z.strictObject(reviewFields).partial().optional(),
  validation: z.strictObject(validationFields).partial().optional(),
});

/** The whole configuration file. Every key has its default here and nowhere else; paths get theirs in `load.ts`. */
export const configSchema = z.strictObject({
  data_path: path.nullable().default(null).describe('workspaces, artifacts and the embedded stack'),
  issues_path: path.nullable().default(null).describe('the files about issues that are kept for people'),
  repository_path: path.nullable().default(null).describe('the mirrors of the repositories'),
  agent: section(agentFields, {
    default: 'claude-code',
    model: null,
    task_type: 'feature',
    timeout: '1h',
    idle_timeout: '10m',
    max_turns: 100,
    budget_usd: 5,
  }),
  agents: z
    .strictObject({
      'claude-code': section(
        {
          path: path.nullable().describe('the CLI; null to look on the PATH, then install the pinned version'),
          base_url: address.nullable().describe('another address of the model’s API'),
          api_key_env: environmentVariable
            .nullable()
            .describe('names the variable whose value the agent gets as its key; null gives it none'),
        },
        { path: null, base_url: null, api_key_env: null },
      ),
      scripted: section({ script: path.nullable().describe('the file that is played') }, { script: null }),
    })
    .prefault({}),
  plan: section(choiceFields, { agent: null, model: null }),
  implement: section(implementFields, {
    agent: null,
    model: null,
    publish: 'pull_request',
    draft: true,
    validation_rounds: 2,
    commit_author_name: 'gh-worker',
    commit_author_email: 'gh-worker@users.noreply.github.com',
    commit_message: '{title}\n\nCloses #{number}',
  }),
  review: section(reviewFields, { agent: null, model: null, max_rounds: 2 }),
  sync: section(
    {
      labels: z
        .array(printable.max(256))
        .max(100)
        .describe('issues with one of these are taken; numbers and --all always'),
      parallelism: z.int().min(1).max(32).describe('issues that are synced at a time'),
    },
    { labels: ['ghw'], parallelism: 4 },
  ),
  approval: section(
    { policy: z.enum(['always']).describe('when a plan needs a person’s approval') },
    { policy: 'always' },
  ),
  validation: section(validationFields, { commands: null, timeout: '30m' }),
  sandbox: section(
    {
      kind: z.enum(['auto', 'bubblewrap', 'none']).describe('none only where you mean it'),
      read_only_paths: z.array(path).max(100).describe('what else of this machine agents may read'),
    },
    { kind: 'auto', read_only_paths: [] },
  ),
  github: section(
    {
      api_url: address.describe('the API’s base address, before /graphql'),
      web_url: address
        .nullable()
        .describe('where repositories are cloned from and shown; null for what belongs to api_url'),
      token_file: path.nullable().describe('a file of mode 0600 with the token; GITHUB_TOKEN comes before it'),
    },
    { api_url: 'https://api.github.com', web_url: null, token_file: null },
  ),
  temporal: section(
    {
      address: z
        .string()
        .regex(/^[A-Za-z0-9.[\]:_-]+:\d{1,5}$/, 'must be host:port')
        .nullable()
        .describe('null for the stack that `ghw up` runs'),
      namespace: z.string().regex(/^[A-Za-z0-9._-]{1,255}$/, 'must be letters, digits, dots, hyphens and underscores'),
      task_queue: z
        .string()
        .regex(/^[A-Za-z0-9._-]{1,200}$/, 'must be letters, digits, dots, hyphens and underscores')
        .describe('the queue that workers and commands share; another one keeps two installations apart'),
    },
    { address: null, namespace: 'default', task_queue: 'ghw' },
  ),
  workers: section(
    {
      types: z.array(z.enum(workerTypes)).min(1).describe('the kinds of work that a worker here takes'),
      max_concurrent_tasks: z.int().min(1).max(64).describe('agent runs at a time, per kind'),
    },
    { types: [...workerTypes], max_concurrent_tasks: 1 },
  ),
  repositories: z
    .array(repositorySchema)
    .max(1000)
    .superRefine((repositories, context) => {
      for (const [index, { name: repository }] of repositories.entries()) {
        const first = repositories.findIndex(
          (other) => canonicalRepositoryName(other.name) === canonicalRepositoryName(repository),
        );
        if (first < index) context.addIssue({ code: 'custom', path: [index, 'name'], message: 'is there twice' });
      }
    })
    .default([]),
});

/** The configuration after defaults, substitution and path resolution. */
export type Config = Omit<z.output<typeof configSchema>, 'data_path' | 'issues_path' | 'repository_path'> & {
  readonly data_path: string;
  readonly issues_path: string;
  readonly repository_path: string;
};
export type RepositoryConfig = Config['repositories'][number];

/** The sections that a repository may set for itself. */
export const repositorySections = ['agent', 'plan', 'implement', 'review', 'validation'] as const;

type WithDefaults<F extends z.core.$ZodLooseShape> = { [K in keyof F]: z.ZodDefault<F[K]> };

/** A section whose every key has a default, so that the whole section may be missing. */
function section<F extends Record<string, z.ZodType>>(
  fields: F,
  defaults: { [K in keyof F]: z.output<F[K]> },
): z.ZodPrefault<z.ZodObject<WithDefaults<F>, z.core.$strict>> {
  const shape = Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [key, field.default(defaults[key])]),
  ) as unknown as WithDefaults<F>;
  return z.strictObject(shape).prefault({} as never);
}

function isDuration(text: string): boolean {
  try {
    return parseDuration(text) > 0;
  } catch {
    return false;
  }
}

function hasKnownPlaceholders(text: string): boolean {
  return [...text.matchAll(/\{([^{}]*)\}/g)].every(([, key = '']) => ['number', 'title', 'repository'].includes(key));
}
