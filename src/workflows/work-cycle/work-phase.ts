import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { IssueWorkRequest } from '../../activities/cycle/types.ts';
import type { PhaseResult, WorkTarget } from '../../domain/cycle/cycle.ts';
import type { WorkPhase } from '../../domain/cycle/phases.ts';
import { withAnswer, withSelection, withStillRunning, withWouldTake } from '../../domain/cycle/tally.ts';
import { cycleActivity } from './activities.ts';
import type { CycleRun } from './cycle-run.ts';

/** Requests that may be without an answer, whatever the parallelism. */
const MAX_OUTSTANDING = 200;
/** Of the time between two cycles, a phase waits so much at most. */
const SHARE_OF_INTERVAL = 1 / 5;

/**
 * Asks the selected issues for a phase's work, a few at a time, and waits for their answers. What still runs when the
 * phase's time is over goes on by itself.
 */
export async function workPhase(run: CycleRun, phase: WorkPhase, begun: PhaseResult): Promise<void> {
  const { plan, request } = run.state;
  if (!plan) return;
  const selection = await cycleActivity('selectWork', `Select issues to ${phase}`)({ phase, request, plan });
  let result = withSelection(begun, selection);
  const show = (next: PhaseResult): void => run.changePhase((result = next));
  show(result);
  if (request.dryRun) return show(selection.targets.reduce(withWouldTake, result));

  const queue = [...selection.targets];
  const open = new Map<string, IssueWorkRequest>();
  const room = Math.min(plan.parallelism[phase], MAX_OUTSTANDING);
  const limitMs = request.intervalMs === null ? null : request.intervalMs * SHARE_OF_INTERVAL;
  const deadline = limitMs === null ? null : Date.now() + limitMs;
  try {
    while (queue.length > 0 || open.size > 0) {
      if (queue.length > 0 && open.size < room) {
        const batch = queue.splice(0, room - open.size).map((target) => requestFor(run, phase, target));
        for (const asked of batch) open.set(asked.request.requestId, asked);
        const unsent = await cycleActivity('requestWork', `Ask ${batch.length} issues to ${phase}`)(batch);
        for (const { requestId, message } of unsent) {
          const asked = open.get(requestId);
          open.delete(requestId);
          if (asked) show(withAnswer(result, asked.target, { outcome: 'failed', reason: message }));
        }
      }
      if (open.size === 0) continue;
      const isInTime = await answerOrDeadline(run, open, deadline, phase);
      for (const [requestId, { target }] of [...open]) {
        const answer = run.answers.get(requestId);
        if (!answer) continue;
        open.delete(requestId);
        run.answers.delete(requestId);
        show(withAnswer(result, target, answer));
      }
      if (!isInTime) break;
    }
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => withdraw([...open.values()]));
      show({
        ...[...open.values()].reduce((sum, { target }) => withStillRunning(sum, target), result),
        notStarted: queue.length,
      });
    }
    throw error;
  }
  const running = [...open.values()].reduce((sum, { target }) => withStillRunning(sum, target), result);
  show({ ...running, notStarted: queue.length });
}

function requestFor(run: CycleRun, phase: WorkPhase, target: WorkTarget): IssueWorkRequest {
  const { agent = null, model = null } = run.state.request.choices[phase] ?? {};
  const issue = `${target.repository.toLowerCase()}#${target.number}`;
  return { target, request: { requestId: `${run.id}:${phase}:${issue}`, phase, replyTo: run.id, agent, model } };
}

/** @returns false once the phase's time is over */
async function answerOrDeadline(
  run: CycleRun,
  open: ReadonlyMap<string, unknown>,
  deadline: number | null,
  phase: WorkPhase,
): Promise<boolean> {
  const isAnswered = (): boolean => [...open.keys()].some((requestId) => run.answers.has(requestId));
  if (deadline === null) {
    await condition(isAnswered);
    return true;
  }
  const left = deadline - Date.now();
  return left > 0 && (await condition(isAnswered, left, { summary: `The time that ${phase} has in this cycle` }));
}

async function withdraw(requests: readonly IssueWorkRequest[]): Promise<void> {
  if (requests.length === 0) return;
  await cycleActivity('withdrawWork', `Take back what has not begun`)(requests).catch(() => undefined);
}
