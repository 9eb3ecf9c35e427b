import type {
  ScheduleDescription,
  ScheduleOptions,
  ScheduleOptionsStartWorkflowAction,
  ScheduleUpdateOptions,
} from '@temporalio/client';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { CycleRequest, CycleState } from '../../domain/cycle/cycle.ts';
import { frequencyText, summarizeRequest } from '../../domain/cycle/summary.ts';
import { WORK_CYCLE_WORKFLOW, searchAttributes, workScheduleId } from '../../workflows/protocol.ts';
import { shownAs } from './cycle-request.ts';
import { type Frequency, scheduleSpec } from './frequency.ts';

/** A schedule as it is to be. */
export interface WantedSchedule {
  readonly taskQueue: string;
  readonly frequency: Frequency;
  readonly request: CycleRequest;
  /** Absent: what is left of the limit stays, and one that is used up is lifted. */
  readonly maxCycles?: number | null;
  /** The limit that there is stays, also if it is used up. */
  readonly keepLimit?: boolean;
  readonly note: string | null;
  readonly startNow: boolean;
}

type CycleAction = ScheduleOptionsStartWorkflowAction<(request: CycleRequest) => Promise<CycleState>>;

const policies = {
  overlap: ScheduleOverlapPolicy.SKIP,
  // What was missed while Temporal was away is not made up for: the next cycle does it all.
  catchupWindow: '1 minute',
} as const;

export function creation(wanted: WantedSchedule, now: Date): ScheduleOptions<CycleAction> {
  const { maxCycles = null, request, startNow } = wanted;
  // A start by hand does not count against Temporal's own limit.
  const remaining = maxCycles === null ? null : startNow ? maxCycles - 1 : maxCycles;
  return {
    scheduleId: workScheduleId(request.name),
    spec: scheduleSpec(wanted.frequency, now),
    action: actionOf(wanted),
    policies,
    memo: { what: 'Work cycles of gh-worker: sync, plan, implement, review', frequency: frequencyText(request) },
    state: {
      note: noteOf(wanted),
      triggerImmediately: startNow,
      ...(remaining === null ? {} : { remainingActions: remaining }),
    },
  };
}

export function replacement(
  wanted: WantedSchedule,
  { action, spec, state }: ScheduleDescription,
  now: Date,
): ScheduleUpdateOptions<CycleAction> {
  const [before] = (action.args ?? []) as readonly Partial<CycleRequest>[];
  const isAsOften = before?.frequency === wanted.request.frequency;
  const remaining = remainingOf(wanted, state.remainingActions);
  const wantedSpec = scheduleSpec(wanted.frequency, now);
  return {
    // The next start stays where it is, unless it is the frequency that changes.
    spec: isAsOften && spec.intervals?.length ? { ...wantedSpec, intervals: spec.intervals } : wantedSpec,
    action: actionOf(wanted),
    policies,
    state: {
      paused: state.paused,
      note: state.paused && state.note ? state.note : noteOf(wanted),
      ...(remaining === null ? {} : { remainingActions: remaining }),
    },
  };
}

function remainingOf({ keepLimit, maxCycles }: WantedSchedule, left: number | undefined): number | null {
  if (maxCycles !== undefined && keepLimit !== true) return maxCycles;
  return left === undefined || (left === 0 && keepLimit !== true) ? null : left;
}

function actionOf({ request, taskQueue }: WantedSchedule): CycleAction {
  return {
    type: 'startWorkflow',
    workflowType: WORK_CYCLE_WORKFLOW,
    workflowId: workScheduleId(request.name),
    taskQueue,
    args: [request],
    ...shownAs(request, `Work cycle ${request.name}, ${frequencyText(request)}`),
    typedSearchAttributes: [{ key: searchAttributes.tags, value: [`cycle:${request.name}`, 'outcome:running'] }],
  };
}

function noteOf({ note, request }: WantedSchedule): string {
  const what = `${frequencyText(request)}: ${summarizeRequest(request)}`;
  return note === null ? what : `${what}. ${note}`;
}
