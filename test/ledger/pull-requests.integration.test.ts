import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ObservedPullRequest, RepositoryReading } from '../../src/domain/pull-request/observed.ts';
import { skipNothing } from '../../src/domain/pull-request/skip.ts';
import type { ConfiguredRepository, Ledger } from '../../src/ledger/ledger.ts';
import type { Synchronised } from '../../src/ledger/pull-request-ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { aCheck, aPullRequest, aReading, at, head, theChecks } from '../domain/pull-request/builders.ts';
import type { TestLedger } from '../setup/ledger.ts';
import { aConfiguredRepository, addressOf, engines } from './support.ts';

describe.each(engines)('pull requests in %s', (_name, create) => {
  let place: TestLedger;
  let ledger: Ledger;
  let repository: ConfiguredRepository;

  beforeAll(async () => {
    place = await create();
    ledger = await openLedger(place.url);
  });
  afterAll(async () => {
    await ledger.close();
    await place.remove();
  });
  beforeEach(async () => {
    repository = aConfiguredRepository();
    await ledger.repositories.mirror([repository]);
  });

  function shown(number: number, over: Partial<ObservedPullRequest> = {}): ObservedPullRequest {
    return aPullRequest({ id: `PR_${repository.id}_${number}`, repositoryId: repository.id, number, ...over });
  }

  async function see(
    pullRequests: readonly ObservedPullRequest[],
    over: Partial<RepositoryReading> = {},
    rules = skipNothing,
  ): Promise<Synchronised> {
    const reading = aReading(pullRequests, { repositoryId: repository.id, nameWithOwner: repository.name, ...over });
    return await ledger.pullRequests.synchronise([reading], () => rules);
  }

  async function untold() {
    return (await ledger.pullRequests.untold(10_000)).filter(
      ({ pullRequest }) => pullRequest.repositoryId === repository.id,
    );
  }

  const failed = theChecks([aCheck({ conclusion: 'failure' }), aCheck({ name: 'lint' })]);

  it('are there as the look saw them, with their checks and what happened', async () => {
    const { checks: _checks, ...seen } = shown(7, { checks: failed, mergeable: 'unknown', headRepository: null });

    const found = await see([{ ...seen, checks: failed }]);

    expect(found).toMatchObject({ seen: 1, changed: 1, significant: 4 });
    expect(found.kinds).toEqual({ new: 1, checks_changed: 1, check_failed: 1, check_finished: 1 });
    expect(await ledger.pullRequests.getByRepositoryAndNumber(addressOf(repository, 7))).toMatchObject({
      ...{ ...seen, createdAt: '2026-01-02T08:00:00Z', updatedAt: '2026-01-02T08:00:00Z' },
      ...{ observedAt: '2026-01-02T08:01:00Z', rollup: 'failure', checksObservedAt: '2026-01-02T08:01:00Z' },
      counts: { total: 2, pending: 0, passed: 1, failed: 1 },
      ...{ revision: 1, skippedBy: null, repository: repository.name, registeredName: repository.name, priority: 3 },
    });
    expect(await ledger.pullRequests.checksOf(addressOf(repository, 7))).toMatchObject([
      { name: 'build', conclusion: 'failure', headOid: head, isCurrent: true },
      { name: 'lint', conclusion: 'success' },
    ]);
    expect(await ledger.pullRequests.history(addressOf(repository, 7))).toHaveLength(4);
    expect(await ledger.pullRequests.getByRepositoryAndNumber(addressOf(repository, 8))).toBeNull();
    expect(await ledger.pullRequests.history(addressOf(repository, 8))).toEqual([]);
  });

  it('are seen twice as once, also by many at a time', async () => {
    const looks = [1, 2, 3].map((number) => shown(number, { checks: failed }));

    const found = await Promise.all(Array.from({ length: 4 }, () => see(looks)));

    expect(found.map(({ changed }) => changed).sort()).toEqual([0, 0, 0, 3]);
    expect((await untold()).map(({ changes }) => changes.length)).toEqual([4, 4, 4]);
  });

  it('are as the newest look saw them, in whatever order looks are written down', async () => {
    await see([shown(7, { title: 'Newest', updatedAt: at(20), observedAt: at(21) })]);

    const found = await see([shown(7, { title: 'Older', updatedAt: at(10), observedAt: at(30) })], {
      observedAt: at(30),
    });

    expect(found.changed).toBe(0);
    expect((await ledger.pullRequests.list({ repositoryIds: [repository.id] }))[0]?.title).toBe('Newest');
  });

  it('that are not told stay so until they are, change by change', async () => {
    await see([shown(7)]);
    const [before] = await untold();
    await see([shown(7, { title: 'Greet', updatedAt: at(10), observedAt: at(11) })]);

    await ledger.pullRequests.markTold([{ id: before!.pullRequest.id, revision: before!.pullRequest.revision }]);

    const after = await untold();
    expect(after.map(({ changes }) => changes.map(({ kind, revision }) => [kind, revision]))).toEqual([
      [['renamed', 2]],
    ]);
    await ledger.pullRequests.markTold([{ id: after[0]!.pullRequest.id, revision: 2 }]);
    expect(await untold()).toEqual([]);
    const history = await ledger.pullRequests.history(addressOf(repository, 7));
    expect(history.map(({ kind, toldAt }) => [kind, toldAt !== null])).toEqual([
      ['renamed', true],
      ['new', true],
    ]);
  });

  it('that are skipped are there, and nobody is told', async () => {
    await see([shown(7, { labels: ['wip'], checks: failed })], {}, { ...skipNothing, labels: ['wip'] });

    expect(await untold()).toEqual([]);
    expect(await ledger.pullRequests.list({ repositoryIds: [repository.id] })).toMatchObject([
      { skippedBy: 'label wip' },
    ]);
    expect(await ledger.pullRequests.withFailedChecks([repository.id])).toEqual([]);
  });

  it('that are open no longer are merged or closed once, also when GitHub has one no more', async () => {
    await see([shown(1), shown(2)]);
    const merged = shown(1, { state: 'merged', mergedAt: at(4), closedAt: at(4), updatedAt: at(4), observedAt: at(6) });
    const rest = { observedAt: at(6), gone: [shown(2).id] };

    await see([merged], rest);
    await see([merged], rest);

    const [first, second] = [...(await untold())].sort((a, b) => a.pullRequest.number - b.pullRequest.number);
    expect(first?.changes.map(({ kind }) => kind)).toEqual(['new', 'merged']);
    expect(second?.changes.map(({ kind }) => kind)).toEqual(['new', 'closed']);
    expect(await ledger.pullRequests.openOf([repository.id])).toEqual([]);
  });

  it('are found by failed checks of their heads, until those are analysed', async () => {
    const passedNow = theChecks([aCheck({ externalId: 'CR_2', startedAt: at(8) })], { observedAt: at(9) });
    await see([shown(1, { checks: failed }), shown(2), shown(3, { checks: failed }), shown(4, { checks: failed })]);
    await see(
      [
        shown(3, { headOid: 'b'.repeat(40), updatedAt: at(9), observedAt: at(9) }),
        shown(4, { checks: passedNow, observedAt: at(9) }),
      ],
      { isWhole: false },
    );

    const numbers = async () =>
      (await ledger.pullRequests.withFailedChecks([repository.id])).map(({ number }) => number);
    expect(await numbers()).toEqual([1]);

    const [check] = await ledger.pullRequests.checksOf(addressOf(repository, 1));
    await ledger.analyses.create({
      ...{
        checkRunId: check!.ledgerId,
        provider: 'claude',
        category: 'test',
        rootCause: 'It says "hi".',
        confidence: 90,
      },
    });
    expect(await numbers()).toEqual([]);
  });

  it('are ready for review with every check passed, and until their head has one', async () => {
    const passed = theChecks([aCheck()]);
    const none = theChecks([], { observedAt: at(5) });
    await see([
      ...[shown(1, { checks: passed }), shown(2, { checks: failed }), shown(3, { checks: passed, isDraft: true })],
      ...[shown(4), shown(5, { checks: none }), shown(6, { checks: none, updatedAt: at(5) })],
      shown(7, { checks: theChecks([aCheck(), aCheck({ name: 'lint', status: 'queued' })]) }),
    ]);
    const ready = async () =>
      (await ledger.pullRequests.readyForReview([repository.id])).map(({ number }) => number).sort();
    expect(await ready()).toEqual([1, 5]);

    const pullRequest = await ledger.pullRequests.getByRepositoryAndNumber(addressOf(repository, 1));
    await ledger.reviews.create({
      ...{ pullRequestId: pullRequest!.ledgerId, reviewerName: 'security', provider: 'claude', decision: 'approve' },
      ...{ confidence: 80, focusAreas: ['security'], headOid: head },
    });
    expect(await ready()).toEqual([5]);
  });

  it('are listed by what one looks for', async () => {
    await see([
      shown(1, { author: 'Bob', updatedAt: at(3) }),
      shown(2, { labels: ['Urgent'], updatedAt: at(2) }),
      shown(3, { state: 'closed', closedAt: at(1), updatedAt: at(1) }),
      shown(4, { isDraft: true, checks: failed }),
    ]);
    const numbers = async (filter: Parameters<Ledger['pullRequests']['list']>[0]) =>
      (await ledger.pullRequests.list({ repositoryIds: [repository.id], ...filter })).map(({ number }) => number);

    expect(await numbers({})).toEqual([1, 2, 4]);
    expect(await numbers({ limit: 1 })).toEqual([1]);
    expect(await numbers({ state: 'all' })).toEqual([1, 2, 3, 4]);
    expect(await numbers({ author: 'bob' })).toEqual([1]);
    expect(await numbers({ label: 'urgent' })).toEqual([2]);
    expect(await numbers({ rollup: 'failure', isDraft: true })).toEqual([4]);
  });

  it('hold whatever text GitHub shows, and are the same when seen again', async () => {
    const odd = { title: 'nul \0 half \ud800 pair', labels: ['"quoted", {braced}', '\\'], author: "o'hara" };
    await see([shown(7, odd)]);

    expect((await see([shown(7, { ...odd, observedAt: at(9) })])).changed).toBe(0);
    expect((await ledger.pullRequests.openOf([repository.id]))[0]).toMatchObject({
      ...{ title: 'nul \ufffd half \ufffd pair', labels: odd.labels, author: odd.author },
    });
  });

  it('cost their repository nothing when it could not be read', async () => {
    await see([shown(7)]);
    const problem = { kind: 'not_found', message: 'It is not there.' } as const;
    const nothing = { nameWithOwner: null, url: null, observedAt: at(5), isWhole: false, problem };

    expect(await see([], nothing)).toMatchObject({ seen: 0, changed: 0 });

    expect(await ledger.pullRequests.openOf([repository.id])).toHaveLength(1);
    expect(await ledger.repositories.find(repository.id)).toMatchObject({
      ...{
        nameWithOwner: repository.name,
        lastCheckedAt: '2026-01-02T08:05:00Z',
        lastProblem: problem,
        archived: false,
      },
    });
  });

  it('of a thousand are written down as one', async () => {
    const checks = theChecks(['build', 'test', 'lint'].map((name) => aCheck({ name })));
    const repositories = Array.from({ length: 20 }, () => aConfiguredRepository());
    await ledger.repositories.mirror(repositories);
    const readings = repositories.map(({ id, name }) =>
      aReading(
        Array.from({ length: 50 }, (_, index) =>
          aPullRequest({ id: `PR_${id}_${index}`, repositoryId: id, number: index + 1, checks }),
        ),
        { repositoryId: id, nameWithOwner: name },
      ),
    );

    const found = await ledger.pullRequests.synchronise(readings, () => skipNothing);

    expect(found).toMatchObject({ seen: 1000, changed: 1000, kinds: { new: 1000, check_finished: 3000 } });
    expect(await ledger.pullRequests.synchronise(readings, () => skipNothing)).toMatchObject({ changed: 0 });
  });
});
