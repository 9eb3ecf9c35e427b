import { type CycleHandle, cycleHandle } from '../../client/work-cycle/cycles.ts';
import type { CycleEnd, CycleProgress } from '../../client/work-cycle/follow-cycle.ts';
import { GhwError } from '../../domain/errors.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { interruptible } from '../interrupt.ts';
import { CycleReporter } from './reporter.ts';
import { workOf } from './session.ts';
import { exitCodeOfEnd, fatalErrorOf } from './texts.ts';

/** Follows one cycle to its end, tells how it goes, and sets the exit code. */
export async function followOne(
  context: CommandContext,
  cycle: CycleHandle,
  options: { readonly failOnError: boolean },
): Promise<void> {
  const reporter = new CycleReporter(context, () => '');
  const end = await interruptible(
    {
      out: context.out,
      explain: () =>
        `The cycle goes on. Follow it: ghw work follow ${cycle.id}  Cancel it: ghw work cancel ${cycle.id}`,
      cancel: async () => {
        const begin = (await cancelToItsEnd(cycle)) ? 'Cancelled.' : `It is told to end: ghw work follow ${cycle.id}.`;
        return `${begin} What has not begun is taken back; what runs goes on by itself: ghw issues list.`;
      },
    },
    async (signal) => {
      try {
        return await cycle.follow({
          signal,
          onProgress: (progress) => {
            reporter.update(progress);
          },
        });
      } finally {
        reporter.clear();
      }
    },
  );
  tellEnd(context, reporter, end);
  if (context.out.json) context.out.data(end, () => '');
  context.exitCode = exitCodeOfEnd(end, options.failOnError);
}

/** The summary, and the error if the cycle failed as a whole. */
export function tellEnd(context: CommandContext, reporter: CycleReporter, end: CycleEnd): void {
  reporter.end(end);
  const fatal = fatalErrorOf(end);
  if (fatal !== undefined) context.out.error(fatal);
}

/** A worker that is there needs less for it. */
const CANCEL_PATIENCE_MS = 10_000;

/**
 * Cancels a cycle and waits until it has ended and recorded that.
 *
 * @returns false if it was told, and has not ended yet: no worker is there, or it is busy
 * @throws GhwError as {@link CycleHandle.cancel} does
 */
export async function cancelToItsEnd(cycle: CycleHandle): Promise<boolean> {
  await cycle.cancel();
  const nobody = new AbortController();
  const late = AbortSignal.any([nobody.signal, AbortSignal.timeout(CANCEL_PATIENCE_MS)]);
  const onProgress = ({ status }: CycleProgress): void => {
    if (status === 'no_worker') nobody.abort();
  };
  try {
    await cycle.follow({ signal: late, onProgress });
  } catch (error) {
    if (late.aborted) return false;
    // Whatever ended it, it is over; a service that is away is not known to have.
    if (error instanceof GhwError && error.name === 'Internal') return true;
    throw error;
  }
  return true;
}

/** `ghw work cancel` */
export async function cancelCycle(context: CommandContext, words: readonly string[]): Promise<void> {
  const work = await workOf(context);
  const [id = ''] = words;
  const cancelled = await cancelToItsEnd(cycleHandle(work, id));
  const begin = cancelled ? 'cancelled.' : 'told to end, which it does once a worker has taken that in.';
  context.out.data({ id, cancelled }, () => `${id}: ${begin} What has not begun is taken back; what runs goes on.`);
  context.exitCode = exitCodes.ok;
}
