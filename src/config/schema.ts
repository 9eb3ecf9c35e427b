import { z } from 'zod';
import { artifactStores } from '../domain/artifact.ts';
import { workerTypes } from '../domain/worker-type.ts';
import { address, databaseUrl, duration, name, hooks, parallelism, path, printable, section } from './fields.ts';
import { modelAgentDefaults, modelAgentFields } from './model-agent-fields.ts';
import { agentFields, choiceFields, implementFields, reviewFields, validationFields } from './phase-fields.ts';
import { choicesSchema, namedAgentsSchema } from './sections/agents.ts';
import { budgetDefaults, budgetFields } from './sections/budgets.ts';
import { clarificationDefaults, clarificationFields } from './sections/clarification.ts';
import { discoverySection } from './sections/discovery.ts';
import { eventsSection } from './sections/events.ts';
import { pricesSection } from './sections/prices.ts';
import { pullRequestsSection } from './sections/pull-requests.ts';
import { transcriptsSection } from './sections/transcripts.ts';
import { refuseTwins, repositorySchema } from './sections/repository.ts';
import { sandboxSection } from './sections/sandbox.ts';
import { templateDefaults, templateFields } from './sections/templates.ts';

/** The whole configuration file. Every key has its default here and nowhere else; paths get theirs in `load.ts`. */
export const configSchema = z
  .strictObject({
    data_path: path
      .nullable()
      .default(null)
      .describe('Artifacts and the embedded stack; null for gh-worker in the XDG data directory.'),
    issues_path: path
      .nullable()
      .default(null)
      .describe('The files about issues that are kept for people; null for issues below data_path.'),
    repository_path: path
      .nullable()
      .default(null)
      .describe('Mirrors of the repositories and working trees; null for repositories below data_path.'),
    agent: section('What holds for every run of an agent.', agentFields, {
      default: 'claude-code',
      fallback: [],
      model: null,
      task_type: 'feature',
      timeout: '1h',
      idle_timeout: '10m',
      max_turns: 100,
      budget_usd: 5,
    }),
    agents: z
      .strictObject({
        'claude-code': section('Claude Code.', modelAgentFields, modelAgentDefaults),
        codex: section('Codex.', modelAgentFields, modelAgentDefaults),
        gemini: section('Gemini CLI.', modelAgentFields, modelAgentDefaults),
        opencode: section(
          'OpenCode.',
          {
            ...modelAgentFields,
            provider: name.describe(
              'Whose API is asked: anthropic, openai, google, or any name for a server with the Chat Completions API.',
            ),
          },
          { ...modelAgentDefaults, provider: 'anthropic' },
        ),
        scripted: section(
          'The agent that plays a file.',
          { script: path.nullable().describe('The file that is played; null for a built-in one.') },
          { script: null },
        ),
      })
      .describe('The agents that there are.')
      .prefault({}),
    named_agents: namedAgentsSchema
      .default([])
      .describe('Agents under names of their own; `ghw agents create` fills the list.'),
    choices: choicesSchema.default([]).describe('Which agent takes issues with a label; the first that fits counts.'),
    templates: section(
      'Texts of prompts, and the form of plans, in the place of our own.',
      templateFields,
      templateDefaults,
    ),
    plan: section(
      'Writing plans.',
      { ...choiceFields, parallelism: parallelism.describe('Plans that a cycle has written at a time.') },
      { agent: null, model: null, parallelism: 4 },
    ),
    implement: section(
      'Implementing plans.',
      { ...implementFields, parallelism: parallelism.describe('Implementations that a cycle has run at a time.') },
      {
        agent: null,
        model: null,
        publish: 'pull_request',
        draft: true,
        checkpoint_interval: '60s',
        checkpoint_ref: false,
        validation_rounds: 2,
        commit_author_name: 'gh-worker',
        commit_author_email: 'gh-worker@users.noreply.github.com',
        commit_message: '{title}\n\nCloses #{number}',
        parallelism: 2,
      },
    ),
    review: section(
      'Reviewing changes.',
      { ...reviewFields, parallelism: parallelism.describe('Reviews that a cycle has run at a time.') },
      { agent: null, model: null, max_rounds: 2, parallelism: 2 },
    ),
    sync: section(
      'Reading issues from GitHub.',
      {
        labels: z
          .array(printable.max(256))
          .max(100)
          .describe('Issues with one of these are selected; numbers and --all select always.'),
        parallelism: parallelism.describe('Issues that are read from GitHub at a time; 1 for one after the other.'),
        frequency: duration.describe('Time between two syncs that nobody asks for.'),
      },
      { labels: ['ghw'], parallelism: 4, frequency: '10m' },
    ),
    discovery: discoverySection,
    work: section(
      'Work cycles.',
      {
        max_new_plans_per_cycle: z
          .int()
          .min(0)
          .max(1000)
          .describe('Plans that one cycle begins by labels; issues that are named are planned in any case.'),
        before: hooks.describe('Run before each cycle: commands, or addresses that are posted to.'),
        after: hooks.describe('Run after each cycle that went well.'),
        failed: hooks.describe('Run after each cycle that failed.'),
      },
      { max_new_plans_per_cycle: 10, before: [], after: [], failed: [] },
    ),
    pull_requests: pullRequestsSection,
    events: eventsSection,
    approval: section(
      'What needs a person.',
      {
        policy: z.enum(['always']).describe('When a plan needs a person’s approval.'),
        reminder: duration
          .nullable()
          .describe(
            'Time after which a person is reminded of what waits for them; null for never. Nothing approves itself.',
          ),
        remind_again: duration.describe('Time between the reminders that follow.'),
        comment_commands: z
          .boolean()
          .describe(
            'Whether /approve, /revise and /answer in comments count, from people who may write to the repository.',
          ),
      },
      { policy: 'always', reminder: '24h', remind_again: '72h', comment_commands: true },
    ),
    clarification: section('Questions that agents ask.', clarificationFields, clarificationDefaults),
    budgets: section('What work may cost, beside agent.budget_usd of one run.', budgetFields, budgetDefaults),
    validation: section('Checking changes.', validationFields, { commands: null, timeout: '30m' }),
    sandbox: sandboxSection,
    prices: pricesSection,
    github: section(
      'The connection to GitHub.',
      {
        api_url: address.describe('The API’s base address, before /graphql.'),
        web_url: address
          .nullable()
          .describe('Where repositories are cloned from and shown; null for what belongs to api_url.'),
        token_file: path
          .nullable()
          .describe('A file of mode 0600 with the token and nothing else; GITHUB_TOKEN comes before it.'),
        change_interval: duration
          .nullable()
          .describe('Time between two changes once there were many: comments, pull requests; null for none.'),
      },
      { api_url: 'https://api.github.com', web_url: null, token_file: null, change_interval: '2s' },
    ),
    temporal: section(
      'The connection to Temporal.',
      {
        address: z
          .string()
          .regex(/^[A-Za-z0-9.[\]:_-]+:\d{1,5}$/, 'must be host:port')
          .nullable()
          .describe('host:port of a Temporal service; null for the one that `ghw up` runs.'),
        namespace: z
          .string()
          .regex(/^[A-Za-z0-9._-]{1,255}$/, 'must be letters, digits, dots, hyphens and underscores')
          .describe('Its namespace.'),
        task_queue: z
          .string()
          .regex(/^[A-Za-z0-9._-]{1,200}$/, 'must be letters, digits, dots, hyphens and underscores')
          .describe('The queue that workers and commands share; another one keeps two installations apart.'),
      },
      { address: null, namespace: 'default', task_queue: 'ghw' },
    ),
    database: section(
      'The connection to the ledger.',
      {
        url: databaseUrl
          .nullable()
          .describe(
            'The ledger’s PostgreSQL, its password as ${NAME}; null for the one that `ghw up` runs. DATABASE_URL comes before it.',
          ),
      },
      { url: null },
    ),
    artifacts: section(
      'Sessions, changes and transcripts that outlive a run.',
      {
        store: z
          .enum(artifactStores)
          .describe(
            'directory: below data_path, for one host. postgres: in the ledger, for any number. auto: postgres where a database is named.',
          ),
      },
      { store: 'auto' },
    ),
    transcripts: transcriptsSection,
    workers: section(
      'The worker that runs here.',
      {
        types: z.array(z.enum(workerTypes)).min(1).describe('The kinds of work that it takes.'),
        max_concurrent_tasks: z.int().min(1).max(64).describe('Agent runs at a time, per kind.'),
      },
      { types: [...workerTypes], max_concurrent_tasks: 1 },
    ),
    notifications: section(
      'Where people are told.',
      {
        github_comment: z
          .boolean()
          .describe('Whether reminders and the questions of agents are written as comments on the issue.'),
      },
      { github_comment: true },
    ),
    repositories: z
      .array(repositorySchema)
      .max(1000)
      // Also where other things are wrong: a person wants to hear of all at once.
      .superRefine(refuseTwins, { when: () => true })
      .default([])
      .describe('The repositories that are worked on; `ghw repositories add` fills the list.'),
  })
  .describe('The configuration of gh-worker.');

/** The configuration after defaults, substitution and path resolution. */
export type Config = Omit<z.output<typeof configSchema>, 'data_path' | 'issues_path' | 'repository_path'> & {
  readonly data_path: string;
  readonly issues_path: string;
  readonly repository_path: string;
};
export type RepositoryConfig = Config['repositories'][number];

/** The sections that a repository may set for itself. */
export const repositorySections = [
  'agent',
  'plan',
  'implement',
  'review',
  'templates',
  'validation',
  'clarification',
  'budgets',
] as const;
