import { CancellationScope, getExternalWorkflowHandle, log } from '@temporalio/workflow';
import { withAnswerSent } from '../../domain/cycle/request.ts';
import { workAnswerSignal } from '../protocol.ts';
import { beside, type Beside } from './beside.ts';
import type { IssueRun } from './issue-run.ts';

/**
 * Sends the answers that cycles wait for, once the ledger knows what they tell of: what a cycle does next it selects by the
 * ledger. A cycle that has ended meanwhile needs none.
 */
export function startAnswering(run: IssueRun, recorder: Beside): Beside {
  return beside(
    () => run.state.desk.answers.length > 0 && recorder.isIdle(),
    async () => {
      const [answer] = run.state.desk.answers;
      if (!answer) return;
      try {
        // A signal that is under way cannot be taken back: ended here, it would be sent twice.
        await CancellationScope.nonCancellable(() =>
          getExternalWorkflowHandle(answer.replyTo).signal(workAnswerSignal, answer),
        );
      } catch {
        log.info('Nobody waits for the answer any more', { replyTo: answer.replyTo });
      }
      run.change((state) => withAnswerSent(state, answer.requestId));
    },
  );
}
