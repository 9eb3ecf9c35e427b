import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CycleState } from '../../src/domain/cycle/cycle.ts';
import type { WorkRequest } from '../../src/domain/cycle/desk.ts';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';
import { cyclesOf, taking } from './cycle-support.ts';
import { aCyclePlan, failure, type FakeActivities } from './support.ts';

let temporal: TemporalForTest;

beforeAll(async () => {
  temporal = await connectToTemporal();
});

afterAll(() => temporal.close());

const withCycle: ReturnType<typeof cyclesOf> = (...args) => cyclesOf(temporal)(...args);

const countsOf = ({ phases }: CycleState): object =>
  Object.fromEntries(phases.map(({ done, failed, phase }) => [phase, { done, failed }]));

describe('a work cycle', () => {
  it('syncs, plans, implements and reviews, in that order', async () => {
    await withCycle(
      { selectWork: taking({ plan: [1, 2], implement: [3], review: [4] }) },
      {},
      async ({ asked, handle }) => {
        const state = (await handle.result()) as CycleState;

        expect(asked.map(({ phase }) => phase)).toEqual(['plan', 'plan', 'implement', 'review']);
        expect(state.phases.map(({ phase }) => phase)).toEqual(['sync', 'plan', 'implement', 'review']);
        expect(countsOf(state)).toMatchObject({ plan: { done: 2 }, implement: { done: 1 }, review: { done: 1 } });
        expect(state).toMatchObject({ outcome: 'done', plan: { labels: ['ghw'] } });
      },
    );
  });

  it('asks no more issues at a time than the configuration says', async () => {
    const selectWork = taking({ implement: [1, 2, 3, 4, 5, 6, 7] });
    await withCycle({ selectWork }, {}, async (cycle) => {
      await cycle.handle.result();

      expect(cycle.asked).toHaveLength(7);
      expect(cycle.mostOpen()).toBe(2);
    });
  });

  it('goes on after a phase that failed, and says so', async () => {
    const selectWork: FakeActivities['selectWork'] = (input) =>
      input.phase === 'plan' ? Promise.reject(failure('LedgerFailed', 'broken')) : taking({ implement: [3] })(input);
    await withCycle({ selectWork }, {}, async ({ handle }) => {
      const state = (await handle.result()) as CycleState;

      expect(state.outcome).toBe('failed');
      expect(countsOf(state)).toMatchObject({ implement: { done: 1 } });
      expect(state.phases[1]?.errors).toEqual([
        { severity: 'fatal', name: 'LedgerFailed', message: 'broken', where: null },
      ]);
    });
  });

  it('counts what failed, was skipped, waits or already ran', async () => {
    const answers: Record<string, [string, string | null]> = {
      1: ['failed', 'no luck'],
      2: ['skipped', 'closed'],
      3: ['waiting_for_person', 'paused'],
      4: ['already_running', null],
    };
    const answer = ({ requestId }: WorkRequest): [string, string | null] =>
      answers[requestId.slice(-1)] ?? ['done', null];
    await withCycle({ selectWork: taking({ plan: [1, 2, 3, 4, 5] }) }, { answer }, async ({ handle }) => {
      const state = (await handle.result()) as CycleState;

      expect(state.phases[1]).toMatchObject({
        taken: 5,
        done: 1,
        failed: 1,
        skipped: { closed: 1 },
        waitingForPerson: 1,
        alreadyRunning: 1,
        errors: [{ severity: 'warning', message: 'no luck', where: 'octo/hello#1' }],
      });
      expect(state.outcome).toBe('done');
    });
  });

  it('waits a fifth of the interval for a phase, and leaves the rest running', async () => {
    const selectWork = taking({ implement: [1, 2, 3], review: [9] });
    const answer = ({ phase }: WorkRequest): [string, null] | null => (phase === 'review' ? ['done', null] : null);
    await withCycle({ selectWork }, { answer, request: { intervalMs: 2_000 } }, async ({ handle }) => {
      const state = (await handle.result()) as CycleState;

      expect(state.phases[2]).toMatchObject({ done: 0, stillRunning: 2, notStarted: 1 });
      expect(state.phases[3]).toMatchObject({ done: 1 });
    });
  });

  it('asks nobody in a dry run, and says whom it would ask', async () => {
    const selectWork = taking({ plan: [1, 2] });
    await withCycle({ selectWork }, { request: { dryRun: true } }, async ({ asked, handle }) => {
      const state = (await handle.result()) as CycleState;

      expect(asked).toEqual([]);
      expect(state.phases[1]?.issues).toMatchObject([
        { number: 1, outcome: 'would_take' },
        { number: 2, outcome: 'would_take' },
      ]);
    });
  });

  it('ends at once where a required setting is missing, with the command that sets it', async () => {
    const planCycle = () => Promise.reject(failure('InvalidConfiguration', 'No repository. ghw repositories add'));
    await withCycle({ planCycle }, {}, async ({ handle }) => {
      const state = (await handle.result()) as CycleState;

      expect(state).toMatchObject({ outcome: 'failed', phases: [] });
      expect(state.errors).toMatchObject([{ severity: 'fatal', name: 'InvalidConfiguration' }]);
    });
  });

  it('does nothing while it backs off', async () => {
    const planCycle = () =>
      Promise.resolve(aCyclePlan({ backOffUntil: '2999-01-01T00:00:00.000Z', failuresInARow: 3 }));
    await withCycle({ planCycle }, {}, async ({ handle }) => {
      expect(await handle.result()).toMatchObject({ outcome: 'backed_off', phases: [] });
    });
  });

  it('takes back what has not begun when it is cancelled, and is recorded as cancelled', async () => {
    const withdrawn: string[] = [];
    const outcomes: string[] = [];
    const fakes: Partial<FakeActivities> = {
      selectWork: taking({ plan: [1, 2, 3, 4, 5, 6] }),
      withdrawWork: (requests) => {
        withdrawn.push(...requests.map(({ request: { requestId } }) => requestId));
        return Promise.resolve();
      },
      recordCycle: ({ cycle }) => {
        outcomes.push(cycle.outcome);
        return Promise.resolve();
      },
    };
    await withCycle(fakes, { answer: () => null }, async ({ asked, handle }) => {
      while (asked.length < 4) await new Promise((resolve) => setTimeout(resolve, 20));
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();

      expect(withdrawn).toHaveLength(4);
      expect(outcomes.at(-1)).toBe('cancelled');
    });
  });

  it('runs hooks before and after, and one that fails costs nothing', async () => {
    const moments: string[] = [];
    const runHooks: FakeActivities['runHooks'] = ({ moment }) => {
      moments.push(moment);
      return Promise.reject(failure('Internal', 'broken hook'));
    };
    const planCycle = () => Promise.resolve(aCyclePlan({ hooks: { before: 1, after: 1, failed: 1 } }));
    await withCycle({ planCycle, runHooks }, {}, async ({ handle }) => {
      expect(await handle.result()).toMatchObject({ outcome: 'done' });
      expect(moments).toEqual(['before', 'after']);
    });
  });
});
