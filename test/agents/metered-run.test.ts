import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AgentAdapter } from '../../src/agents/adapter.ts';
import type { AgentEvent, CodingAgent } from '../../src/agents/agent.ts';
import { createAgent } from '../../src/agents/create-agent.ts';
import { createSpendMeter } from '../../src/agents/spend-meter.ts';
import { createNoSandbox } from '../../src/sandbox/none.ts';
import { dollarTokens, REAL_KEY } from '../gateway/support.ts';
import { startScriptedModel, type ScriptedModel } from '../peers/model/scripted-model.ts';
import { makeScratch, type Scratch } from '../sandbox/support.ts';
import { makeTask } from './support.ts';

let model: ScriptedModel;
let scratch: Scratch;

beforeAll(async () => {
  model = await startScriptedModel(() => ({ say: 'Hello.' }));
});

afterAll(async () => {
  await model.close();
});

beforeEach(async () => {
  scratch = await makeScratch();
});

afterEach(async () => {
  await scratch.remove();
});

/** Asks its model until it is refused, or so many times; tells the last status, and that all went well and cost nothing. */
const program = `
  let status = 200;
  for (let call = 0; call < Number(process.env.CALLS) && status === 200; call += 1) {
    const body = JSON.stringify({ model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] });
    const headers = { 'x-api-key': process.env.TOKEN };
    status = (await fetch(process.env.URL + '/v1/messages', { method: 'POST', headers, body })).status;
  }
  const usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };
  console.log(JSON.stringify({ type: 'final', ok: true, text: String(status), usage, costUsd: 0, costIsCumulative: false, turns: 1, error: null }));
`;

function agent(calls: number, apiKey = REAL_KEY): CodingAgent {
  const adapter: AgentAdapter = {
    name: 'asking-agent',
    description: 'For tests.',
    check: () => Promise.resolve({ ok: true, version: null, path: null, message: '' }),
    provider: () => ({ api: 'anthropic', baseUrl: model.url, apiKey }),
    launch: (task, _session, { baseUrl, token }) =>
      Promise.resolve({
        file: process.execPath,
        args: ['--input-type=module', '-e', program],
        env: { URL: baseUrl, TOKEN: token, CALLS: calls.toString() },
        stdin: task.prompt,
        readOnlyPaths: [],
        homeFiles: [],
        secrets: [],
      }),
    createParser: () => (line) => [JSON.parse(line) as AgentEvent],
    isProgress: () => false,
    classify: ({ exitCode }) => ({ kind: 'crashed', message: `code ${String(exitCode)}` }),
    sessionConflict: () => null,
    sessionPaths: () => Promise.resolve([]),
    sessionCost: () => Promise.resolve(0),
  };
  return createAgent(adapter);
}

describe('a run behind a gateway', () => {
  it('costs what passed, and not what the agent says; each call is told as it happens', async () => {
    const task = makeTask(scratch, createNoSandbox(), { meter: createSpendMeter({ prices: dollarTokens }) });

    const { end, usage, costUsd } = await agent(2).implement(task);

    expect(end.kind).toBe('ok');
    expect(usage).toEqual({ inputTokens: 200, outputTokens: 40, cachedInputTokens: 80 });
    expect(costUsd).toBe(200);
    expect(task.events.filter(({ type }) => type === 'usage')).toEqual(
      [1, 2].map(() => ({
        type: 'usage',
        usage: { inputTokens: 100, outputTokens: 20, cachedInputTokens: 40, cacheWriteTokens: 0 },
        costUsd: 100,
      })),
    );
  });

  it('ends at its budget after one call too many, whatever the agent makes of that', async () => {
    const meter = createSpendMeter({ prices: dollarTokens, limitUsd: 150 });

    const { end, costUsd } = await agent(10).implement(makeTask(scratch, createNoSandbox(), { meter }));

    expect(end).toEqual({
      kind: 'limit_reached',
      limit: 'budget',
      message: 'asking-agent has spent its budget of 150 US dollars and was ended.',
    });
    expect(costUsd).toBe(200);
  });

  it('goes on once the limit is raised, and counts on', async () => {
    const meter = createSpendMeter({ prices: dollarTokens, limitUsd: 100 });
    await agent(10).implement(makeTask(scratch, createNoSandbox(), { meter }));

    meter.limitUsd = 1_000;
    const { end, costUsd } = await agent(3).implement(makeTask(scratch, createNoSandbox(), { meter }));

    expect([end.kind, costUsd, meter.spentUsd]).toEqual(['ok', 300, 400]);
  });

  it('gives the agent no key', async () => {
    const before = model.requests.length;

    await agent(1).implement(makeTask(scratch, createNoSandbox()));

    expect(model.requests.slice(before).map(({ key }) => key)).toEqual([REAL_KEY]);
  });
});
