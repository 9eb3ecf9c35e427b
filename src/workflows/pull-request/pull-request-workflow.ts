import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { formatPullRequest } from '../../domain/pull-request/identity.ts';
import { newPullRequestLife, upgradePullRequestLife, withHistory } from '../../domain/pull-request/life.ts';
import { nextPullRequestStep } from '../../domain/pull-request/step.ts';
import { summarizePullRequest } from '../../domain/pull-request/summary.ts';
import type { PullRequestWorkflowInput, PullRequestWorkflowResult } from '../protocol.ts';
import { handlePullRequestMessages } from './messages.ts';
import type { PullRequestRun } from './pull-request-run.ts';
import { performPullRequestStep, recall } from './steps.ts';
import { createPullRequestVisibility } from './visibility.ts';

/** A fresh run begins long before replays become slow. */
const MAX_HISTORY_EVENTS = 300;
/** News come from discovery; this is for the case that one was lost. */
const RECALL_EVERY = '6h';

/**
 * Follows one pull request to merged or closed. What it is, discovery tells; what is to be done about it, the life says
 * (`nextPullRequestStep`). One that is opened again begins anew.
 */
export async function pullRequestWorkflow(input: PullRequestWorkflowInput): Promise<PullRequestWorkflowResult> {
  let life = input.life ? upgradePullRequestLife(input.life) : newPullRequestLife(input.pullRequest);
  const show = createPullRequestVisibility();
  const run: PullRequestRun = {
    get life() {
      return life;
    },
    change(next) {
      life = next(life);
      // Many signals may come at once, and are shown as one.
      void Promise.resolve().then(() => show(life));
    },
    now: () => new Date().toISOString(),
  };
  handlePullRequestMessages(run);
  // What it was started with has been heard after this.
  await Promise.resolve();
  show(life);
  const patrol = startPatrol(run);
  try {
    for (;;) {
      await condition(() => nextPullRequestStep(life) !== null || life.outcome !== null || mayContinueAsNew());
      const step = nextPullRequestStep(life);
      if (step) await performPullRequestStep(run, step);
      else if (life.outcome !== null && allHandlersFinished()) break;
      else if (life.outcome !== null) await condition(allHandlersFinished);
      else {
        await patrol.stop();
        await continueAsNew<typeof pullRequestWorkflow>({ pullRequest: life.pullRequest, life });
      }
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
    const cancelled = { at: run.now(), what: 'cancel', detail: 'by Temporal' } as const;
    run.change((now) => ({ ...withHistory(now, cancelled), outcome: 'cancelled' }));
    throw error;
  } finally {
    await patrol.stop();
  }
  show(life);
  return { outcome: life.outcome ?? 'closed', summary: summarizePullRequest(life) };
}

function mayContinueAsNew(): boolean {
  const info = workflowInfo();
  return (info.continueAsNewSuggested || info.historyLength > MAX_HISTORY_EVENTS) && allHandlersFinished();
}

/** Looks into the ledger now and then, and at once where nobody said anything. */
function startPatrol(run: PullRequestRun): { stop(): Promise<void> } {
  const scope = new CancellationScope();
  const ended = scope
    .run(async () => {
      for (;;) {
        const summary = `Look after ${formatPullRequest(run.life.pullRequest)}`;
        if (run.life.known !== null) await sleep(RECALL_EVERY, { summary });
        await recall(run);
        if (run.life.known === null) await sleep('1m', { summary });
      }
    })
    .catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  return {
    async stop() {
      scope.cancel();
      await ended;
    },
  };
}
