import { isCancellation, log } from '@temporalio/workflow';

/** What goes wrong beside the work costs the work nothing. */
export async function quietly(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('What goes with the cycle went wrong', { error });
  }
}
