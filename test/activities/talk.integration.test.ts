import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgentActivities } from '../../src/activities/types.ts';
import type { RunFailureDetails } from '../../src/activities/agent/types.ts';
import type { CodingAgent } from '../../src/agents/agent.ts';
import { parseScript } from '../../src/agents/scripted/schema.ts';
import { createScriptedAgent } from '../../src/agents/scripted/scripted-agent.ts';
import type { Message } from '../../src/domain/conversation.ts';
import { defaultTalk } from '../../src/domain/policy.ts';
import type { RunSpending, SpendingLedger } from '../../src/ledger/ledger.ts';
import { createSandbox } from '../../src/sandbox/create-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { NOW } from '../domain/builders.ts';
import { expectReleased, filesOf, promptsOf, runInput, scripted, traceIn } from './agent-support.ts';
import { attempt, createBench, createHost, failureOf, noSpending, TOKEN, type Bench, type Host } from './support.ts';

let bench: Bench;
let sandbox: Sandbox;

beforeAll(async () => {
  [bench, sandbox] = await Promise.all([createBench(), createSandbox({ kind: 'auto' })]);
});
afterAll(() => bench.cleanUp());

function hostWith(agent: CodingAgent, more: { root?: string; spending?: SpendingLedger } = {}): Host {
  const { root, spending = noSpending } = more;
  return createHost(bench, { agent, sandbox, dependencies: { spending }, ...(root === undefined ? {} : { root }) });
}

function runAgent({ activities }: Host): AgentActivities['runAgent'] {
  return (input) => activities.runAgent(input);
}

/** An author whose turns are these, in order. */
function inTurns(...turns: readonly (readonly object[])[]): CodingAgent {
  const implement = turns.map((steps) => ({ steps }));
  return createScriptedAgent({ script: parseScript({ implement }, 'test') });
}

const greet = { write: { path: 'greet.txt', content: 'good day\n' } };
const asks = { question: { type: 'choice', question: `Say ${TOKEN}?`, options: ['Tabs', 'Spaces'] } };
const answer: Message = { id: 1, kind: 'answer', text: 'Spaces', question: 'Which?', by: 'ana', at: NOW };

describe('an author that asks', () => {
  it('leaves its question and its work; run again because nobody heard of it, the same', async () => {
    const place = await bench.place();
    const host = hostWith(inTurns([greet, asks]));
    const input = await runInput(bench, place);

    const first = attempt(runAgent(host), [input]);
    const { question, change, trace } = await first.result;
    const second = await attempt(runAgent(host), [input], { after: first }).result;

    expect(question).toMatchObject({ type: 'choice', options: ['Tabs', 'Spaces'] });
    expect(question?.text).not.toContain(TOKEN);
    expect(change).toBeNull();
    expect(trace.checkpoint && (await filesOf(host.workspaces, place, trace.checkpoint, ['greet.txt']))).toEqual({
      'greet.txt': 'good day\n',
    });
    expect(second).toMatchObject({
      question,
      trace: { checkpoint: trace.checkpoint, session: { id: trace.session.id } },
    });
    await expectReleased(host.workspaces, place);
  });

  it('gets the answer in the same session, on another host', async () => {
    const place = await bench.place();
    const agent = inTurns([greet, asks], [{ append: { path: 'greet.txt', content: 'sir\n' } }]);
    const input = await runInput(bench, place);
    const { trace } = await attempt(runAgent(hostWith(agent)), [input]).result;

    const there = hostWith(agent, { root: 'other-host' });
    const more = { key: 'implement-1/1', work: trace.checkpoint, session: trace.session, messages: [answer] };
    const { change, trace: next } = await attempt(runAgent(there), [{ ...input, ...more, continues: true }]).result;

    const prompts = await promptsOf(bench, next.session.file);
    expect(prompts).toHaveLength(2);
    expect(prompts[1]).toContain('Task: go on with an answer');
    expect(prompts[1]).toMatch(/what="answer">\nSpaces\n/);
    expect(next).toMatchObject({ resumed: true, session: { id: input.newSessionId }, notes: [] });
    const files = change && { oid: change.headOid, bundle: change.bundle };
    expect(files && (await filesOf(there.workspaces, place, files, ['greet.txt']))).toEqual({
      'greet.txt': 'good day\nsir\n',
    });
  });

  it('is told all that is left where its session is lost, and the audit says so', async () => {
    const place = await bench.place();
    const agent = inTurns([greet, { text: 'I began with the greeting.' }, asks], [{ text: 'Done.' }]);
    const input = await runInput(bench, place);
    const { trace } = await attempt(runAgent(hostWith(agent)), [input]).result;
    const lost = { ...trace.session, file: { sha256: 'f'.repeat(64), bytes: 1 }, lastWords: 'I began.' };

    const more = { key: 'implement-1/1', work: trace.checkpoint, session: lost, messages: [answer] };
    const there = hostWith(inTurns([{ write: { path: 'b', content: 'b' } }]), { root: 'third-host' });
    const { trace: next } = await attempt(runAgent(there), [{ ...input, ...more, continues: true }]).result;

    const [prompt = ''] = await promptsOf(bench, next.session.file);
    for (const told of ['session that is lost', 'I began.', '+good day', 'Spaces', '# Plan'])
      expect(prompt).toContain(told);
    expect(next.resumed).toBe(false);
    expect(next.notes).toEqual([expect.stringContaining('is not in the artifact store; a new one began')]);
  });
});

describe('a run with a budget', () => {
  const budgets = { ...defaultTalk.budgets, issueUsd: 1 };
  const allowance = { runUsd: null, budgets, raisedUsd: 0, raises: [], workRaisedUsd: 0 };

  function limitIn(failure: Awaited<ReturnType<typeof failureOf>>) {
    return (failure.details as RunFailureDetails[] | undefined)?.[0]?.limit;
  }

  it('ends at it, one call beyond at most, with its work kept and all of it booked', async () => {
    const place = await bench.place();
    const booked: RunSpending[] = [];
    const spending: SpendingLedger = { ...noSpending, book: (run) => (booked.push(run), noSpending.book(run)) };
    const calls = [{ cost: 0.6 }, greet, { cost: 0.6 }, { cost: 0.6 }, { hang: true }];
    const host = hostWith(scripted({ implement: calls }), { spending });
    const input = { ...(await runInput(bench, place)), allowance };

    const failure = await failureOf(attempt(runAgent(host), [input]).result);

    expect(failure).toMatchObject({ type: 'AgentLimitReached', nonRetryable: true });
    expect(limitIn(failure)).toMatchObject({ kind: 'issue', limitUsd: 1, spentUsd: 1.2 });
    expect(traceIn(failure)).toMatchObject({ costUsd: 1.2, session: { id: input.newSessionId } });
    expect(traceIn(failure).checkpoint).not.toBeNull();
    expect(new Set(booked.map(({ key }) => key)).size).toBe(1);
    expect(booked.at(-1)?.costUsd).toBe(1.2);
    await expectReleased(host.workspaces, place);
  });

  it('counts what an attempt spent that died before it could say', async () => {
    const place = await bench.place();
    const spending = {
      ...noSpending,
      book: () => Promise.resolve({ ownUsd: 0.7, issueUsd: 0, repositoryUsd: 0, dayUsd: 0 }),
    };
    const host = hostWith(scripted({ implement: [{ cost: 0.2 }, greet] }), { spending });
    const input = { ...(await runInput(bench, place)), allowance };

    const { trace } = await attempt(runAgent(host), [input]).result;

    expect(trace.costUsd).toBeCloseTo(0.9);
  });

  it('that is used up by others does not begin', async () => {
    const place = await bench.place();
    const spending = {
      ...noSpending,
      book: () => Promise.resolve({ ownUsd: 0, issueUsd: 1, repositoryUsd: 1, dayUsd: 1 }),
    };
    const host = hostWith(scripted({ implement: [greet] }), { spending });
    const input = { ...(await runInput(bench, place)), allowance };

    const failure = await failureOf(attempt(runAgent(host), [input]).result);

    expect(failure).toMatchObject({ type: 'BudgetExceeded', nonRetryable: true });
    expect(failure.details).toMatchObject([{ trace: null, limit: { kind: 'issue', spentUsd: 1 } }]);
  });

  it('of a day waits for a ledger that is away; one of an issue does without', async () => {
    const place = await bench.place();
    const away = { ...noSpending, book: () => Promise.reject(new Error('away')) };
    const host = hostWith(scripted({ implement: [greet] }), { spending: away });
    const input = await runInput(bench, place);
    const ofDay = { ...allowance, budgets: { ...budgets, dayUsd: 5 } };

    await expect(attempt(runAgent(host), [{ ...input, allowance: ofDay }]).result).rejects.toThrow('away');
    await expect(attempt(runAgent(host), [{ ...input, allowance }]).result).resolves.toMatchObject({ question: null });
  });
});
