import { describe, expect, it } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/common';
import { pullRequestWorkflows } from '../../src/client/pull-requests.ts';
import type { TemporalClient } from '../../src/client/connection.ts';
import type { PullRequestNotice } from '../../src/domain/pull-request/notice.ts';
import { change, notice } from '../domain/pull-request/life-support.ts';

/** A workflow that has ended, and what it had heard by then. */
function ended(revision: number) {
  const begun: PullRequestNotice[] = [];
  const workflow = {
    getHandle: () => ({
      signal: () => Promise.reject(new WorkflowNotFoundError('It has ended.', 'pr:octo/hello#7', undefined)),
      describe: () => Promise.resolve({ memo: { revision } }),
    }),
    signalWithStart: (_type: string, { signalArgs }: { signalArgs: readonly [PullRequestNotice] }) => {
      begun.push(signalArgs[0]);
      return Promise.resolve();
    },
  };
  const temporal = { client: { workflow } } as unknown as TemporalClient;
  return { begun, workflows: pullRequestWorkflows(temporal, 'ghw') };
}

describe('news of a pull request whose workflow has ended', () => {
  const closed = change('closed', 2);

  it('begin it again when the pull request is, with what is news to it', async () => {
    const { begun, workflows } = ended(2);

    await workflows.tell(notice(3, {}, [closed, change('reopened', 3)]));

    expect(begun.map(({ changes }) => changes.map(({ kind }) => kind))).toEqual([['reopened']]);
  });

  it('begin nothing if it has heard them', async () => {
    const { begun, workflows } = ended(2);

    await workflows.tell(notice(2, { state: 'closed' }, [closed]));
    await workflows.tell(notice(2, { skippedBy: 'label wip' }, [change('skipped', 2)]));

    expect(begun).toEqual([]);
  });

  it('are told to a new one if it ended before them', async () => {
    const { begun, workflows } = ended(1);

    await workflows.tell(notice(2, { state: 'merged' }, [change('merged', 2)]));

    expect(begun).toHaveLength(1);
  });
});
