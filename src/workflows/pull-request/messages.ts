import { ApplicationFailure, log, setHandler } from '@temporalio/workflow';
import type { PullRequestLife } from '../../domain/pull-request/life.ts';
import { parseNotice } from '../../domain/pull-request/notice.ts';
import { applyNotice, applyPause, applyResume } from '../../domain/pull-request/progress.ts';
import { summarizePullRequest } from '../../domain/pull-request/summary.ts';
import { parseWord, type Word } from '../../domain/pull-request/word.ts';
import {
  pausePullRequestSignal,
  pausePullRequestUpdate,
  pullRequestChangedSignal,
  pullRequestHistoryQuery,
  pullRequestStateQuery,
  resumePullRequestSignal,
  resumePullRequestUpdate,
} from '../protocol.ts';
import type { PullRequestRun } from './pull-request-run.ts';

/** Sets every handler. Called before the first await, so that no message finds none. */
export function handlePullRequestMessages(run: PullRequestRun): void {
  const description = 'What discovery saw happen to the pull request';
  setHandler(
    pullRequestChangedSignal,
    (input) => {
      const notice = parseNotice(input);
      if (notice) run.change((life) => applyNotice(life, notice));
      else log.warn('Not news of a pull request', { input });
    },
    { description },
  );
  handleWord(run, 'Begin nothing about the pull request: {"by": "you", "reason": "…"}', {
    messages: [pausePullRequestUpdate, pausePullRequestSignal],
    apply: (life, { by, reason }) => applyPause(life, { by, reason, at: run.now() }),
    refusal: ({ paused }) => (paused ? `It is paused already, by ${paused.by}.` : null),
  });
  handleWord(run, 'Go on with the pull request: {"by": "you"}', {
    messages: [resumePullRequestUpdate, resumePullRequestSignal],
    apply: (life, { by }) => applyResume(life, { by, at: run.now() }),
    refusal: ({ paused }) => (paused ? null : 'It is not paused.'),
  });
  setHandler(pullRequestStateQuery, () => summarizePullRequest(run.life));
  setHandler(pullRequestHistoryQuery, () => run.life.history);
}

interface WordHandling {
  readonly messages: readonly [typeof pausePullRequestUpdate, typeof pausePullRequestSignal];
  readonly apply: (life: PullRequestLife, word: Word) => PullRequestLife;
  /** Why it does not apply; null if it does. */
  readonly refusal: (life: PullRequestLife) => string | null;
}

function handleWord(run: PullRequestRun, description: string, { apply, messages, refusal }: WordHandling): void {
  const [update, signal] = messages;
  const judged = (input: unknown): Word => {
    const word = parseWord(input);
    if (word === null) throw refused('InvalidInput', 'It needs a name: {"by": "you"}.');
    const reason = refusal(run.life);
    if (reason !== null) throw refused('NotApplicable', reason);
    return word;
  };
  setHandler(
    update,
    (input) => {
      const word = judged(input);
      run.change((life) => apply(life, word));
      return summarizePullRequest(run.life);
    },
    { description, validator: (input) => void judged(input) },
  );
  setHandler(
    signal,
    (input) => {
      const word = parseWord(input);
      if (word !== null && refusal(run.life) === null) run.change((life) => apply(life, word));
      else log.warn('A message that does not apply', { input });
    },
    { description },
  );
}

function refused(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true });
}
