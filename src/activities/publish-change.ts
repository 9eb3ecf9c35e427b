import { Context } from '@temporalio/activity';
import { GhwError } from '../domain/errors.ts';
import { checkpointRef } from '../domain/implementation.ts';
import type { IssueIdentity } from '../domain/issue-state.ts';
import { formatIssue } from '../domain/issue.ts';
import type { Publication } from '../domain/progress/implementation.ts';
import type { Publisher, Remote } from '../workspace/workspace.ts';
import type { PublishChangeInput } from './types.ts';

/**
 * Checks a change in a place that never saw the agent's tree, and pushes it. What may not leave, or not without a
 * person's word, stays and is told. Run again after a push whose answer was lost, it finds the head on the branch.
 */
export function createPublishChange(deps: {
  readonly publisher: Publisher;
  readonly remoteOf: (repository: string) => Remote;
  /** Whether unfinished work was pushed as well. */
  readonly hasCheckpointRef: (issue: IssueIdentity) => Promise<boolean>;
}): (input: PublishChangeInput) => Promise<Publication> {
  return async ({ issue, change, branch, expectedOid, push, approved }) => {
    const remote = deps.remoteOf(issue.repository);
    const concerns = await deps.publisher.inspect(remote, change);
    const refused = concerns.filter(({ severity }) => severity === 'refused');
    if (refused.length > 0 && approved) {
      throw new GhwError(
        'ChangeRefused',
        `${formatIssue(issue)}: ${refused.map(({ message }) => message).join('; ')}`,
        {
          hint: 'Nobody can publish this change; have it implemented again: ghw issues implement --force',
        },
      );
    }
    const mayLeave = refused.length === 0 && (approved || concerns.length === 0);
    if (!push || !mayLeave) return { concerns, published: null };
    const { headOid } = await deps.publisher.push({ remote, change, branch, expectedOid });
    if (await deps.hasCheckpointRef(issue)) await removeCheckpoint(deps.publisher, remote, issue);
    return { concerns: approved ? [] : concerns, published: { branch, headOid } };
  };
}

/** It is a copy of what is on the branch now; one that stays is replaced by the next. */
async function removeCheckpoint(publisher: Publisher, remote: Remote, issue: IssueIdentity): Promise<void> {
  const ref = checkpointRef(issue.number);
  try {
    await publisher.removeCheckpoint(remote, ref);
  } catch (error) {
    Context.current().log.warn('Saved work could not be removed', { issue: formatIssue(issue), ref, error });
  }
}
