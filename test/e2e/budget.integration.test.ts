import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { claudeCode } from '../../src/agents/claude-code/distribution.ts';
import { installCli } from '../../src/agents/install/find-cli.ts';
import { replyUsage } from '../peers/model/reply.ts';
import { startScriptedModel, type ModelScript, type ScriptedModel } from '../peers/model/scripted-model.ts';
import { setScene, type Scene } from './support.ts';
import { startWorkerProcess } from './worker-process.ts';

/** What one answer of the model costs, in US dollars. */
const CALL_USD = 0.4;
const perMillion = (CALL_USD / replyUsage.output_tokens) * 1_000_000;

let program: string;
let model: ScriptedModel;
let script: ModelScript;
let scene: Scene;

beforeAll(async () => {
  ({ path: program } = await installCli(claudeCode));
}, 900_000);

beforeEach(async () => {
  model = await startScriptedModel((request) => script(request));
  scene = await setScene({
    env: { TEST_MODEL_KEY: 'dummy-key-for-the-scripted-model' },
    config: {
      agent: { default: 'claude-code', model: 'a-model-of-its-own' },
      agents: { 'claude-code': { path: program, base_url: model.url, api_key_env: 'TEST_MODEL_KEY' } },
      budgets: { issue_usd: 1 },
      prices: { unknown: { input: 0, cached_input: 0, output: perMillion } },
    },
  });
});

afterEach(async () => {
  await scene.close();
  await model.close();
});

describe('a budget of one dollar, with the real Claude Code, its model scripted', () => {
  it('is exceeded by at most one call; raised, it goes on in the same session', async () => {
    let writes = 0;
    script = ({ tools, prompt }) => {
      if (!tools.includes('Write')) return { say: '# Plan\n\nCount.' };
      if (prompt.includes('Task: continue interrupted work')) return { say: 'Done.' };
      writes += 1;
      const input = { file_path: `/workspace/count-${writes.toString()}.txt`, content: `${writes.toString()}\n` };
      return { call: { name: 'Write', input } };
    };
    const worker = await startWorkerProcess(scene);
    const { client, issue } = scene;
    await client.send('plan', issue, { by: 'ana' });
    const { plan } = await scene.until((seen) => seen.plan.state === 'awaiting_review' && seen.step === null);
    await client.send('approvePlan', issue, { by: 'ana', digest: plan.digest });
    await client.send('implement', issue, { by: 'ana' });
    const stopped = await scene.until(({ stop }) => stop !== null);

    expect(stopped.stop).toMatchObject({ kind: 'issue', limitUsd: 1, track: 'implementation' });
    expect(stopped.costUsd).toBeGreaterThanOrEqual(1);
    expect(stopped.costUsd).toBeLessThanOrEqual(1 + CALL_USD + 1e-6);
    expect(model.requests).toHaveLength(3);

    await client.send('raiseBudget', issue, { by: 'ana', usd: 5 });
    const done = await scene.until((seen) => seen.implementation.state === 'pr_opened' && seen.step === null);

    expect(new Set(model.requests.map((request) => request.sessionId))).toEqual(new Set([done.sessionId]));
    expect(done.implementation.files.map(({ path }) => path)).toEqual(['count-1.txt', 'count-2.txt']);
    expect(done).toMatchObject({ raisedUsd: 5, stop: null });
    await worker.kill('SIGTERM');
  }, 300_000);
});
