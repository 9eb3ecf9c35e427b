import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { auditQuery, planQuery, searchAttributes, syncUpdate } from '../../src/workflows/protocol.ts';
import { aChange, aSync, aPolicy, aPullRequest, aReport, PLAN_DIGEST } from '../domain/builders.ts';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';
import { failure, fakeActivities, withIssue, type FakeActivities, type IssueUnderTest } from './support.ts';

const issueFakes = fakeActivities();
let temporal: TemporalForTest;

beforeAll(async () => {
  temporal = await connectToTemporal();
});

afterAll(() => temporal.close());

async function approved(issue: IssueUnderTest): Promise<void> {
  await issue.send('plan');
  await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);
  await issue.send('approvePlan', { digest: PLAN_DIGEST });
}

/** `EVENT_TYPE_WORKFLOW_TASK_COMPLETED`: the workflow has taken in all that has happened. */
const TASK_COMPLETED = '7';

/** The history once nothing is added any more: the ledger may still be being told. */
async function restingHistory(issue: IssueUnderTest): Promise<string[]> {
  for (;;) {
    const { raw } = await issue.handle.describe();
    const types = await historyTypes(issue);
    if ((raw.pendingActivities ?? []).length === 0 && types.at(-1) === TASK_COMPLETED) return types;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function historyTypes(issue: IssueUnderTest): Promise<string[]> {
  const { events } = await issue.handle.fetchHistory();
  return (events ?? []).map((event) => String(event.eventType));
}

describe('an issue from sync to pull request', () => {
  it('goes through plan, approval, implementation, validation, publication and pull request', async () => {
    await withIssue(temporal, {}, async (issue) => {
      await approved(issue);
      await issue.send('implement');
      const { implementation, costUsd, waitsFor } = await issue.settled(
        ({ implementation: { state } }) => state === 'pr_opened',
      );

      expect(implementation.pullRequest).toMatchObject({ number: 7, isDraft: true });
      expect(waitsFor).toBe('person');
      expect(costUsd).toBe(1);
      const aside = ['syncIssue', 'loadPolicy', 'recallIssue', 'recordIssue'];
      expect(issue.activities.calls.filter((name) => !aside.includes(name))).toEqual([
        'runAgent',
        'publishPlan',
        'publishPlan',
        'runAgent',
        'validateChange',
        'publishChange',
        'openPullRequest',
      ]);
    });
  });

  it('is found by its search attributes and shows its plan by query', async () => {
    await withIssue(temporal, {}, async (issue) => {
      await approved(issue);

      const plan = await issue.handle.query(planQuery);
      const { typedSearchAttributes: seen, memo } = await issue.handle.describe();

      expect(plan).toMatchObject({ version: 1, digest: PLAN_DIGEST });
      expect(seen.get(searchAttributes.planState)).toBe('approved');
      expect(seen.get(searchAttributes.number)).toBe(42);
      expect(seen.get(searchAttributes.tags)).toEqual(['label:ghw', 'author:ana']);
      expect(memo).toMatchObject({ title: 'Greet' });
    });
  });

  it('ends when its pull request is merged', async () => {
    let merged = false;
    const pullRequest = () => aPullRequest({ state: merged ? 'merged' : 'open' });
    const syncIssue = () => Promise.resolve(aSync({ ownPullRequest: merged ? pullRequest() : null }));
    await withIssue(temporal, { syncIssue }, async (issue) => {
      await approved(issue);
      await issue.send('implement');
      await issue.settled(({ implementation }) => implementation.state === 'pr_opened');
      merged = true;
      await issue.handle.executeUpdate(syncUpdate);

      expect(await issue.handle.result()).toMatchObject({ outcome: 'merged' });
    });
  });
});

describe('an approval', () => {
  it('with another digest is refused with the reason, and leaves no event in the history', async () => {
    await withIssue(temporal, {}, async (issue) => {
      await issue.send('plan');
      await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);
      const before = await restingHistory(issue);

      const refusal = issue.send('approvePlan', { digest: 'f'.repeat(64) });

      await expect(refusal).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
      await expect(refusal).rejects.toMatchObject({ cause: { type: 'PlanDigestMismatch' } });
      expect(await historyTypes(issue)).toEqual(before);
    });
  });

  it('can be a signal, and a signal that does not apply is in the audit', async () => {
    await withIssue(temporal, {}, async (issue) => {
      await issue.send('plan');
      await issue.settled(({ plan }) => plan.state === 'awaiting_review');
      await issue.handle.signal('approvePlan', { digest: 'f'.repeat(64), by: 'eve' });
      await issue.handle.signal('approvePlan', { digest: PLAN_DIGEST, by: 'ana' });

      expect(await issue.settled(({ plan }) => plan.state === 'approved')).toBeDefined();
      expect(await issue.handle.query(auditQuery)).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ action: 'approvePlan', by: 'eve', door: 'signal' }),
          expect.objectContaining({ action: 'approvePlan', by: 'ana', door: 'signal' }),
        ]),
      );
    });
  });

  it('is void once the text of the issue has changed; a running implementation stops', async () => {
    let title = 'Greet';
    const syncIssue = () => Promise.resolve(aSync({ title }));
    await withIssue(temporal, { syncIssue }, async (issue) => {
      await approved(issue);
      title = 'Greet louder';
      await issue.send('implement');

      const { plan, implementation } = await issue.settled();

      expect(plan).toMatchObject({ state: 'awaiting_review', stale: true });
      expect(implementation.state).toBe('none');
      expect(issue.activities.calls.filter((name) => name === 'runAgent')).toHaveLength(1);
    });
  });
});

/** An author whose every round leaves another change; tells what each round was for. */
function busyAuthor(kinds: string[]): Pick<FakeActivities, 'runAgent'> {
  let head = 0;
  return {
    async runAgent(input) {
      kinds.push(input.assignment.kind);
      const result = await issueFakes.runAgent(input);
      head += 1;
      return result.change ? { ...result, change: aChange(String(head).repeat(40)) } : result;
    },
  };
}

describe('a failed validation', () => {
  it('goes back to the agent with its output, then fails with nothing published; force tries again', async () => {
    const kinds: string[] = [];
    let ok = false;
    const activities = {
      ...busyAuthor(kinds),
      validateChange: ({ change }: { change: { headOid: string } }) => Promise.resolve(aReport(ok, change.headOid)),
    };
    await withIssue(temporal, activities, async (issue) => {
      await approved(issue);
      await issue.send('implement');
      const failed = await issue.settled(({ implementation }) => implementation.state === 'failed');

      expect(failed.implementation.failure).toMatchObject({ name: 'ValidationFailed' });
      expect(kinds).toEqual(['plan', 'implement', 'fix_validation', 'fix_validation']);
      expect(issue.activities.calls).not.toContain('publishChange');
      await expect(issue.send('implement')).rejects.toMatchObject({ cause: { type: 'NotApplicable' } });

      ok = true;
      await issue.send('implement', { force: true });
      await issue.settled(({ implementation }) => implementation.state === 'pr_opened');
    });
  });
});

describe('a review', () => {
  const asksForChanges = async (): ReturnType<FakeActivities['reviewChange']> => {
    const result = await issueFakes.reviewChange({} as never);
    return { ...result, report: { verdict: 'request_changes', summary: 'No.', findings: [] } };
  };

  it('that asks for changes goes back to the author, at most twice, then a person is asked', async () => {
    const kinds: string[] = [];
    await withIssue(temporal, { ...busyAuthor(kinds), reviewChange: asksForChanges }, async (issue) => {
      await approved(issue);
      await issue.send('implement', { publish: 'none' });
      await issue.settled(({ implementation }) => implementation.state === 'awaiting_review');
      await issue.send('review');

      const { review, waitsFor } = await issue.settled(({ implementation: { state } }) => state === 'reviewed');

      expect(review.report?.verdict).toBe('request_changes');
      expect(waitsFor).toBe('person');
      expect(issue.activities.calls.filter((name) => name === 'reviewChange')).toHaveLength(3);
      expect(kinds).toEqual(['plan', 'implement', 'address_review', 'address_review']);
    });
  });

  it('whose findings the author declines asks a person, and is not held again', async () => {
    await withIssue(temporal, { reviewChange: asksForChanges }, async (issue) => {
      await approved(issue);
      await issue.send('implement', { publish: 'none' });
      await issue.settled(({ implementation }) => implementation.state === 'awaiting_review');
      await issue.send('review');
      await issue.settled(
        ({ implementation, review }) => implementation.state === 'awaiting_review' && review.report !== null,
      );

      expect(issue.activities.calls.filter((name) => name === 'reviewChange')).toHaveLength(1);
      const audit = await issue.handle.query(auditQuery);
      expect(audit.at(-1)).toMatchObject({ action: 'reviewDeclined', detail: 'Done.' });
    });
  });

  it('of nothing leaves the issue as it was', async () => {
    await withIssue(temporal, {}, async (issue) => {
      await issue.send('review');
      const { implementation, review } = await issue.settled();

      expect(implementation.state).toBe('none');
      expect(review.failure).toMatchObject({ name: 'NotApplicable' });
      await approved(issue);
      await issue.send('implement');
    });
  });

  it('that crashed is no review', async () => {
    const reviewChange = () => Promise.reject(failure('AgentCrashed'));
    await withIssue(temporal, { reviewChange }, async (issue) => {
      await approved(issue);
      await issue.send('implement', { publish: 'none' });
      await issue.settled(({ implementation }) => implementation.state === 'awaiting_review');
      await issue.send('review');

      const { review } = await issue.settled(({ implementation }) => implementation.state === 'review_failed');

      expect(review).toMatchObject({ report: null, failure: { name: 'AgentCrashed' } });
    });
  });

  it('is followed by the pull request on a person’s word for the head that was shown', async () => {
    await withIssue(temporal, {}, async (issue) => {
      await approved(issue);
      await issue.send('implement', { publish: 'none' });
      const { implementation } = await issue.settled(({ implementation: { state } }) => state === 'awaiting_review');
      await issue.send('review');
      await issue.settled(({ implementation: { state } }) => state === 'reviewed');
      await issue.send('openPullRequest', { headSha: implementation.headSha, draft: false });

      const opened = await issue.settled(
        ({ implementation: { state }, step }) => state === 'pr_opened' && step === null,
      );

      expect(opened.implementation.pullRequest).toMatchObject({ isDraft: false });
      expect(issue.activities.calls.filter((name) => name === 'publishReview')).toHaveLength(1);
    });
  });
});

describe('an issue that GitHub does not know', () => {
  it('ends at once', async () => {
    const syncIssue = () => Promise.reject(failure('GitHubNotFound', 'octo/hello#42 does not exist'));
    await withIssue(temporal, { syncIssue }, async (issue) => {
      expect(await issue.handle.result()).toMatchObject({ outcome: 'not_found' });
    });
  });

  it('keeps its plan if it is gone only later', async () => {
    let gone = false;
    const syncIssue = () => (gone ? Promise.reject(failure('GitHubNotFound')) : Promise.resolve(aSync()));
    await withIssue(temporal, { syncIssue }, async (issue) => {
      await approved(issue);
      gone = true;
      await issue.send('implement');

      const { implementation, plan } = await issue.settled();

      expect(implementation).toMatchObject({ state: 'failed', failure: { name: 'GitHubNotFound' } });
      expect(plan.state).toBe('approved');
    });
  });
});

describe('a long life', () => {
  it('goes on as a new run at rest, with everything it knows', async () => {
    const loadPolicy = () => Promise.resolve(aPolicy());
    await withIssue(temporal, { loadPolicy }, async (issue) => {
      await approved(issue);
      const { runId } = await issue.handle.describe();
      // A busy worker takes many messages in one task; the messages alone are more than one history is meant to hold.
      for (let round = 0; (await issue.handle.describe()).runId === runId; round += 1) {
        const batch = Array.from({ length: 50 }, (_, index) => `${round}-${index}`);
        for (const id of batch) {
          await Promise.all([
            issue.handle.signal('pause', { by: 'ana', requestId: `p${id}` }),
            issue.handle.signal('resume', { by: 'ana', requestId: `r${id}` }),
          ]);
        }
        // Not faster than the worker: what it could not read in one task, it would read again and again.
        await issue.summary();
      }

      expect((await issue.summary()).plan).toMatchObject({ state: 'approved', digest: PLAN_DIGEST });
    });
  });
});
