import {
  ApplicationFailure,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { CycleRequest, CycleState, PhaseError, PhaseResult } from '../../domain/cycle/cycle.ts';
import { describeCycle } from '../../domain/cycle/describe.ts';
import { parseAnswer, parseCycleRequest } from '../../domain/cycle/parse.ts';
import { newPhase, withError } from '../../domain/cycle/tally.ts';
import { failureOf } from '../failures.ts';
import { cycleQuery, workAnswerSignal } from '../protocol.ts';
import { cycleActivity } from './activities.ts';
import type { CycleRun } from './cycle-run.ts';
import { quietly } from './quietly.ts';
import { type CycleRecorder, cycleRecorder } from './recorder.ts';
import { syncPhase } from './sync-phase.ts';
import { tellBegin, tellEnd, tellHooks, tellPhase, tellPhaseEnd } from './tell.ts';
import { workPhase } from './work-phase.ts';

/**
 * One work cycle: sync, plan, implement, review, in that order, over what is selected. A phase that fails costs the next
 * ones nothing. The cycle asks and waits; the work itself belongs to the issues' own workflows and outlives it.
 */
export async function workCycleWorkflow(input?: CycleRequest): Promise<CycleState> {
  const request = parseCycleRequest(input);
  if (!request) {
    const message = 'This is no request for a work cycle. Start one without input, or by `ghw work --once`.';
    throw ApplicationFailure.create({ type: 'InvalidInput', message, nonRetryable: true });
  }
  const { firstExecutionRunId, workflowId: id } = workflowInfo();
  const now = (): string => new Date().toISOString();
  let state: CycleState = {
    request,
    plan: null,
    phases: [],
    startedAt: now(),
    endedAt: null,
    outcome: 'running',
    errors: [],
  };
  const change = (patch: Partial<CycleState>): void => {
    state = { ...state, ...patch };
    setCurrentDetails(describeCycle(state));
  };
  const run: CycleRun = {
    id,
    // Its beginning is the time.
    execution: firstExecutionRunId.slice(-12),
    now,
    answers: new Map(),
    later: [],
    get state() {
      return state;
    },
    changePhase(result) {
      const isKnown = state.phases.some(({ phase }) => phase === result.phase);
      const phases = state.phases.map((one) => (one.phase === result.phase ? result : one));
      change({ phases: isKnown ? phases : [...phases, result] });
    },
  };
  setHandler(workAnswerSignal, (input) => {
    const answer = parseAnswer(input);
    if (answer) run.answers.set(answer.requestId, answer);
    else log.warn('Not an answer of an issue', { input });
  });
  setHandler(cycleQuery, () => state);
  change({});
  const recorder = cycleRecorder(run);

  try {
    await perform(run, recorder, change);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    const phases = state.phases.map((phase) => ({ ...phase, endedAt: phase.endedAt ?? now() }));
    change({ phases, outcome: 'cancelled', endedAt: now() });
    tellEnd(run);
    await recorder.finish();
    throw error;
  }
  return state;
}

async function perform(
  run: CycleRun,
  recorder: CycleRecorder,
  change: (patch: Partial<CycleState>) => void,
): Promise<void> {
  const { request } = run.state;
  try {
    change({ plan: await cycleActivity('planCycle', 'Read the configuration')(request) });
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { name, message } = failureOf(error, run.now());
    change({
      outcome: 'failed',
      endedAt: run.now(),
      errors: [{ severity: 'fatal', name, message, where: null }],
    });
    tellEnd(run);
    await recorder.finish();
    await hooks(run, 'failed', recorder, change);
    return;
  }
  const { plan } = run.state;
  if (plan?.backOffUntil && Date.parse(plan.backOffUntil) > Date.now()) {
    change({ outcome: 'backed_off', endedAt: run.now() });
    tellEnd(run);
    await recorder.finish();
    return;
  }
  const errors = (plan?.unknown ?? []).map((name): PhaseError => {
    const message = `No configured repository is called ${name}.`;
    return { severity: 'warning', name: 'RepositoryNotConfigured', message, where: name };
  });
  change({ errors });
  tellBegin(run);
  recorder.note();
  await hooks(run, 'before', recorder, change);
  for (const phase of request.phases) {
    const begun = newPhase(phase, run.now());
    run.changePhase(begun);
    tellPhase(run, begun);
    recorder.note();
    await isolated(run, begun, () => (phase === 'sync' ? syncPhase(run, begun) : workPhase(run, phase, begun)));
  }
  if (run.later.length > 0) recorder.note();
  await Promise.all(run.later);
  const failed = run.state.phases.some(({ errors }) => errors.some(({ severity }) => severity === 'fatal'));
  change({ outcome: failed ? 'failed' : 'done', endedAt: run.now() });
  tellEnd(run);
  await recorder.finish();
  await hooks(run, failed ? 'failed' : 'after', recorder, change);
}

/** An error of one phase is told, and the next phase goes on. */
async function isolated(run: CycleRun, begun: PhaseResult, perform: () => Promise<void>): Promise<void> {
  const latest = (): PhaseResult => run.state.phases.find(({ phase }) => phase === begun.phase) ?? begun;
  try {
    await perform();
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { name, message } = failureOf(error, run.now());
    run.changePhase(withError(latest(), { severity: 'fatal', name, message, where: null }));
  }
  run.changePhase({ ...latest(), endedAt: run.now() });
  tellPhaseEnd(run, latest());
}

async function hooks(
  run: CycleRun,
  moment: 'before' | 'after' | 'failed',
  recorder: CycleRecorder,
  change: (patch: Partial<CycleState>) => void,
): Promise<void> {
  const { id, state } = run;
  // Without a plan, nobody knows how many there are.
  if (state.plan?.hooks[moment] === 0 || state.request.dryRun) return;
  const summary = `Run the hooks ${moment === 'failed' ? 'of a failure' : `${moment} the cycle`}`;
  await quietly(async () => {
    const problems = await cycleActivity('runHooks', summary)({ moment, cycleId: id, cycle: state });
    tellHooks(run, problems);
    if (problems.length === 0) return;
    const errors = problems.map((message): PhaseError => ({
      severity: 'warning',
      name: 'HookFailed',
      message,
      where: null,
    }));
    change({ errors: [...run.state.errors, ...errors] });
    await recorder.finish();
  });
}
