import type { ObservedCheck, ObservedPullRequest } from '../../../src/domain/pull-request/observed.ts';
import { aCheck, aPullRequest, theChecks } from './builders.ts';

/** What can happen on GitHub, and to which pull request; whoever it does not fit stays as it is. */
export const happenings = [
  ...(['open', 'merge', 'close', 'reopen', 'push', 'push_back', 'draft', 'rename', 'label', 'retarget'] as const),
  ...(['comment', 'check_begins', 'check_passes', 'check_fails'] as const),
] as const;
export interface Happening {
  readonly kind: (typeof happenings)[number];
  /** Chooses the pull request, and the check. */
  readonly pick: number;
  /** That have gone by; none, and GitHub's times are the same. */
  readonly seconds: number;
}

export type Pull = Omit<ObservedPullRequest, 'observedAt' | 'checks'>;

interface Run extends ObservedCheck {
  readonly headOid: string;
}

const DAY = Date.UTC(2026, 0, 2);

/** A repository on a GitHub that is nothing but its pull requests and their checks. */
export class World {
  readonly pulls = new Map<string, Pull>();
  readonly #heads = new Map<string, string[]>();
  readonly #runs = new Map<string, readonly Run[]>();
  #second = 0;
  #moment = 0;
  #count = 0;
  readonly repositoryId: string;

  constructor(repositoryId: string) {
    this.repositoryId = repositoryId;
  }

  /** ISO 8601. */
  get now(): string {
    return this.#now();
  }

  happen({ kind, pick, seconds }: Happening): void {
    this.#second += seconds;
    const pull = [...this.pulls.values()][pick % Math.max(1, this.pulls.size)];
    if (kind === 'open') return this.#open();
    if (pull) this.#to(pull, kind, pick);
  }

  /** Newest update first. */
  list(): readonly Pull[] {
    const open = [...this.pulls.values()].filter(({ state }) => state === 'open');
    return open.sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt));
  }

  /** Those that are over, newest update first. */
  ended(): readonly Pull[] {
    const ended = [...this.pulls.values()].filter(({ state }) => state !== 'open');
    return ended.sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt));
  }

  /** What it looks like now to whoever asks; later than whatever was asked before. */
  read(ids: readonly string[]): readonly ObservedPullRequest[] {
    this.#moment += 1;
    const observedAt = new Date(DAY + this.#second * 1000 + this.#moment).toISOString();
    return ids.flatMap((id) => {
      const pull = this.pulls.get(id);
      if (!pull) return [];
      const list = this.runsOf(pull).map(({ headOid: _headOid, ...check }) => check);
      return [{ ...pull, observedAt, checks: theChecks(list, { headOid: pull.headOid, observedAt }) }];
    });
  }

  /** Of its head. */
  runsOf(pull: Pull): readonly Run[] {
    return (this.#runs.get(pull.id) ?? []).filter(({ headOid }) => headOid === pull.headOid);
  }

  #open(): void {
    const number = this.pulls.size + 1;
    const { observedAt: _observedAt, checks: _checks, ...pull } = aPullRequest({ number, createdAt: this.#now() });
    const id = `PR_${this.repositoryId}_${number}`;
    this.#heads.set(id, [pull.headOid]);
    this.pulls.set(id, { ...pull, id, repositoryId: this.repositoryId, updatedAt: this.#now() });
  }

  #to(pull: Pull, kind: Happening['kind'], pick: number): void {
    const isOpen = pull.state === 'open';
    const name = this.#name();
    const heads = this.#heads.get(pull.id) ?? [];
    const ended = { closedAt: this.#now() };
    switch (kind) {
      case 'merge':
        return isOpen ? this.#set(pull, { ...ended, state: 'merged', mergedAt: this.#now() }) : undefined;
      case 'close':
        return isOpen ? this.#set(pull, { ...ended, state: 'closed' }) : undefined;
      case 'reopen':
        return pull.state === 'closed' ? this.#set(pull, { state: 'open', closedAt: null }) : undefined;
      case 'push':
        heads.push(name.padStart(40, '0'));
        return isOpen ? this.#set(pull, { headOid: name.padStart(40, '0') }) : undefined;
      case 'push_back':
        return isOpen ? this.#set(pull, { headOid: heads[pick % heads.length] ?? pull.headOid }) : undefined;
      case 'draft':
        return isOpen ? this.#set(pull, { isDraft: !pull.isDraft }) : undefined;
      case 'rename':
        return this.#set(pull, { title: `Title ${name}` });
      case 'label':
        return this.#set(pull, { labels: [...pull.labels, name] });
      case 'retarget':
        return isOpen ? this.#set(pull, { baseRefName: name }) : undefined;
      case 'comment':
        return this.#set(pull, {});
      case 'check_begins':
        return this.#begin(pull, pick % 2 === 0 ? 'build' : 'lint');
      case 'check_passes':
        return this.#end(pull, 'success');
      case 'check_fails':
        return this.#end(pull, 'failure');
      case 'open':
    }
  }

  #set(pull: Pull, over: Partial<Pull>): void {
    this.pulls.set(pull.id, { ...pull, ...over, updatedAt: this.#now() });
  }

  #begin(pull: Pull, name: string): void {
    const startedAt = this.#now();
    const externalId = `CR_${pull.id}_${this.#name()}`;
    const run = { ...aCheck({ name, externalId, status: 'in_progress', startedAt }), headOid: pull.headOid };
    this.#runs.set(pull.id, [...(this.#runs.get(pull.id) ?? []), run]);
  }

  /** The one of its head that runs longest. */
  #end(pull: Pull, conclusion: 'success' | 'failure'): void {
    const running = this.runsOf(pull).find(({ status }) => status !== 'completed');
    const ended = { status: 'completed', conclusion, completedAt: this.#now() } as const;
    const all = this.#runs.get(pull.id) ?? [];
    this.#runs.set(
      pull.id,
      all.map((run) => (run === running ? { ...run, ...ended } : run)),
    );
  }

  #name(): string {
    this.#count += 1;
    return String(this.#count).padStart(4, '0');
  }

  #now(): string {
    return new Date(DAY + this.#second * 1000).toISOString();
  }
}
