import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { CycleRequest, CycleState, WorkTarget } from '../../src/domain/cycle/cycle.ts';
import { wholeSelection } from '../../src/domain/cycle/cycle.ts';
import type { WorkRequest } from '../../src/domain/cycle/desk.ts';
import { cyclePhases, type WorkPhase } from '../../src/domain/cycle/phases.ts';
import { cycleQuery, WORK_CYCLE_WORKFLOW, workAnswerSignal } from '../../src/workflows/protocol.ts';
import type { TemporalForTest } from '../setup/worker.ts';
import { aPhaseSelection, fakeActivities, runWhile, type FakeActivities } from './support.ts';

const request: CycleRequest = {
  name: 'test',
  selection: wholeSelection,
  phases: cyclePhases,
  choices: {},
  dryRun: false,
  frequency: null,
  intervalMs: null,
};

export function aTarget(number: number): WorkTarget {
  return { repository: 'octo/hello', repositoryId: 'R_1', number, priority: 3 };
}

/** What each phase takes. */
export function taking(numbers: Partial<Record<WorkPhase, readonly number[]>>): FakeActivities['selectWork'] {
  return ({ phase }) =>
    Promise.resolve(
      aPhaseSelection({
        targets: (numbers[phase] ?? []).map(aTarget),
        room: { total: phase === 'plan' ? 4 : 2, of: {} },
      }),
    );
}

export interface CycleUnderTest {
  readonly handle: WorkflowHandle;
  readonly asked: WorkRequest[];
  /** Most requests without an answer at any moment. */
  mostOpen(): number;
  state(): Promise<CycleState>;
}

export interface CycleOptions {
  readonly request?: Partial<CycleRequest>;
  /** Null leaves an issue silent. Default: all is done. */
  readonly answer?: (asked: WorkRequest) => [string, string | null] | null;
}

type WithCycle = (
  over: Partial<FakeActivities>,
  options: CycleOptions,
  test: (cycle: CycleUnderTest) => Promise<void>,
) => Promise<void>;

/** Runs a cycle with fake activities, whose issues answer as the options say. */
export function cyclesOf(temporal: TemporalForTest): WithCycle {
  return (over, options, test) => withCycle(temporal, { over, options }, test);
}

async function withCycle(
  temporal: TemporalForTest,
  { over, options }: { readonly over: Partial<FakeActivities>; readonly options: CycleOptions },
  test: (cycle: CycleUnderTest) => Promise<void>,
): Promise<void> {
  const taskQueue = `${temporal.taskQueue}-${randomUUID()}`;
  const asked: WorkRequest[] = [];
  let open = 0;
  let most = 0;
  const answer = async ({ replyTo, requestId }: WorkRequest, outcome: string, reason: string | null): Promise<void> => {
    open -= 1;
    await temporal.client.workflow
      .getHandle(replyTo)
      .signal(workAnswerSignal, { requestId, replyTo, outcome: outcome as 'done', reason, error: null });
  };
  const { calls: _calls, ...activities } = fakeActivities({
    requestWork: (requests) => {
      for (const one of requests) {
        asked.push(one.request);
        open += 1;
        most = Math.max(most, open);
        const answered = (options.answer ?? (() => ['done', null]))(one.request);
        if (answered) setTimeout(() => void answer(one.request, ...answered), 10);
      }
      return Promise.resolve([]);
    },
    ...over,
  });
  const worker = await temporal.createWorker({ taskQueue, activities });
  const handle = await temporal.client.workflow.start(WORK_CYCLE_WORKFLOW, {
    workflowId: `work:test:${randomUUID()}`,
    taskQueue,
    args: [{ ...request, ...options.request }],
  });
  try {
    await runWhile([worker], () =>
      test({ handle, asked, mostOpen: () => most, state: () => handle.query(cycleQuery) }),
    );
  } finally {
    await handle.terminate('test over').catch(() => undefined);
  }
}
