import { describe, expect, it } from '@jest/globals';
import type { IssueMemory } from '../../src/domain/issue-record.ts';
import { newIssueState, withAudit, type IssueState } from '../../src/domain/issue-state.ts';
import { pendingRecord, withMemory } from '../../src/domain/record.ts';
import { issueThat, NOW, synced } from './builders.ts';

function told(state: IssueState): IssueState {
  const pending = pendingRecord(state);
  return pending ? { ...state, recorded: pending.told } : state;
}

function audited(state: IssueState, ...actions: readonly string[]): IssueState {
  return actions.reduce(
    (current, action) => withAudit(current, { at: NOW, action, by: 'ana', door: 'cli', detail: '' }),
    state,
  );
}

describe('what the ledger is told', () => {
  it('is told once', () => {
    const state = issueThat.hasPlan();

    expect(pendingRecord(state)).not.toBeNull();
    expect(pendingRecord(told(state))).toBeNull();
  });

  it('is only what is new of plans, runs and audit', () => {
    const before = told(audited(issueThat.hasPlan(), 'one', 'two'));
    const entries = before.counts.audit;

    const { record } = pendingRecord(audited(before, 'three')) ?? {};

    expect(record?.plans).toEqual([]);
    expect(record?.runs).toEqual([]);
    expect(record?.audit).toMatchObject([{ action: 'three', sequence: entries + 1 }]);
  });

  it('counts on where the oldest entries are no longer kept', () => {
    const many = audited(
      synced(issueThat.isNew()),
      ...Array.from({ length: 450 }, (_, index) => `action ${index + 1}`),
    );

    const { record } = pendingRecord(many) ?? {};

    expect(record?.audit.at(0)).toMatchObject({ action: 'action 251', sequence: many.counts.audit - 199 });
    expect(record?.audit.at(-1)?.sequence).toBe(many.counts.audit);
  });

  it('is news at every sync: the ledger may have been lost since', () => {
    const state = told(synced(issueThat.isNew()));

    expect(pendingRecord(synced(state))?.record.audit).toEqual([]);
    expect(pendingRecord(synced(state, { labels: ['bug'] }))?.record.listed.labels).toEqual(['bug']);
  });
});

describe('an issue that had a workflow before', () => {
  function memoryOf(state: IssueState): IssueMemory {
    const { record } = pendingRecord(state) ?? {};
    if (!record) throw new Error('nothing to remember');
    return { progress: record.progress, plans: state.plan.versions };
  }

  function again(memory: IssueMemory): IssueState {
    return withMemory(newIssueState(issueThat.isNew().issue, 'feature'), memory);
  }

  it('goes on with its approved plan and what it cost', () => {
    const before = { ...issueThat.isApproved(), costUsd: 3.5 };

    const state = again(memoryOf(before));

    expect(state.plan).toMatchObject({ state: 'approved', approval: before.plan.approval });
    expect(state.plan.versions).toEqual(before.plan.versions);
    expect(state.costUsd).toBe(3.5);
    expect(state.session).toEqual(before.session);
  });

  it('asks for approval again where another version was approved', () => {
    const memory = memoryOf(issueThat.isApproved());
    const [version] = memory.plans;
    if (!version) throw new Error('no plan');

    const state = again({ ...memory, plans: [version, { ...version, version: 2, digest: 'f'.repeat(64) }] });

    expect(state.plan).toMatchObject({ state: 'awaiting_review', approval: null });
  });

  it('lets a plan that was asked for meanwhile be written', () => {
    const asked = { ...issueThat.isNew(), plan: { ...issueThat.isNew().plan, state: 'generating' as const } };

    const state = withMemory(asked, memoryOf(issueThat.isApproved()));

    expect(state.plan).toMatchObject({ state: 'generating', approval: null });
    expect(state.plan.versions).toHaveLength(1);
  });
});
