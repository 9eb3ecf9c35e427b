import type { RecordedChange } from '../../../src/domain/pull-request/change.ts';
import type { ObservedPullRequest } from '../../../src/domain/pull-request/observed.ts';

/** What was to be heard of one pull request, word by word. */
type Trail = readonly string[];

/**
 * The model: it knows no more than that the newest look counts, and says what is different in it from the one before.
 */
export class Expectation {
  readonly #newest = new Map<string, ObservedPullRequest>();
  readonly #runs = new Map<string, 'running' | 'ended'>();
  readonly #trails = new Map<string, string[]>();

  keep(looks: readonly ObservedPullRequest[]): void {
    for (const look of looks) {
      const before = this.#newest.get(look.id);
      if (before && Date.parse(before.observedAt) >= Date.parse(look.observedAt)) continue;
      this.#newest.set(look.id, look);
      const trail = this.#trails.get(look.id) ?? [];
      this.#trails.set(look.id, trail);
      trail.push(...this.#differences(before, look));
    }
  }

  /** Of every pull request that was ever seen. */
  trails(): Readonly<Record<string, Trail>> {
    return Object.fromEntries(this.#trails);
  }

  seen(): readonly ObservedPullRequest[] {
    return [...this.#newest.values()];
  }

  *#differences(before: ObservedPullRequest | undefined, now: ObservedPullRequest): Generator<string> {
    const isOpen = now.state === 'open';
    if (!before && isOpen) yield 'new';
    if ((before?.state ?? 'open') !== now.state) yield `state ${now.state}`;
    const runs = [...this.#newRuns(now)];
    // One that is over gets no more work.
    if (!isOpen) return;
    if (before && before.headOid !== now.headOid) yield `head ${now.headOid}`;
    if (before && before.title !== now.title) yield `title ${now.title}`;
    if (before && before.baseRefName !== now.baseRefName) yield `base ${now.baseRefName}`;
    if (before && before.isDraft !== now.isDraft) yield now.isDraft ? 'draft' : 'ready';
    if (before && before.labels.length !== now.labels.length) yield 'labels';
    yield* runs;
  }

  /** Of each check, the run that began last. */
  *#newRuns({ checks }: ObservedPullRequest): Generator<string> {
    const newest = new Map((checks?.list ?? []).map((run) => [run.name, run]));
    for (const { externalId, status, conclusion } of newest.values()) {
      const before = this.#runs.get(externalId);
      const now = status === 'completed' ? 'ended' : 'running';
      if (before !== now) yield `${externalId} ${conclusion ?? 'runs'}`;
      this.#runs.set(externalId, now);
    }
  }
}

/** What was heard, in the words of the model; a comment and the sum of all checks are not in them. */
export function trailsOf(acts: readonly RecordedChange[], ids: readonly string[]): Readonly<Record<string, Trail>> {
  const trails = new Map(ids.map((id) => [id, [] as string[]]));
  for (const act of acts) {
    const trail = trails.get(act.id.slice(0, act.id.indexOf(':')));
    const word = wordOf(act);
    if (word !== null) trail?.push(word);
  }
  return Object.fromEntries(trails);
}

function wordOf({ check, fields, kind, to }: RecordedChange): string | null {
  switch (kind) {
    case 'new':
      return 'new';
    case 'closed':
    case 'merged':
    case 'reopened':
      return `state ${String(to)}`;
    case 'head_moved':
      return `head ${String(to)}`;
    case 'renamed':
      return `title ${String(to)}`;
    case 'base_changed':
      return `base ${String(to)}`;
    case 'drafted':
      return 'draft';
    case 'ready':
      return 'ready';
    case 'updated':
      return fields.includes('labels') ? 'labels' : null;
    case 'check_started':
      return `${String(check?.externalId)} runs`;
    case 'check_finished':
    case 'check_failed':
      return `${String(check?.externalId)} ${String(to)}`;
    case 'checks_changed':
    case 'skipped':
    case 'unskipped':
      return null;
  }
}
