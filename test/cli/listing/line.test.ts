import { describe, expect, it } from '@jest/globals';
import { joinIssues } from '../../../src/cli/listing/line.ts';
import { aLedgerIssue, aProgressLine, aTrackedIssue } from './builders.ts';

const hello = [{ name: 'octo/hello', id: 'R_hello' }];

describe('the join of ledger and Temporal', () => {
  it('shows an issue that nobody works on as the ledger has it', () => {
    const [line] = joinIssues({ ledger: [aLedgerIssue({ labels: ['bug'] })], live: [] }, hello);

    expect(line).toMatchObject({
      repository: 'Octo/Hello',
      number: 1,
      labels: ['bug'],
      planState: 'none',
      implementationState: 'none',
      waitsFor: 'nobody',
      live: false,
      workflowId: null,
    });
  });

  it('lets what runs win over what the ledger last heard, but for what GitHub shows', () => {
    const ledger = [aLedgerIssue({ title: 'New title', progress: aProgressLine() })];

    const lines = joinIssues({ ledger, live: [aTrackedIssue({ title: 'Old title' })] }, hello);

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      title: 'New title',
      planState: 'approved',
      implementationState: 'generating',
      waitsFor: 'agent',
      costUsd: 0.5,
      live: true,
    });
  });

  it('lets the ledger say what is over, and what earlier workflows cost', () => {
    const progress = aProgressLine({
      implementationState: 'merged',
      outcome: 'merged',
      waitsFor: 'nobody',
      costUsd: 3,
    });
    const ledger = [aLedgerIssue({ state: 'closed', progress })];

    expect(joinIssues({ ledger, live: [aTrackedIssue({ open: false })] }, hello)).toEqual([
      expect.objectContaining({ implementationState: 'merged', outcome: 'merged', costUsd: 3, live: false }),
    ]);
    expect(joinIssues({ ledger, live: [aTrackedIssue({ costUsd: 0.5 })] }, hello)[0]).toMatchObject({
      implementationState: 'generating',
      outcome: null,
      costUsd: 3,
    });
  });

  it('tells of a failure only while it stands', () => {
    const ledger = [aLedgerIssue({ progress: aProgressLine({ planState: 'failed', failure: 'AgentCrashed' }) })];

    expect(joinIssues({ ledger, live: [] }, hello)[0]?.failure).toBe('AgentCrashed');
    expect(joinIssues({ ledger, live: [aTrackedIssue({ planState: 'generating' })] }, hello)[0]?.failure).toBeNull();
  });

  it('knows a renamed repository by the name that its workflows keep', () => {
    const renamed = [{ name: 'octo/old', id: 'R_hello', renamed_to: 'Octo/Hello' }];
    const live = [aTrackedIssue({ workflowId: 'issue:octo/old#1', repository: 'octo/old' })];

    const lines = joinIssues({ ledger: [aLedgerIssue()], live }, renamed);

    expect(lines).toEqual([expect.objectContaining({ repository: 'Octo/Hello', live: true })]);
  });

  it('joins by name where the configuration has no node id', () => {
    const lines = joinIssues({ ledger: [aLedgerIssue()], live: [aTrackedIssue()] }, [{ name: 'octo/hello' }]);

    expect(lines).toHaveLength(1);
  });

  it('never takes one repository for another of a similar name', () => {
    const live = [aTrackedIssue({ workflowId: 'issue:my-octo/hello#1', repository: 'my-octo/hello' })];

    const lines = joinIssues({ ledger: [aLedgerIssue()], live }, [...hello, { name: 'my-octo/hello', id: 'R_mine' }]);

    expect(lines.map(({ repository, live: runs }) => [repository, runs])).toEqual([
      ['Octo/Hello', false],
      ['my-octo/hello', true],
    ]);
  });

  it('is each source alone where the other cannot be reached', () => {
    expect(joinIssues({ ledger: undefined, live: [aTrackedIssue()] }, [{ name: 'Octo/Hello' }])).toEqual([
      expect.objectContaining({ repository: 'Octo/Hello', live: true, updatedAt: null }),
    ]);
    expect(joinIssues({ ledger: [aLedgerIssue({ progress: aProgressLine() })], live: undefined }, hello)).toEqual([
      expect.objectContaining({ planState: 'awaiting_review', live: false }),
    ]);
  });
});
