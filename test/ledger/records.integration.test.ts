import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aReport } from '../domain/builders.ts';
import type { ConfiguredRepository, Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { TestLedger } from '../setup/ledger.ts';
import {
  aConfiguredRepository,
  addressOf,
  anAuditEntry,
  aPlan,
  aProgress,
  aRecord,
  aRun,
  aSyncedIssue,
  engines,
  orders,
} from './support.ts';

describe.each(engines)('what workflows told %s', (_name, create) => {
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

  /** All that the ledger shows of the issue. */
  async function told(of = repository) {
    const issue = addressOf(of);
    return {
      issue: await ledger.issues.find(issue),
      memory: await ledger.issues.recall(issue),
      runs: await ledger.runs.list({ issue }),
      audit: await ledger.audit.list({ entityType: 'issue', entityId: `${of.name}#42` }),
    };
  }

  it('is there with its plans, runs and audit', async () => {
    const progress = aProgress({ costUsd: 1.5, agent: 'scripted' });
    const run = aRun(1);
    const entry = anAuditEntry(1, { detail: 'asked for a plan' });
    const record = aRecord(repository, { progress, plans: [aPlan(1)], runs: [run], audit: [entry] });

    await ledger.issues.record(record);

    const { issue, memory, runs, audit } = await told();
    expect(issue).toMatchObject({ ...record.listed, gone: null });
    expect(issue?.progress).toEqual({
      phase: progress.phase,
      planState: 'awaiting_review',
      implementationState: 'none',
      waitsFor: 'person',
      paused: false,
      outcome: null,
      pullRequest: null,
      agent: 'scripted',
      costUsd: 1.5,
      reviewed: false,
      failure: null,
      workflowId: record.workflowId,
      at: record.at,
    });
    expect(memory).toEqual({ progress, plans: [aPlan(1)] });
    expect(await ledger.issues.progress(addressOf(repository))).toEqual(progress);
    const { name } = repository;
    expect(runs).toEqual([{ ...run, repository: name, number: 42, filesModified: null, testsPassed: null }]);
    const { sequence: _sequence, ...line } = entry;
    expect(audit).toEqual([{ ...line, entityType: 'issue', entityId: `${name}#42` }]);
  });

  it('is told twice as once', async () => {
    const record = aRecord(repository, {
      plans: [aPlan(1), aPlan(2)],
      runs: [aRun(1), aRun(2)],
      audit: [anAuditEntry(1), anAuditEntry(2)],
    });
    await ledger.issues.record(record);
    const once = await told();

    await Promise.all([ledger.issues.record(record), ledger.issues.record(record)]);

    expect(await told()).toEqual(once);
  });

  it('says whether what was told before is still here', async () => {
    const first = aRecord(repository, { audit: [anAuditEntry(1), anAuditEntry(2)] });
    const second = aRecord(repository, { toldBefore: 2, audit: [anAuditEntry(3)] });

    expect(await ledger.issues.record({ ...second, execution: 'lost' })).toBe(false);
    expect(await ledger.issues.record(first)).toBe(true);
    expect(await ledger.issues.record(second)).toBe(true);
  });

  it('is the same whatever order it came in', async () => {
    const at = (day: number): string => `2026-01-0${day}T00:00:00Z`;
    const record = (of: ConfiguredRepository, day: number) => {
      const { body: _body, ...listed } = aSyncedIssue({ title: `as of day ${day}`, updatedAt: at(day) });
      return aRecord(of, {
        at: at(day),
        listed,
        progress: aProgress({ costUsd: day }),
        plans: [aPlan(day)],
        runs: [aRun(day)],
        audit: [anAuditEntry(day)],
      });
    };

    for (const days of orders([1, 2, 3, 4])) {
      const of = aConfiguredRepository();
      for (const day of days) await ledger.issues.record(record(of, day));

      const { issue, memory, runs, audit } = await told(of);
      expect(issue).toMatchObject({ title: 'as of day 4', progress: { costUsd: 4, at: at(4) } });
      expect(memory?.plans.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
      expect(runs.map(({ sequence }) => sequence).sort()).toEqual([1, 2, 3, 4]);
      expect(audit.map((line) => line.at)).toEqual([4, 3, 2, 1].map((day) => anAuditEntry(day).at));
    }
  });

  it('never overwrites a newer listing, nor a listing what was told', async () => {
    await ledger.issues.store(repository.id, [aSyncedIssue({ title: 'newer', updatedAt: '2026-02-01T00:00:00Z' })]);

    await ledger.issues.record(aRecord(repository));
    await ledger.issues.store(repository.id, [aSyncedIssue({ title: 'newest', updatedAt: '2026-02-02T00:00:00Z' })]);

    const issue = await ledger.issues.find(addressOf(repository));
    expect(issue).toMatchObject({ title: 'newest', progress: { planState: 'awaiting_review' } });
    expect(await ledger.issues.body(addressOf(repository))).toBe('Say "good day".');
  });

  it('has no text of the issue until a listing brings it', async () => {
    await ledger.issues.record(aRecord(repository));
    expect(await ledger.issues.body(addressOf(repository))).toBeNull();

    await ledger.issues.store(repository.id, [aSyncedIssue()]);

    expect(await ledger.issues.body(addressOf(repository))).toBe('Say "good day".');
  });

  it('is null for an issue that never had a workflow', async () => {
    await ledger.issues.store(repository.id, [aSyncedIssue()]);

    expect(await told()).toMatchObject({ memory: null, runs: [], audit: [] });
    expect(await ledger.issues.progress(addressOf(repository))).toBeNull();
    expect(await ledger.issues.recall({ repositoryId: null, repository: 'octo/nobody-knows', number: 1 })).toBeNull();
    expect(await ledger.issues.plans(addressOf(repository, 43))).toEqual([]);
  });

  it('keeps the text of a plan that its workflow has let go of', async () => {
    await ledger.issues.record(aRecord(repository, { plans: [aPlan(1)] }));
    await ledger.issues.record(aRecord(repository, { plans: [aPlan(1, { text: null }), aPlan(2)] }));

    expect(await ledger.issues.plans(addressOf(repository))).toEqual([aPlan(1), aPlan(2)]);
  });

  it('shows the newer of two plans of one version', async () => {
    const second = aPlan(1, { digest: 'f'.repeat(64), text: 'other', createdAt: '2026-02-01T00:00:00Z' });

    await ledger.issues.record(aRecord(repository, { plans: [second] }));
    await ledger.issues.record(aRecord(repository, { plans: [aPlan(1)] }));

    expect(await ledger.issues.plans(addressOf(repository))).toEqual([second]);
  });

  it('is what a renamed repository goes on with', async () => {
    await ledger.issues.record(aRecord(repository, { audit: [anAuditEntry(1)] }));
    const nameWithOwner = `${repository.name}-new`;
    await ledger.repositories.observe([
      { id: repository.id, nameWithOwner, problem: null, at: '2026-01-04T00:00:00Z' },
    ]);
    const renamed = { ...repository, name: nameWithOwner };

    await ledger.issues.record(
      aRecord(renamed, { at: '2026-01-05T00:00:00Z', execution: 'second', audit: [anAuditEntry(2)] }),
    );

    for (const name of [repository.name, nameWithOwner]) {
      expect(await ledger.audit.list({ entityType: 'issue', entityId: `${name}#42` })).toHaveLength(2);
      expect(await ledger.issues.recall({ repositoryId: null, repository: name, number: 42 })).not.toBeNull();
    }
    expect(await ledger.issues.find(addressOf(renamed))).toMatchObject({ repository: nameWithOwner });
  });

  it('may hold NULs and halves of characters', async () => {
    const nasty = 'a\0b\ud83dc';
    const clean = 'a\uFFFDb\uFFFDc';
    const failure = { name: 'AgentFailed', message: nasty, at: '2026-01-03T00:00:00Z' } as const;
    const progress = aProgress();

    await ledger.issues.record(
      aRecord(repository, {
        progress: { ...progress, title: nasty, plan: { ...progress.plan, failure } },
        plans: [aPlan(1, { text: nasty, author: nasty })],
        runs: [aRun(1, { agent: nasty, model: nasty })],
        audit: [anAuditEntry(1, { by: nasty, detail: nasty })],
      }),
    );

    const { issue, memory, runs, audit } = await told();
    expect(issue?.progress?.failure).toBe(clean);
    expect(memory?.progress).toMatchObject({ title: clean, plan: { failure: { message: clean } } });
    expect(memory?.plans).toEqual([aPlan(1, { text: clean, author: clean })]);
    expect(runs).toMatchObject([{ agent: clean, model: clean }]);
    expect(audit).toMatchObject([{ by: clean, detail: clean }]);
  });

  it('tells the newest failure that stands, and the pull request', async () => {
    const { plan, implementation, review } = aProgress();
    const failed = (message: string, day: number) =>
      ({ name: 'AgentFailed', message, at: `2026-01-0${day}T00:00:00Z` }) as const;
    const pullRequest = { number: 7, url: 'https://github.test/octo/hello/pull/7', state: 'open', isDraft: false };

    await ledger.issues.record(
      aRecord(repository, {
        progress: aProgress({
          plan: { ...plan, failure: failed('old', 1) },
          implementation: { ...implementation, pullRequest, failure: failed('newest', 3) },
          review: { ...review, failure: failed('between', 2) },
        }),
      }),
    );

    expect((await told()).issue?.progress).toMatchObject({ failure: 'newest', pullRequest: 7 });
  });

  it('says of the newest run that implemented what came of it', async () => {
    const { implementation } = aProgress();
    const changed = (filesChanged: number, ok: boolean | null) =>
      aProgress({
        implementation: {
          ...implementation,
          headSha: 'c'.repeat(40),
          filesChanged,
          validation: ok === null ? null : aReport(ok),
        },
      });
    const implement = (sequence: number, over = {}) => aRun(sequence, { phase: 'implement', ...over });
    const tell = async (day: number, progress: ReturnType<typeof aProgress>, runs: ReturnType<typeof aRun>[]) =>
      await ledger.issues.record(aRecord(repository, { at: `2026-01-0${day}T00:00:00Z`, progress, runs }));

    await tell(1, changed(3, null), [aRun(1), implement(2)]);
    await tell(2, changed(3, false), []);
    await tell(4, changed(5, true), [implement(3), implement(4, { outcome: 'failed' })]);
    await tell(3, changed(4, false), []);

    const runs = (await told()).runs.map(({ sequence, filesModified, testsPassed }) => ({
      ...{ sequence, filesModified, testsPassed },
    }));
    expect(runs).toEqual([
      { sequence: 4, filesModified: null, testsPassed: null },
      { sequence: 3, filesModified: 5, testsPassed: true },
      { sequence: 2, filesModified: 3, testsPassed: false },
      { sequence: 1, filesModified: null, testsPassed: null },
    ]);
  });

  it('is added up per agent, model, phase, issue and repository', async () => {
    const since = '2030-01-01T00:00:00Z';
    const at = '2030-01-02T00:00:00Z';
    const agents = { one: `one-${repository.id}`, two: `two-${repository.id}` };
    await ledger.issues.record(
      aRecord(repository, {
        runs: [
          aRun(1, { at, agent: agents.one, costUsd: 1 }),
          aRun(2, { at, agent: agents.one, model: 'large', costUsd: 2, outcome: 'failed' }),
          aRun(3, { at, agent: agents.two, phase: 'implement', costUsd: 4 }),
          aRun(4, { at: '2029-01-01T00:00:00Z', agent: agents.two, costUsd: 100 }),
        ],
      }),
    );
    const own = async (by: Parameters<Ledger['runs']['spend']>[0]) => await ledger.runs.spend(by, since);

    const usage = { inputTokens: 10, outputTokens: 5, cachedInputTokens: 100 };
    const twice = { inputTokens: 20, outputTokens: 10, cachedInputTokens: 200 };
    expect(await own('agent')).toEqual([
      { key: agents.two, runs: 1, failed: 0, costUsd: 4, ...usage },
      { key: agents.one, runs: 2, failed: 1, costUsd: 3, ...twice },
    ]);
    expect((await own('model')).map(({ key, costUsd }) => [key, costUsd])).toEqual([
      ['default', 5],
      ['large', 2],
    ]);
    expect((await own('phase')).map(({ key, runs }) => [key, runs])).toEqual([
      ['implement', 1],
      ['plan', 2],
    ]);
    expect((await own('issue')).map(({ key, runs }) => [key, runs])).toEqual([[`${repository.name}#42`, 3]]);
    expect((await own('repository')).map(({ key }) => key)).toEqual([repository.name]);
    expect(await ledger.runs.list({ issue: addressOf(repository), since, limit: 2 })).toHaveLength(2);
    expect(await ledger.runs.list({ issue: addressOf(repository, 43) })).toEqual([]);
    expect(
      await ledger.runs.list({ issue: { ...addressOf(repository), repositoryId: 'R_x', repository: 'o/x' } }),
    ).toEqual([]);
  });

  it('tells success, attempts, durations and cost by agent and phase, however often a run was recorded', async () => {
    const agent = `agent-${repository.id}`;
    const record = aRecord(repository, {
      runs: [
        aRun(1, { agent, durationMs: 1_000, costUsd: 1 }),
        aRun(2, { agent, durationMs: 3_000, costUsd: 2, attempts: 3, outcome: 'failed' }),
        aRun(3, { agent, durationMs: 8_000, costUsd: 3, outcome: 'cancelled' }),
        // As a worker of an earlier version told it.
        aRun(4, { agent, phase: 'implement', durationMs: null, attempts: null, prompt: null }),
      ],
    });
    await ledger.issues.record(record);
    await ledger.issues.record(record);

    const all = await ledger.runs.statistics({ repository: repository.name });

    expect(all).toEqual([
      {
        ...{ agent, phase: 'implement', runs: 1, ok: 1, failed: 0, cancelled: 0, attempts: 1, costUsd: 0.25 },
        ...{ medianMs: null, longestMs: null },
      },
      {
        ...{ agent, phase: 'plan', runs: 3, ok: 1, failed: 1, cancelled: 1, attempts: 5, costUsd: 6 },
        ...{ medianMs: 3_000, longestMs: 8_000 },
      },
    ]);
    expect(await ledger.runs.statistics({ repository: repository.name, since: '2100-01-01T00:00:00Z' })).toEqual([]);
    expect(await ledger.runs.statistics({ repository: 'nobody/nothing' })).toEqual([]);
  });
});
