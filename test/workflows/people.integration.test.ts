import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReminderInput } from '../../src/activities/types.ts';
import { auditQuery, syncUpdate } from '../../src/workflows/protocol.ts';
import { aPolicy, aSync, PLAN_DIGEST } from '../domain/builders.ts';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';
import { failure, withIssue, type FakeActivities, type IssueUnderTest } from './support.ts';

let temporal: TemporalForTest;

beforeAll(async () => {
  temporal = await connectToTemporal();
});

afterAll(() => temporal.close());

async function planned(issue: IssueUnderTest): Promise<void> {
  await issue.send('plan');
  await issue.settled(({ plan, step }) => plan.state === 'awaiting_review' && step === null);
}

describe('a comment on the issue', () => {
  it('approves the plan at the next sync, once', async () => {
    const asked: unknown[] = [];
    const syncIssue: FakeActivities['syncIssue'] = ({ comments }) => {
      asked.push(comments?.since);
      const at = '2026-01-04T00:00:00Z';
      const commands = comments?.since
        ? [{ id: 'IC_9', by: 'ana', at, name: 'approve' as const, text: '', permission: 'write' as const }]
        : [];
      return Promise.resolve({ ...aSync(), commands });
    };
    await withIssue(temporal, { syncIssue }, async (issue) => {
      await planned(issue);
      const summary = await issue.handle.executeUpdate(syncUpdate);
      await issue.handle.executeUpdate(syncUpdate);

      expect(summary.plan).toMatchObject({ state: 'approved', approvedBy: 'ana', digest: PLAN_DIGEST });
      expect(asked.slice(0, 2)).toEqual([null, '2026-01-03T00:00:00Z']);
      const audit = await issue.handle.query(auditQuery);
      expect(audit.filter(({ door }) => door === 'comment')).toHaveLength(1);
    });
  });

  it('counts for nothing where the configuration says so', async () => {
    const asked: unknown[] = [];
    const syncIssue: FakeActivities['syncIssue'] = ({ comments }) => {
      asked.push(comments);
      return Promise.resolve(aSync());
    };
    const { approval } = aPolicy();
    const loadPolicy = () => Promise.resolve(aPolicy({ approval: { ...approval, commentCommands: false } }));
    await withIssue(temporal, { syncIssue, loadPolicy }, async (issue) => {
      await planned(issue);
      await issue.handle.executeUpdate(syncUpdate);

      expect(asked.at(-1)).toBeNull();
    });
  });
});

describe('a plan that waits', () => {
  const approval = { reminderMs: 200, remindAgainMs: 200, commentCommands: true };

  it('is reminded of again and again until somebody decides, and never decides itself', async () => {
    const reminders: ReminderInput[] = [];
    const postReminder: FakeActivities['postReminder'] = (input) => {
      reminders.push(input);
      return Promise.resolve({ id: 'IC_3', url: '', at: '' });
    };
    const loadPolicy = () => Promise.resolve(aPolicy({ approval }));
    await withIssue(temporal, { loadPolicy, postReminder }, async (issue) => {
      await planned(issue);
      while (reminders.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
      const waiting = await issue.summary();
      await issue.send('approvePlan', { digest: PLAN_DIGEST });

      expect(waiting.plan.state).toBe('awaiting_review');
      expect(reminders.map(({ ordinal }) => ordinal).slice(0, 2)).toEqual([1, 2]);
      expect(reminders[0]).toMatchObject({ what: 'version 1 of the plan (waiting for local review)' });
      expect(reminders[0]?.how).toMatch(/ghw plans review .*\/approve/);
    });
  });

  it('goes on waiting where a reminder cannot be posted', async () => {
    const postReminder: FakeActivities['postReminder'] = () => Promise.reject(failure('GitHubForbidden', 'no right'));
    const loadPolicy = () => Promise.resolve(aPolicy({ approval: { ...approval, remindAgainMs: 60_000 } }));
    await withIssue(temporal, { loadPolicy, postReminder }, async (issue) => {
      await planned(issue);
      for (;;) {
        const audit = await issue.handle.query(auditQuery);
        const [reminder] = audit.filter(({ action }) => action === 'remind');
        if (reminder) {
          expect(reminder.detail).toBe('failed: no right');
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }

      expect((await issue.send('approvePlan', { digest: PLAN_DIGEST })).plan.state).toBe('approved');
    });
  });
});
