import { issueWorkflowId } from '../../workflows/protocol.ts';
import type { LiveIssues } from './dependencies.ts';

/** Has live issues read anew, of the repository whose workflows have that name. */
export type RefreshLive = (repository: string, numbers: readonly number[]) => Promise<void>;

/**
 * Asks once for all live issues, when the first one has changed: most issues have no workflow, and one list of a thousand
 * costs as much as one signal. A workflow that begins after the list reads its issue by itself.
 */
export function refreshLive(live: LiveIssues): RefreshLive {
  let known: Promise<ReadonlySet<string>> | undefined;
  return async (repository, numbers) => {
    if (numbers.length === 0) return;
    known ??= live.ids();
    const ids = await known;
    for (const number of numbers) {
      const id = issueWorkflowId(repository, number);
      if (ids.has(id)) await live.refresh(id);
    }
  };
}
