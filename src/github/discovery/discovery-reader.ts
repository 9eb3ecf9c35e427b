import type { GhwError } from '../../domain/errors.ts';
import type { ListedEnded } from '../../domain/discovery/ended.ts';
import type { CheckCounts, ObservedPullRequest } from '../../domain/pull-request/observed.ts';
import type { RollupState } from '../../domain/pull-request/states.ts';
import { notFound } from '../errors.ts';
import type { RepositoryAddress } from '../github.ts';
import type { Operation } from '../operation.ts';
import { countChecks, readMoreChecks, readPullRequests } from '../operations/discovery.ts';
import type { ContextAnswer, PullRequestAnswer } from '../operations/discovery.ts';
import { type ListAnswer, listMorePullRequests, lookAtPullRequests } from '../operations/pull-request-lists.ts';
import { pages } from '../paging.ts';
import type { Transport } from '../transport.ts';
import { AdaptiveSize } from './adaptive-size.ts';
import { type Outcome, inAdaptiveBatches } from './batches.ts';
import { noCounts, toCheck, toCounts, toObserved, toRollup } from './mapping.ts';

/** Repositories, or pull requests with their checks, per request: what GitHub is known to answer well within its ten seconds. */
const PER_REQUEST = 25;
/** Checks of a pull request that come with it; the others are asked for apart. */
const CONTEXTS = 30;
/** No pull request has so many checks that more pages are not a mistake. */
const MOST_PAGES = 20;

/** Pull requests that are over and come with the open ones; the others are asked for apart. */
const ENDED = 10;

/** A repository that is asked for its pull requests. */
export interface ListWish extends RepositoryAddress {
  /** How many of the newest open ones. */
  readonly size: number;
}

/** As far as a list was read, newest update first. */
export interface ListPart {
  readonly pullRequests: readonly ListedEnded[];
  /** Where the next page begins; null if there is none. */
  readonly after: string | null;
}

/** The newest pull requests of a repository. */
export interface Listing extends RepositoryAddress {
  readonly url: string;
  readonly isArchived: boolean;
  readonly openCount: number;
  readonly open: ListPart;
  /** Merged or closed. */
  readonly ended: ListPart;
  /** ISO 8601, by our clock: when it was asked for. */
  readonly observedAt: string;
}

export interface CountedChecks {
  readonly headOid: string;
  readonly rollup: RollupState | null;
  readonly counts: CheckCounts;
  readonly observedAt: string;
}

/** What discovery asks GitHub for: many things in few requests. What is wrong with one costs the others nothing. */
export interface DiscoveryReader {
  /** @returns by position */
  list(repositories: readonly ListWish[]): Promise<readonly Outcome<Listing>[]>;
  /** What follows in one of the lists, page by page. @throws GhwError */
  more(listing: Listing, which: 'open' | 'ended'): AsyncIterable<readonly ListedEnded[]>;
  /** Pull requests with their checks; null for one that GitHub has no more. @returns by position */
  read(ids: readonly string[]): Promise<readonly Outcome<ObservedPullRequest | null>[]>;
  /** How many of its checks stand where; null for one that GitHub has no more. @returns by position */
  count(ids: readonly string[]): Promise<readonly Outcome<CountedChecks | null>[]>;
  /** Since the reader was made. */
  readonly spent: { readonly requests: number; readonly points: number };
}

/** What one worker has learned about GitHub; kept over cycles. */
export class ReadingExperience {
  readonly repositories = new AdaptiveSize(PER_REQUEST);
  readonly pullRequests = new AdaptiveSize(PER_REQUEST);
  readonly counts = new AdaptiveSize(PER_REQUEST);
  /** Node ids of what GitHub could not answer, though it answered for others. */
  readonly suspects = new Set<string>();
}

export interface DiscoveryReaderOptions {
  readonly transport: Transport;
  readonly experience: ReadingExperience;
  /** Requests at a time. */
  readonly concurrency: number;
  readonly now?: () => Date;
}

/** Reads for one cycle. */
export function createDiscoveryReader(options: DiscoveryReaderOptions): DiscoveryReader {
  const { concurrency, experience, now = () => new Date(), transport } = options;
  const spent = { requests: 0, points: 0 };
  const pay = (answer: { readonly rateLimit: { readonly cost: number } | null }): void => {
    spent.points += answer.rateLimit?.cost ?? 0;
  };

  /** One request for things by node id. */
  async function ask<Node, Variables extends { readonly ids: readonly string[] }, Answer>(
    operation: Operation<{ rateLimit: { cost: number } | null; nodes: (Node | null)[] }, Variables>,
    variables: Variables,
    steps: {
      readonly doing: (position?: number) => string;
      readonly answer: (node: Node, observedAt: string) => Answer;
      /** What it is where GitHub has no such thing. */
      readonly missing: (error: GhwError) => Answer | GhwError;
    },
  ): Promise<readonly (Answer | GhwError)[]> {
    const observedAt = now().toISOString();
    spent.requests += 1;
    const about = { field: 'nodes', doing: steps.doing(), isPartial: true };
    const { answer, refusal } = await transport.items(operation, variables, about);
    pay(answer);
    return variables.ids.map((_, position) => {
      const node = answer.nodes[position];
      const doing = steps.doing(position);
      const refused = refusal(position, doing);
      if (refused !== undefined && refused.name !== 'GitHubNotFound') return refused;
      if (!node) return steps.missing(refused ?? notFound(doing));
      return steps.answer(node, observedAt);
    });
  }

  const batches = { concurrency, isSuspect: ({ id }: { readonly id: string }) => experience.suspects.has(id) };

  /** Remembers what cannot be answered, and forgets what can be. */
  function learn<Answer>(ids: readonly string[], outcomes: readonly Outcome<Answer>[]): readonly Outcome<Answer>[] {
    for (const [position, outcome] of outcomes.entries()) {
      const id = ids[position] ?? '';
      if ('answer' in outcome) experience.suspects.delete(id);
      else if (outcome.alone && outcome.error.retryable) experience.suspects.add(id);
    }
    return outcomes;
  }

  async function moreChecks(pullRequest: PullRequestAnswer): Promise<readonly ContextAnswer[] | null> {
    const contexts = pullRequest.statusCheckRollup?.contexts;
    if (!contexts) return null;
    const doing = `read the checks of ${pullRequest.url}`;
    const found: ContextAnswer[] = [];
    let count = 0;
    const all = pages(async (after) => {
      if (after === null) return contexts;
      spent.requests += 1;
      const answer = await transport.query(readMoreChecks, { id: pullRequest.id, after }, doing);
      pay(answer);
      const rollup = answer.node?.statusCheckRollup;
      // Its head has moved since: the next cycle reads the new one.
      if (!rollup || answer.node?.headRefOid !== pullRequest.headRefOid) return noMore;
      return rollup.contexts;
    }, doing);
    for await (const page of all) {
      found.push(...page);
      count += 1;
      if (count === MOST_PAGES) return found;
    }
    return found;
  }

  async function withChecks(answer: PullRequestAnswer, observedAt: string): Promise<ObservedPullRequest> {
    const observed = toObserved(answer, observedAt);
    const rollup = answer.statusCheckRollup;
    const headOid = answer.headRefOid;
    if (rollup === null) {
      const checks = { headOid, rollup: null, counts: noCounts, list: [], isWhole: true, observedAt };
      return { ...observed, checks };
    }
    const contexts = (await moreChecks(answer)) ?? [];
    const counts = toCounts(rollup.contexts);
    const list = contexts.map((context) => toCheck(headOid, context));
    const isWhole = list.length >= counts.total;
    return { ...observed, checks: { headOid, rollup: toRollup(rollup.state), counts, list, isWhole, observedAt } };
  }

  return {
    spent,
    list: async (repositories) => {
      const outcomes = await inAdaptiveBatches(repositories, {
        ...batches,
        size: experience.repositories,
        ask: (batch) => {
          const size = Math.max(...batch.map((wish) => wish.size));
          return ask(
            lookAtPullRequests,
            { ids: batch.map(({ id }) => id), size, ended: ENDED },
            {
              doing: (position) => `list the pull requests of ${nameOf(batch, position)}`,
              missing: (error) => error,
              answer: ({ ended, open, ...repository }, observedAt): Listing => ({
                ...repository,
                openCount: open.totalCount,
                open: partOf(open),
                ended: partOf(ended),
                observedAt,
              }),
            },
          );
        },
      });
      return learn(
        repositories.map(({ id }) => id),
        outcomes,
      );
    },
    more: ({ id, nameWithOwner, ...listing }, which) => {
      const doing = `list the pull requests of ${nameWithOwner}`;
      const states = statesOf[which];
      return pages(async (after) => {
        spent.requests += 1;
        const next = after ?? listing[which].after;
        const answer = await transport.query(listMorePullRequests, { id, states, after: next }, doing);
        pay(answer);
        if (answer.node === null) throw notFound(doing);
        return answer.node.pullRequests;
      }, doing);
    },
    read: async (ids) => {
      const items = ids.map((id) => ({ id }));
      const outcomes = await inAdaptiveBatches(items, {
        ...batches,
        size: experience.pullRequests,
        ask: async (batch) => {
          const answers = await ask(
            readPullRequests,
            { ids: batch.map(({ id }) => id), contexts: CONTEXTS },
            {
              doing: () => `read ${batch.length} pull requests`,
              missing: () => null,
              answer: (node, observedAt) => ({ node, observedAt }),
            },
          );
          return Promise.all(
            answers.map(async (answer) =>
              answer !== null && 'node' in answer ? await withChecks(answer.node, answer.observedAt) : answer,
            ),
          );
        },
      });
      return learn(ids, outcomes);
    },
    count: async (ids) => {
      const items = ids.map((id) => ({ id }));
      const outcomes = await inAdaptiveBatches(items, {
        ...batches,
        size: experience.counts,
        ask: (batch) =>
          ask(
            countChecks,
            { ids: batch.map(({ id }) => id) },
            {
              doing: () => `count the checks of ${batch.length} pull requests`,
              missing: () => null,
              answer: ({ headRefOid, statusCheckRollup }, observedAt): CountedChecks => ({
                headOid: headRefOid,
                rollup: statusCheckRollup === null ? null : toRollup(statusCheckRollup.state),
                counts: statusCheckRollup === null ? noCounts : toCounts(statusCheckRollup.contexts),
                observedAt,
              }),
            },
          ),
      });
      return learn(ids, outcomes);
    },
  };
}

const statesOf: Readonly<Record<'open' | 'ended', ('OPEN' | 'CLOSED' | 'MERGED')[]>> = {
  open: ['OPEN'],
  ended: ['CLOSED', 'MERGED'],
};

function partOf({ nodes, pageInfo }: ListAnswer): ListPart {
  return {
    pullRequests: (nodes ?? []).filter((node) => node !== null),
    after: pageInfo.hasNextPage ? pageInfo.endCursor : null,
  };
}

const noMore = { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] };

function nameOf(batch: readonly RepositoryAddress[], position?: number): string {
  const [first, ...others] = batch.map(({ nameWithOwner }) => nameWithOwner);
  if (position !== undefined) return batch[position]?.nameWithOwner ?? '';
  return others.length === 0 ? (first ?? '') : `${first} and ${others.length} other repositories`;
}
