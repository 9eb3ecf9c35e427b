import { endedNews, judgeEnded } from '../../../src/domain/discovery/ended.ts';
import { judgeList } from '../../../src/domain/discovery/listing.ts';
import type { RecordedChange } from '../../../src/domain/pull-request/change.ts';
import type { ObservedPullRequest } from '../../../src/domain/pull-request/observed.ts';
import { skipNothing } from '../../../src/domain/pull-request/skip.ts';
import type { PullRequestLedger, UntoldPullRequest } from '../../../src/ledger/pull-request-ledger.ts';
import { aReading } from './builders.ts';
import type { Expectation } from './expectation.ts';
import type { World } from './world.ts';

/** What discovery needs of a ledger. */
export type DiscoveryLedger = Pick<PullRequestLedger, 'openOf' | 'knownOf' | 'synchronise' | 'untold' | 'markTold'>;

/** Where a cycle ends before its end: the worker is gone, and with it all that was not written down. */
export const deaths = ['never', 'before_keeping', 'while_keeping', 'before_telling', 'while_telling', 'before_marking'];
export interface Cycle {
  readonly dies: (typeof deaths)[number];
  /** How far it gets in what it dies in; also, how many are told at a time. */
  readonly after: number;
}

/** A worker that may die anywhere, the workflows that it tells, and everything that it ever read. */
export class Discovery {
  readonly acts: RecordedChange[] = [];
  readonly #heard = new Map<string, number>();
  readonly #looks: (readonly ObservedPullRequest[])[] = [];
  readonly #world: World;
  #lastWholeLookAt: string | null = null;
  readonly #ledger: DiscoveryLedger;
  readonly #expectation: Expectation;

  constructor(world: World, { ledger, expectation }: { ledger: DiscoveryLedger; expectation: Expectation }) {
    this.#world = world;
    this.#ledger = ledger;
    this.#expectation = expectation;
  }

  async cycle({ dies, after }: Cycle): Promise<void> {
    const { now } = this.#world;
    const looks = this.#world.read(await this.#news());
    this.#looks.push(looks);
    if (dies === 'before_keeping') return;
    const part = dies === 'while_keeping' ? looks.slice(0, after) : looks;
    await this.#keep(part);
    if (dies === 'while_keeping') return;
    this.#lastWholeLookAt = now;
    if (dies === 'before_telling') return;
    await this.#tell({ dies, after });
  }

  /** Something that was read long ago is kept now, perhaps once more. */
  async keepLate(pick: number): Promise<void> {
    const looks = this.#looks[pick % Math.max(1, this.#looks.length)];
    if (looks) await this.#keep(looks);
  }

  async #news(): Promise<readonly string[]> {
    const known = await this.#ledger.openOf([this.#world.repositoryId]);
    const listed = this.#world.list();
    const { news, vanished } = judgeList(known, { listed, openCount: listed.length, hasMore: false });
    const ended = await this.#ended();
    // Checks move nothing in a list: those of all that is open are looked at.
    return [...new Set([...news, ...vanished, ...ended, ...listed.map(({ id }) => id)])];
  }

  async #ended(): Promise<readonly string[]> {
    const since = this.#lastWholeLookAt;
    const { changed } = judgeEnded({ listed: this.#world.ended(), hasMore: false }, since);
    return endedNews(changed, { known: await this.#ledger.knownOf(changed.map(({ id }) => id)), since });
  }

  async #keep(looks: readonly ObservedPullRequest[]): Promise<void> {
    const { repositoryId } = this.#world;
    await this.#ledger.synchronise([aReading(looks, { repositoryId })], () => skipNothing);
    this.#expectation.keep(looks);
  }

  async #tell({ dies, after }: Cycle): Promise<void> {
    for (;;) {
      const untold = await this.#ledger.untold(after + 1);
      if (untold.length === 0) return;
      const told = dies === 'while_telling' ? untold.slice(0, after) : untold;
      for (const one of told) this.#hear(one);
      if (dies === 'while_telling' || dies === 'before_marking') return;
      await this.#ledger.markTold(told.map(({ pullRequest: { id, revision } }) => ({ id, revision })));
    }
  }

  /** As the workflows do: what they have heard before, they know by its revision. */
  #hear({ pullRequest, changes }: UntoldPullRequest): void {
    const heard = this.#heard.get(pullRequest.id) ?? 0;
    this.acts.push(...changes.filter(({ revision }) => revision > heard));
    this.#heard.set(pullRequest.id, Math.max(heard, pullRequest.revision));
  }
}
