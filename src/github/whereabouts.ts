import { z } from 'zod';
import { GhwError } from '../domain/errors.ts';
import { type Gone, type IssueRef, formatIssue } from '../domain/issue.ts';
import { canonicalRepositoryName, splitRepositoryName } from '../domain/repository-name.ts';
import { checkedRepositoryName } from './clone-url.ts';
import type { Transport } from './transport.ts';

/** Its address tells the repository: `https://api.github.com/repos/acme/app`. */
const placedIssue = z.object({
  number: z.int(),
  repository_url: z.string().transform((url, context) => {
    const name = /\/repos\/([^/]+\/[^/]+)$/.exec(url)?.[1];
    if (name !== undefined) return name;
    context.addIssue({ code: 'custom', message: 'not the address of a repository' });
    return z.NEVER;
  }),
});

/**
 * Where an issue is now. Only REST tells: it redirects to where an issue was transferred to, and answers 410 for one that
 * was deleted, or 404 for one that went where our identity sees nothing. Source: GitHub's documentation of "Get an issue".
 */
export async function whereabouts(transport: Transport, issue: IssueRef): Promise<Gone | null> {
  const { owner, name } = splitRepositoryName(checkedRepositoryName(issue.repository));
  try {
    const { number, repository_url: repository } = await transport.rest(
      {
        route: 'GET /repos/{owner}/{repo}/issues/{number}',
        values: { owner, repo: name, number: String(issue.number) },
        answer: placedIssue,
        needs: 'Issues: read',
      },
      `say where the issue ${formatIssue(issue)} is`,
    );
    const isHere =
      number === issue.number && canonicalRepositoryName(repository) === canonicalRepositoryName(issue.repository);
    return isHere ? null : { how: 'transferred', to: { repository, number } };
  } catch (error) {
    if (error instanceof GhwError && error.name === 'GitHubNotFound') return { how: 'deleted' };
    throw error;
  }
}
