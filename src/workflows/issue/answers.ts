import { getExternalWorkflowHandle, isCancellation, log } from '@temporalio/workflow';
import { withAnswerSent } from '../../domain/cycle/request.ts';
import { workAnswerSignal } from '../protocol.ts';
import { beside, type Beside } from './beside.ts';
import type { IssueRun } from './issue-run.ts';

/** Sends the answers that cycles wait for. A cycle that has ended meanwhile needs none. */
export function startAnswering(run: IssueRun): Beside {
  return beside(
    () => run.state.desk.answers.length > 0,
    async () => {
      const [answer] = run.state.desk.answers;
      if (!answer) return;
      try {
        await getExternalWorkflowHandle(answer.replyTo).signal(workAnswerSignal, answer);
      } catch (error) {
        if (isCancellation(error)) throw error;
        log.info('Nobody waits for the answer any more', { replyTo: answer.replyTo });
      }
      run.change((state) => withAnswerSent(state, answer.requestId));
    },
  );
}
