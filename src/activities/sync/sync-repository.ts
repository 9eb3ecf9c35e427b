import { type SyncCounts, type SyncFilter, noCounts, takes } from '../../domain/selection.ts';
import type { SyncedIssue } from '../../domain/issue.ts';
import type { GitHub, RepositoryGlance } from '../../github/github.ts';
import type { Ledger, LedgerRepository, StoredIssue } from '../../ledger/ledger.ts';
import { type SyncAttempt, counted } from './attempt.ts';
import { reconcile } from './reconcile.ts';
import type { RefreshLive } from './refresh-live.ts';

/** What is updated within this time before a look may still be on its way: two updates of one second are seen apart. */
const SETTLING_MS = 120_000;

/** A repository that GitHub has shown, and what the ledger knows of it. */
export interface Target {
  readonly known: LedgerRepository;
  readonly glance: RepositoryGlance;
  /** The look, by GitHub's clock. */
  readonly at: string;
}

export interface SyncParties {
  readonly github: GitHub;
  readonly ledger: Ledger;
  readonly attempt: SyncAttempt;
  readonly refresh: RefreshLive;
}

/** True if the ledger already has everything that GitHub has. */
export function isUnchanged({ known, glance }: Target): boolean {
  const { watermark } = known;
  if (watermark === null || known.issueCount !== glance.issueCount) return false;
  return glance.newestUpdateAt === null || Date.parse(glance.newestUpdateAt) <= Date.parse(watermark);
}

/**
 * Reads what was updated since the watermark into the ledger, page by page; finds what is gone; then moves the
 * watermark. Ending in the middle leaves the watermark where it was. Done twice, it comes to the same.
 *
 * @param anew - reads everything, as if there were no watermark
 */
export async function syncCompletely(parties: SyncParties, target: Target, anew: boolean): Promise<SyncCounts> {
  const { github, ledger, attempt } = parties;
  const { known, glance, at } = target;
  const before = attempt.position(known.id);
  const since = before.since ?? (anew ? null : known.watermark);
  const listed = new Map<number, string>();
  let counts = before.counts;
  let issueCount = glance.issueCount;
  for await (const page of github.listIssues(glance, since === null ? {} : { since })) {
    counts = counted(counts, await keep(parties, target, page.issues));
    for (const { number, id } of page.issues) listed.set(number, id);
    issueCount = page.issueCount ?? issueCount;
    attempt.reached(known.id, { since: page.issues.at(-1)?.updatedAt ?? since, counts });
    attempt.throwIfCancelled();
  }
  // A listing from the beginning has shown every issue; after one of changes alone, their count tells.
  const isWhole = since === null;
  if (isWhole || (await ledger.issues.known(known.id)).length !== issueCount) {
    const throwIfCancelled = (): void => attempt.throwIfCancelled();
    const { stored, gone } = await reconcile({ github, ledger, throwIfCancelled }, glance, isWhole ? listed : null);
    const left = gone.map((number) => ({ number, change: 'changed', isOpen: false }) as const);
    await parties.refresh(known, [...stored.map((issue) => ({ ...issue, isOpen: true })), ...left]);
    counts = { ...counted(counts, stored), gone: counts.gone + gone.length };
  }
  await moveWatermark(ledger, known, settledBy(glance, at));
  return counts;
}

/** Reads what a filter takes. The watermark stays, so that nothing which the filter leaves out is ever missed. */
export async function syncFiltered(parties: SyncParties, target: Target, filter: SyncFilter): Promise<SyncCounts> {
  const { github, attempt } = parties;
  const { since, state, labels, notLabels, assignee, search } = filter;
  let counts = noCounts;
  const pages = github.listIssues(target.glance, {
    labels,
    notLabels,
    ...(since === null ? {} : { since }),
    ...(state === 'all' ? {} : { state }),
    ...(assignee === null ? {} : { assignee }),
    ...(search === null ? {} : { search }),
  });
  for await (const { issues } of pages) {
    const taken = issues.filter((issue) => takes(filter, issue));
    counts = counted(counts, await keep(parties, target, taken));
    attempt.reached(target.known.id, { since: null, counts });
    attempt.throwIfCancelled();
  }
  return counts;
}

/**
 * Stores a page and tells the workflows of what changed. What is newer than the watermark is told again, because an
 * attempt that ended between storing and telling has not told it.
 */
export async function keep(
  { ledger, refresh }: SyncParties,
  { known }: Target,
  issues: readonly SyncedIssue[],
): Promise<readonly StoredIssue[]> {
  if (issues.length === 0) return [];
  const stored = await ledger.issues.store(known.id, issues);
  const changes = new Map(stored.map(({ number, change }) => [number, change]));
  const told = Date.parse(known.watermark ?? new Date(0).toISOString());
  await refresh(
    known,
    issues.flatMap(({ number, state, updatedAt }) => {
      const change = changes.get(number) ?? 'none';
      if (change === 'none' && Date.parse(updatedAt) <= told) return [];
      return { number, change, isOpen: state === 'open' };
    }),
  );
  return stored;
}

/** Everything updated before this has been listed by a listing that began after the look. */
function settledBy({ newestUpdateAt }: RepositoryGlance, at: string): number {
  const settled = Date.parse(at) - SETTLING_MS;
  return newestUpdateAt === null ? settled : Math.min(settled, Date.parse(newestUpdateAt));
}

/** Only forward. Where another sync was faster, its mark is as good. */
async function moveWatermark(ledger: Ledger, { id, watermark }: LedgerRepository, to: number): Promise<void> {
  if (watermark !== null && to <= Date.parse(watermark)) return;
  await ledger.repositories.moveWatermark({ id, from: watermark, to: new Date(to).toISOString() });
}
