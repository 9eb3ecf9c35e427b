import { z } from 'zod';
import { fixCategories } from '../../domain/pull-request/fix-category.ts';
import { isBusinessHours } from '../../domain/schedule/business-hours.ts';
import { isTimeZone } from '../../domain/schedule/time-zone.ts';
import { duration, model, name, ownSection, printable, section, withDefaults } from '../fields.ts';

/** The keys about pull requests: the file has them for all repositories, and a repository may have its own. */

const patterns = z.array(printable.max(256)).max(100);

const skipFields = {
  labels: patterns.describe('Pull requests with one of these labels; * stands for any characters.'),
  check_names: patterns.describe('Checks that count for nothing, whatever comes of them.'),
  authors: patterns.describe('Pull requests of these accounts.'),
};
const noSkips = { labels: [], check_names: [], authors: [] };

const modelFields = {
  provider: name.nullable().describe('Whose model, by the name of an agent; null for the phase’s own.'),
  model: model.nullable().describe('The model; null for the agent’s own default.'),
};
const noModel = { provider: null, model: null };
const tasks = {
  analysis: 'Finding out why a check failed. Not used yet.',
  fix: 'Repairing a failed check. Not used yet.',
  review: 'Reviewing pull requests. Not used yet.',
} as const;

const plainFields = {
  polling_interval: duration
    .nullable()
    .describe('Least time between two looks at a repository’s pull requests; null for every discovery.'),
  time_zone: z
    .string()
    .max(64)
    .refine(isTimeZone, 'must be a time zone such as Europe/Berlin or UTC')
    .describe('Where business_hours are told, by its name in the IANA list.'),
  business_hours: z
    .array(
      z
        .string()
        .max(64)
        .refine(isBusinessHours, 'must be days and times such as Mon-Fri 09:00-17:30 or Sat 10:00-14:00'),
    )
    .max(20)
    .describe(
      'When a repository is looked at; [] for at all times. One that is_critical is looked at outside of them too.',
    ),
  failure_threshold: z
    .int()
    .min(1)
    .max(100)
    .describe('Heads in a row whose checks fail before a pull request counts as in need of repair; 1 for the first.'),
  auto_fix_enabled: z.boolean().describe('Whether failed checks may be repaired by an agent. Not used yet.'),
  fix_categories: z
    .array(
      z.strictObject({
        category: z.enum(fixCategories).describe('What failed.'),
        max_attempts: z.int().min(1).max(20).default(2).describe('Repairs of one head.'),
        max_files: z.int().min(1).max(1000).default(20).describe('Files that a repair may change.'),
        max_lines: z.int().min(1).max(100_000).default(500).describe('Lines that a repair may change.'),
      }),
    )
    .max(fixCategories.length)
    .describe('What may be repaired, each with its limits. Not used yet.'),
  reviewers: z.array(name).max(20).describe('Who reviews: names such as security or performance. Not used yet.'),
};

const defaultFixes = [
  { category: 'compilation', max_attempts: 2, max_files: 20, max_lines: 500 },
  { category: 'test', max_attempts: 2, max_files: 20, max_lines: 500 },
  { category: 'lint', max_attempts: 2, max_files: 20, max_lines: 500 },
] as const satisfies readonly { category: (typeof fixCategories)[number]; [limit: string]: unknown }[];

/** What holds for all repositories. */
export const pullRequestsSection = z
  .strictObject({
    ...withDefaults(plainFields, {
      polling_interval: null,
      time_zone: 'UTC',
      business_hours: [],
      failure_threshold: 1,
      auto_fix_enabled: false,
      fix_categories: [...defaultFixes],
      reviewers: [],
    }),
    skip: section('What is known and left alone.', skipFields, noSkips),
    models: z
      .strictObject({
        analysis: section(tasks.analysis, modelFields, noModel),
        fix: section(tasks.fix, modelFields, noModel),
        review: section(tasks.review, modelFields, noModel),
      })
      .describe('Agent and model per task.')
      .prefault({}),
  })
  .describe('Pull requests of others and our own: how they are followed.')
  .prefault({});

/** The same keys as one repository sets them, each optional. */
export const ownPullRequestFields = {
  ...z.strictObject(plainFields).partial().shape,
  skip: ownSection('Comes before the keys of pull_requests.skip.', skipFields),
  models: z
    .strictObject({
      analysis: ownSection(tasks.analysis, modelFields),
      fix: ownSection(tasks.fix, modelFields),
      review: ownSection(tasks.review, modelFields),
    })
    .partial()
    .describe('Comes before the keys of pull_requests.models.')
    .optional(),
};
