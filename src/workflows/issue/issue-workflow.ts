import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  log,
  workflowInfo,
} from '@temporalio/workflow';
import { applyCommand } from '../../domain/commands/index.ts';
import { settleRequests } from '../../domain/cycle/request.ts';
import { newIssueState, type IssueState } from '../../domain/issue-state.ts';
import { upgradeIssueState } from '../../domain/upgrade-state.ts';
import { nextStep, type Step } from '../../domain/next-step.ts';
import { settleTalk } from '../../domain/progress/turn.ts';
import { noteWaiting } from '../../domain/reminder.ts';
import { summarize } from '../../domain/summary.ts';
import type { IssueWorkflowInput, IssueWorkflowResult } from '../protocol.ts';
import { releaseActivity } from '../activities.ts';
import type { IssueRun } from './issue-run.ts';
import { handleMessages } from './messages.ts';
import { startAnswering } from './answers.ts';
import type { Beside } from './beside.ts';
import { startRecorder } from './recorder.ts';
import { implement } from './steps/implement.ts';
import { askQuestion } from './steps/ask-question.ts';
import { openPullRequest, publishChange, publishPlan, publishReview } from './steps/publish.ts';
import { watchExpiry } from './expiry.ts';
import { watchReminders } from './reminders.ts';
import { remind } from './steps/remind.ts';
import { review } from './steps/review.ts';
import { readIssue, syncBeforePhase } from './steps/sync.ts';
import { validate } from './steps/validate.ts';
import { writePlan } from './steps/write-plan.ts';
import { createVisibility } from './visibility.ts';

/** A fresh run begins long before the server's own limit (51,200 events) and before replays become slow. */
const MAX_HISTORY_EVENTS = 4_000;

/** Whoever has had an issue read waits for the ledger so long at most. */
const LEDGER_PATIENCE = '10s';

/**
 * One issue's whole life. The state says what is next (`nextStep`); this loop does it, ends it when a message or a sync
 * makes it wrong, and otherwise rests.
 */
export async function issueWorkflow(input: IssueWorkflowInput): Promise<IssueWorkflowResult> {
  let state = input.state ? upgradeIssueState(input.state) : newIssueState(input.issue, 'feature');
  let running: { readonly step: Step; readonly scope: CancellationScope } | null = null;
  const show = createVisibility();

  const run: IssueRun = {
    get state() {
      return state;
    },
    change(next) {
      state = settleRequests(noteWaiting(settleTalk(next(state), run.now()), run.now()), run.now());
      show(state);
      if (running && nextStep(state)?.key !== running.step.key) running.scope.cancel();
    },
    now: () => new Date().toISOString(),
  };
  const sync = oneAtATime(() => CancellationScope.nonCancellable(() => readIssue(run)));
  const recorder = startRecorder(run);
  handleMessages(run, sync, () => condition(recorder.isIdle, LEDGER_PATIENCE));
  show(state);
  const endReminders = watchReminders(run);
  const endExpiry = watchExpiry(run);
  const answers = startAnswering(run, recorder);

  async function perform(step: Step): Promise<void> {
    const scope = new CancellationScope();
    running = { step, scope };
    try {
      await scope.run(() => performStep(run, step, sync));
    } catch (error) {
      // Ended because it is no longer what is next; what it left behind is booked.
      if (!isCancellation(error)) throw error;
    } finally {
      running = null;
    }
  }

  try {
    while (!state.outcome) {
      await condition(() => state.outcome !== null || nextStep(state) !== null || mayContinueAsNew());
      const step = nextStep(state);
      if (step) await perform(step);
      else if (!state.outcome) {
        await Promise.all([recorder.stop(), answers.stop(), endReminders(), endExpiry()]);
        await continueAsNew<typeof issueWorkflow>({ issue: state.issue, state });
      }
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => end({ run, recorder, answers }, cancelled(state, run.now())));
    throw error;
  }
  await end({ run, recorder, answers }, state);
  return { outcome: state.outcome ?? 'closed', summary: summarize(state) };
}

/** Temporal's own Cancel is the command `cancel`, and the end of this run. */
function cancelled(state: IssueState, now: string): IssueState {
  const applied = applyCommand(state, 'cancel', { by: 'Temporal' }, { now, door: 'signal' });
  return { ...applied.state, outcome: 'cancelled' };
}

/** Frees what the issue held, and has the ledger told the rest; a worker that is away leaves the workspace to `prune`. */
async function end(
  { run, recorder, answers }: { readonly run: IssueRun; readonly recorder: Beside; readonly answers: Beside },
  state: IssueState,
): Promise<void> {
  run.change(() => state);
  try {
    await releaseActivity(state.taskType)(state.issue);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('The workspace was not removed', { error });
  }
  // In one look, at the very end: a request that comes while the ledger is told is answered too.
  await condition(() => recorder.isIdle() && answers.isIdle() && allHandlersFinished());
}

function mayContinueAsNew(): boolean {
  const info = workflowInfo();
  return (info.continueAsNewSuggested || info.historyLength > MAX_HISTORY_EVENTS) && allHandlersFinished();
}

/**
 * Calls that come while one runs wait for the next one, which sees what they want to see; there is at most one more.
 * Calls of the same moment are one. A call that has become pointless by then (`isDue`) begins nothing.
 */
function oneAtATime(task: () => Promise<void>): (isDue?: () => boolean) => Promise<void> {
  let current: { readonly result: Promise<void>; readonly since: number } | null = null;
  let next: Promise<void> | null = null;
  let wanted: (() => boolean)[] = [];
  const start = (): Promise<void> => {
    const result = task().finally(() => {
      current = null;
    });
    current = { result, since: Date.now() };
    return result;
  };
  return (isDue = () => true) => {
    if (!current) return start();
    if (current.since === Date.now()) return current.result;
    wanted.push(isDue);
    next ??= current.result
      .catch(() => undefined)
      .then(() => {
        const isWanted = wanted.some((one) => one());
        wanted = [];
        next = null;
        return isWanted ? start() : undefined;
      });
    return next;
  };
}

async function performStep(run: IssueRun, step: Step, sync: (isDue?: () => boolean) => Promise<void>): Promise<void> {
  switch (step.kind) {
    case 'sync':
      return syncBeforePhase(run, () => sync(() => run.state.syncDue));
    case 'publishPlan':
      return publishPlan(run);
    case 'publishQuestion':
      return askQuestion(run);
    case 'publishReview':
      return publishReview(run);
    case 'writePlan':
      return writePlan(run, step.key);
    case 'implement':
      return implement(run, step.key);
    case 'validate':
      return validate(run, step.key);
    case 'publishChange':
      return publishChange(run);
    case 'openPullRequest':
      return openPullRequest(run);
    case 'review':
      return review(run, step.key);
    case 'remind':
      return remind(run);
  }
}
