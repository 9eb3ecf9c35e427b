import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { IssueWorkRequest } from '../../activities/cycle/types.ts';
import type { PhaseResult, WorkTarget } from '../../domain/cycle/cycle.ts';
import type { WorkPhase } from '../../domain/cycle/phases.ts';
import { nextToAsk } from '../../domain/cycle/select.ts';
import { withAnswer, withSelection, withStillRunning, withWouldTake } from '../../domain/cycle/tally.ts';
import { cycleActivity } from './activities.ts';
import { phaseDeadline, type CycleRun } from './cycle-run.ts';

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

  let queue: readonly WorkTarget[] = selection.targets;
  const open = new Map<string, IssueWorkRequest>();
  const deadline = phaseDeadline(run, begun);
  try {
    for (let isInTime = true; isInTime;) {
      const { ask, left } = nextToAsk(
        queue,
        [...open.values()].map(({ target }) => target),
        selection.room,
      );
      queue = left;
      if (ask.length > 0) {
        const batch = ask.map((target) => requestFor(run, phase, target));
        for (const asked of batch) open.set(asked.request.requestId, asked);
        const unsent = await cycleActivity('requestWork', `Ask ${batch.length} issues to ${phase}`)(batch);
        for (const { requestId, name, message } of unsent) {
          const asked = open.get(requestId);
          open.delete(requestId);
          if (asked) show(withAnswer(result, asked.target, { outcome: 'failed', reason: message, error: name }));
        }
      }
      if (open.size === 0 && ask.length === 0) break;
      if (open.size > 0) isInTime = await answerOrDeadline(run, open, deadline, phase);
      for (const [requestId, { target }] of [...open]) {
        const answer = run.answers.get(requestId);
        if (!answer) continue;
        open.delete(requestId);
        run.answers.delete(requestId);
        show(withAnswer(result, target, answer));
      }
    }
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => withdraw([...open.values()]));
    throw error;
  } finally {
    // Whatever ended it: all that it took is accounted for.
    const running = [...open.values()].reduce((sum, { target }) => withStillRunning(sum, target), result);
    show({ ...running, notStarted: queue.length });
  }
}

function requestFor(run: CycleRun, phase: WorkPhase, target: WorkTarget): IssueWorkRequest {
  const { agent = null, model = null } = run.state.request.choices[phase] ?? {};
  const issue = `${target.repository.toLowerCase()}#${target.number}`;
  const requestId = `${run.id}:${run.execution}:${phase}:${issue}`;
  return { target, request: { requestId, phase, replyTo: run.id, agent, model } };
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
