import { describe, expect, it } from '@jest/globals';
import { readLines } from '../../../src/cli/listing/read.ts';
import type { CommandContext } from '../../../src/cli/context.ts';
import type { LedgerIssue } from '../../../src/ledger/ledger.ts';
import { aLedgerIssue, aProgressLine } from './builders.ts';

/** An issue in the ledger, whose workflow has begun nothing; or without one. */
function known(number: number, hasWorkflow = true): LedgerIssue {
  const workflowId = `issue:octo/hello#${number}`;
  const progress = aProgressLine({ phase: 'new', planState: 'none', waitsFor: 'nobody', workflowId });
  return aLedgerIssue({ number, progress: hasWorkflow ? progress : null });
}

const json = (value: unknown) => ({ data: Buffer.from(JSON.stringify(value)) });
const execution = (number: number, phase: string) => ({
  execution: { workflowId: `issue:octo/hello#${number}` },
  status: 1,
  searchAttributes: { indexedFields: { GhwPhase: json(phase), GhwPlanState: json('awaiting_review') } },
});

/** A ledger, and a Temporal that holds these workflows; what it was asked to list is noted. */
function contextWith(ledger: readonly LedgerIssue[], live: readonly ReturnType<typeof execution>[]) {
  const listed: string[] = [];
  const isNew = ({ searchAttributes }: (typeof live)[number]): boolean =>
    searchAttributes.indexedFields.GhwPhase.data.toString() === '"new"';
  const workflowService = {
    listWorkflowExecutions: ({ query }: { query: string }) => {
      listed.push(query.includes("GhwPhase != 'new'") ? 'begun' : 'all');
      const executions = live.filter((one) => listed.at(-1) === 'all' || !isNew(one));
      return Promise.resolve({ executions, nextPageToken: new Uint8Array() });
    },
    countWorkflowExecutions: () => Promise.resolve({ count: live.length }),
  };
  const connection = { workflowService, withDeadline: (_at: number, ask: () => unknown) => ask() };
  const context = {
    config: () => Promise.resolve({ config: { repositories: [{ name: 'octo/hello', id: 'R_hello' }] } }),
    temporal: () => Promise.resolve({ connection, namespace: 'default' }),
    ledger: () => Promise.resolve({ issues: { list: () => Promise.resolve(ledger) } }),
  };
  return { context: context as unknown as CommandContext, listed };
}

const shown = async (context: CommandContext) =>
  (await readLines(context, { state: 'open' })).lines.map(({ live, number, planState }) => [number, planState, live]);

describe('a list of issues', () => {
  it('asks Temporal for those alone with which something was begun, where the ledger knows the others', async () => {
    const { context, listed } = contextWith(
      [known(1), known(2), known(3, false)],
      [execution(1, 'new'), execution(2, 'plan')],
    );

    expect(await shown(context)).toEqual([
      [1, 'none', true],
      [2, 'awaiting_review', true],
      [3, 'none', false],
    ]);
    expect(listed).toEqual(['begun']);
  });

  it.each([
    [
      'that the ledger has not heard of',
      [known(1)],
      [execution(1, 'new'), execution(2, 'new')],
      [
        [1, true],
        [2, true],
      ],
    ],
    [
      'that has ended without telling the ledger',
      [known(1), known(2)],
      [execution(1, 'new')],
      [
        [1, true],
        [2, false],
      ],
    ],
  ])('asks for all where there is one %s', async (_what, ledger, live, wanted) => {
    const { context, listed } = contextWith(ledger, live);

    const lines = (await readLines(context, { state: 'open' })).lines;

    expect(lines.map((line) => [line.number, line.live])).toEqual(wanted);
    expect(listed).toEqual(['begun', 'all']);
  });
});
