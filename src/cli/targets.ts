import { findRepository } from '../config/policy.ts';
import type { Config } from '../config/schema.ts';
import { GhwError } from '../domain/errors.ts';
import type { IssueIdentity } from '../domain/issue-state.ts';
import type { IssueRef } from '../domain/issue.ts';
import { type Targets, parseIssues, parseTargets } from '../domain/schemas/targets.ts';
import type { CommandContext } from './context.ts';

/**
 * The issues that a command's words name, under the names that their workflows have.
 *
 * @throws GhwError `InvalidInput`, `RepositoryNotConfigured`, `InvalidConfiguration`
 */
export async function issuesOf(context: CommandContext, words: readonly string[]): Promise<readonly IssueIdentity[]> {
  const { config } = await context.config();
  return parseIssues(words, namesOf(config)).map((issue) => identityOf(config, issue));
}

/**
 * The one issue that a command's words name.
 *
 * @throws GhwError `InvalidInput`, `RepositoryNotConfigured`, `InvalidConfiguration`
 */
export async function issueOf(context: CommandContext, words: readonly string[]): Promise<IssueIdentity> {
  const [issue, ...more] = await issuesOf(context, words);
  if (issue === undefined || more.length > 0) {
    throw new GhwError('InvalidInput', 'This command takes one issue.', { hint: 'Write owner/repo#42.' });
  }
  return issue;
}

/** What the words name: issues and whole repositories. */
export async function targetsOf(
  context: CommandContext,
  words: readonly string[],
): Promise<{
  readonly issues: readonly IssueIdentity[];
  readonly repositories: readonly Omit<IssueIdentity, 'number'>[];
}> {
  const { config } = await context.config();
  const targets: Targets = parseTargets(words, namesOf(config));
  return {
    issues: targets.issues.map((issue) => identityOf(config, issue)),
    repositories: targets.repositories.map((name) => repositoryOf(config, name)),
  };
}

/** A configured repository, under the name that its workflows have. */
export function repositoryOf(config: Config, name: string): Omit<IssueIdentity, 'number'> {
  const found = findRepository(config, name);
  if (found === undefined) {
    throw new GhwError('RepositoryNotConfigured', `${name} is not among the configured repositories.`, {
      hint: `ghw repositories add ${name}`,
    });
  }
  return { repository: found.name, repositoryId: found.id ?? null };
}

function identityOf(config: Config, { repository, number }: IssueRef): IssueIdentity {
  return { ...repositoryOf(config, repository), number };
}

function namesOf(config: Config): readonly string[] {
  return config.repositories.map(({ name }) => name);
}
