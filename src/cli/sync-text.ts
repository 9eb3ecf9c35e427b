import type { SyncStatus } from '../client/sync.ts';
import type { RepositorySyncResult } from '../domain/selection.ts';
import { progressBar } from './progress-bar.ts';

/** How a sync is getting on: what is told where there is no terminal, and what changes all the time beside it. */
export function syncProgressText(
  { progress, lastFailure }: SyncStatus,
  total: number,
): { readonly steady: string; readonly moving: string } {
  const failure = lastFailure === null ? '' : ` · tried again: ${lastFailure.slice(0, 200)}`;
  if (progress === null) return { steady: `${String(total)} repositories${failure}`, moving: '' };
  const { finished, read, repository } = progress;
  return {
    steady: `${progressBar(finished, total)} ${String(finished)}/${String(total)} repositories${failure}`,
    moving: ` · ${String(read)} issues read${repository === null ? '' : ` · ${repository}`}`,
  };
}

/** What the sync of a repository came to, in one line. */
export function describeSynced(result: RepositorySyncResult): string {
  const { repository, renamedFrom, archived, outcome, issues } = result;
  const aside = [renamedFrom === null ? '' : `was ${renamedFrom}`, archived ? 'archived' : ''].filter(
    (text) => text !== '',
  );
  const name = aside.length === 0 ? repository : `${repository} (${aside.join(', ')})`;
  const counts = (['added', 'changed', 'closed', 'reopened', 'gone'] as const)
    .filter((key) => issues[key] > 0)
    .map((key) => `${String(issues[key])} ${words[key]}`);
  const news = counts.length === 0 ? 'nothing new' : counts.join(', ');
  if (outcome === 'failed') return `${name}: failed`;
  if (outcome === 'filtered') return `${name}: ${String(issues.read)} read by the filter, ${news}`;
  return `${name}: ${news}`;
}

const words = { added: 'new', changed: 'changed', closed: 'closed', reopened: 're-opened', gone: 'gone' } as const;
