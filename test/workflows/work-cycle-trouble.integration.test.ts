import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { workAnswerSignal } from '../../src/workflows/protocol.ts';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';
import type { CycleState, PhaseResult } from '../../src/domain/cycle/cycle.ts';
import type { CyclePhase } from '../../src/domain/cycle/phases.ts';
import { cyclesOf, taking } from './cycle-support.ts';
import { aCyclePlan, failure, gate, type FakeActivities } from './support.ts';

let temporal: TemporalForTest;

beforeAll(async () => {
  temporal = await connectToTemporal();
});

afterAll(() => temporal.close());

const withCycle: ReturnType<typeof cyclesOf> = (...args) => cyclesOf(temporal)(...args);

function resultOf({ phases }: CycleState, wanted: CyclePhase): PhaseResult | undefined {
  return phases.find(({ phase }) => phase === wanted);
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('the requests of a cycle', () => {
  it('may be answered before it is known that they have arrived', async () => {
    const arrived = gate();
    const requestWork: FakeActivities['requestWork'] = async (requests) => {
      for (const { request } of requests) {
        const { replyTo, requestId } = request;
        const answer = { requestId, replyTo, outcome: 'done', reason: null, error: null } as const;
        await temporal.client.workflow.getHandle(replyTo).signal(workAnswerSignal, answer);
      }
      await arrived.passed;
      return [];
    };
    await withCycle({ selectWork: taking({ plan: [1, 2] }), requestWork }, {}, async ({ handle }) => {
      setTimeout(() => arrived.open(), 300);

      const state = (await handle.result()) as CycleState;

      expect(resultOf(state, 'plan')).toMatchObject({ taken: 2, done: 2 });
    });
  });

  it('that cannot be left are failures by name, and cost the others nothing', async () => {
    let first = true;
    const requestWork: FakeActivities['requestWork'] = (requests) => {
      const [one] = requests;
      const unsent =
        first && one ? [{ requestId: one.request.requestId, name: 'InvalidInput' as const, message: 'no' }] : [];
      first = false;
      for (const { request } of requests.slice(unsent.length)) {
        const { replyTo, requestId } = request;
        const answer = { requestId, replyTo, outcome: 'done', reason: null, error: null } as const;
        void temporal.client.workflow.getHandle(replyTo).signal(workAnswerSignal, answer);
      }
      return Promise.resolve(unsent);
    };
    await withCycle({ selectWork: taking({ plan: [1, 2, 3, 4, 5] }), requestWork }, {}, async ({ handle }) => {
      const state = (await handle.result()) as CycleState;

      expect(resultOf(state, 'plan')).toMatchObject({
        taken: 5,
        done: 4,
        failed: 1,
        errors: [{ severity: 'warning', name: 'InvalidInput', where: 'octo/hello#1' }],
      });
    });
  });

  it('that nobody can leave end their phase, with every issue accounted for', async () => {
    const requestWork: FakeActivities['requestWork'] = () => Promise.reject(failure('TemporalUnreachable', 'away'));
    const selectWork = taking({ implement: [1, 2, 3] });
    await withCycle({ selectWork, requestWork }, {}, async ({ handle }) => {
      const state = (await handle.result()) as CycleState;

      expect(resultOf(state, 'implement')).toMatchObject({
        taken: 3,
        done: 0,
        stillRunning: 2,
        notStarted: 1,
        errors: [{ severity: 'fatal', name: 'TemporalUnreachable' }],
      });
      expect(resultOf(state, 'review')).toMatchObject({ taken: 0 });
    });
  });

  it('are taken back only when none can arrive any more', async () => {
    const order: string[] = [];
    const fakes: Partial<FakeActivities> = {
      selectWork: taking({ plan: [1, 2, 3] }),
      requestWork: async () => {
        order.push('asking');
        await new Promise((resolve) => setTimeout(resolve, 500));
        order.push('asked');
        return [];
      },
      withdrawWork: () => {
        order.push('taken back');
        return Promise.resolve();
      },
    };
    await withCycle(fakes, {}, async ({ handle }) => {
      await until(() => order.length > 0);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();

      expect(order).toEqual(['asking', 'asked', 'taken back']);
    });
  });

  it('are others in another run under the same workflow id', async () => {
    const ids = new Set<string>();
    for (let run = 0; run < 2; run += 1) {
      await withCycle({ selectWork: taking({ plan: [1] }) }, {}, async ({ asked, handle }) => {
        await handle.result();
        ids.add((asked[0]?.requestId ?? '').replace(handle.workflowId, ''));
      });
    }

    expect(ids.size).toBe(2);
  });
});

describe('whoever has only the Web UI', () => {
  it('may send a cycle what makes no sense: it changes nothing', async () => {
    await withCycle({ selectWork: taking({ plan: [1] }) }, { answer: () => null }, async ({ asked, handle }) => {
      await until(() => asked.length > 0);
      const [{ replyTo, requestId } = { replyTo: '', requestId: '' }] = asked;
      for (const nonsense of [[], ['done'], [{ requestId, replyTo, outcome: 'banana' }]]) {
        await handle.signal('answer', ...nonsense);
      }
      await handle.signal('answer', { requestId, replyTo, outcome: 'done' });

      const state = (await handle.result()) as CycleState;

      expect(resultOf(state, 'plan')).toMatchObject({ taken: 1, done: 1 });
    });
  });

  it('may start one with what makes no sense, and hears so', async () => {
    await withCycle({}, { request: { phases: ['deploy' as 'plan'] } }, async ({ handle }) => {
      await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
    });
  });
});

describe('the phases of a scheduled cycle', () => {
  it('do not wait for a sync that takes longer than its time; the cycle ends with it', async () => {
    const read = gate();
    const syncRepositories: FakeActivities['syncRepositories'] = async ({ repositories }) => {
      await read.passed;
      return repositories.map(({ repository }) => ({
        ...{ repository, renamedFrom: null, archived: false, outcome: 'complete', failure: null },
        issues: { read: 1, added: 1, changed: 0, closed: 0, reopened: 0, gone: 0 },
      }));
    };
    const selectWork = taking({ plan: [1] });
    await withCycle({ selectWork, syncRepositories }, { request: { intervalMs: 2_000 } }, async (cycle) => {
      await until(async () => resultOf(await cycle.state(), 'review')?.endedAt != null);
      expect(resultOf(await cycle.state(), 'sync')).toMatchObject({ taken: 1, done: 0, stillRunning: 1 });
      expect(resultOf(await cycle.state(), 'plan')).toMatchObject({ done: 1 });
      read.open();

      const ended = (await cycle.handle.result()) as CycleState;

      expect(resultOf(ended, 'sync')).toMatchObject({ taken: 1, done: 1, stillRunning: 0 });
      expect(ended.phases.map(({ phase }) => phase)).toEqual(['sync', 'plan', 'implement', 'review']);
      expect(ended.outcome).toBe('done');
    });
  });

  it('can be cancelled while a sync goes on beside them', async () => {
    const read = gate();
    const syncRepositories: FakeActivities['syncRepositories'] = () => read.passed.then(() => []);
    const options = { request: { intervalMs: 1_000 }, answer: () => null };
    await withCycle({ selectWork: taking({ plan: [1] }), syncRepositories }, options, async ({ asked, handle }) => {
      await until(() => asked.length > 0);

      await handle.cancel();

      await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
      read.open();
    });
  });
});

describe('what goes wrong beside a cycle', () => {
  it('is named: hooks, and repositories that nobody knows', async () => {
    const recorded: CycleState[] = [];
    const fakes: Partial<FakeActivities> = {
      planCycle: () =>
        Promise.resolve(aCyclePlan({ unknown: ['octo/gone'], hooks: { before: 0, after: 1, failed: 0 } })),
      runHooks: () => Promise.resolve(['b: ended with exit code 1']),
      recordCycle: ({ cycle }) => {
        recorded.push(cycle);
        return Promise.resolve();
      },
    };
    await withCycle(fakes, {}, async ({ handle }) => {
      const state = (await handle.result()) as CycleState;

      const errors = [
        { severity: 'warning', name: 'RepositoryNotConfigured', where: 'octo/gone' },
        { severity: 'warning', name: 'HookFailed', message: 'b: ended with exit code 1' },
      ];
      expect(state).toMatchObject({ outcome: 'done', errors });
      expect(recorded.at(-1)).toMatchObject({ outcome: 'done', errors });
    });
  });
});
