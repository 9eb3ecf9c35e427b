import { type CycleHandle, cycleHandle } from '../../client/work/cycles.ts';
import type { CycleEnd } from '../../client/work/follow-cycle.ts';
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
        await cycle.cancel();
        return 'Cancelled. What has not begun is taken back; what runs goes on by itself: ghw issues list.';
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

/** `ghw work cancel` */
export async function cancelCycle(context: CommandContext, words: readonly string[]): Promise<void> {
  const work = await workOf(context);
  const [id = ''] = words;
  await cycleHandle(work, id).cancel();
  context.out.data(
    { id, cancelled: true },
    () => `${id}: cancelled. What has not begun is taken back; what runs goes on.`,
  );
  context.exitCode = exitCodes.ok;
}
