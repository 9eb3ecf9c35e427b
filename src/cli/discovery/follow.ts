import { setTimeout as sleep } from 'node:timers/promises';
import type { DiscoveryHandle } from '../../client/discovery.ts';
import type { DiscoveryProgress, DiscoveryState } from '../../domain/discovery/cycle.ts';
import type { CommandContext } from '../context.ts';
import { interruptible } from '../interrupt.ts';
import { createLiveLine } from '../live-line.ts';
import { progressBar } from '../progress-bar.ts';
import { plainLine } from '../text.ts';

/** Between two looks, in milliseconds. */
const POLL_MS = 300;

/** Waits for a cycle's end and shows how far it is; Ctrl-C ends the waiting alone, a second one the cycle. */
export async function followDiscovery(context: CommandContext, handle: DiscoveryHandle): Promise<DiscoveryState> {
  const line = createLiveLine(context.io);
  return interruptible(
    {
      out: context.out,
      explain: () => `Discovery goes on. See what came of it: ghw discovery status`,
      cancel: async () => {
        await handle.cancel();
        return 'Cancelled. What was read is kept.';
      },
    },
    async (signal) => {
      const over = new AbortController();
      let told: string | undefined;
      const ended = handle.result().finally(() => over.abort());
      // Told by whoever awaits it.
      ended.catch(() => undefined);
      try {
        while (!over.signal.aborted) {
          const progress = await handle.progress();
          const done =
            progress === null ? undefined : `${String(progress.finished)}/${String(progress.total)} repositories`;
          if (!context.out.json) line.show(textOf(progress), done === told ? undefined : done);
          told = done;
          await sleep(POLL_MS, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => undefined);
          signal.throwIfAborted();
        }
        return await ended;
      } finally {
        line.clear();
      }
    },
  );
}

function textOf(progress: DiscoveryProgress | null): string {
  if (progress === null) return 'looking';
  const { finished, pullRequests, repository, requests, total } = progress;
  const counts = `${String(finished)}/${String(total)} repositories, ${String(pullRequests)} pull requests, ${String(requests)} requests`;
  return plainLine(`${progressBar(finished, total)} ${counts}${repository === null ? '' : `: ${repository}`}`);
}
