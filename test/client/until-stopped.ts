import { Context } from '@temporalio/activity';

/** An agent that works until it is cancelled or its worker stops. */
export async function untilStopped(): Promise<never> {
  const context = Context.current();
  const beat = setInterval(() => {
    context.heartbeat();
  }, 50);
  try {
    return await context.cancelled;
  } finally {
    clearInterval(beat);
  }
}
