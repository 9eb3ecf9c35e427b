import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { claudeCode } from '../../src/agents/claude-code/distribution.ts';
import { installCli } from '../../src/agents/install/find-cli.ts';
import {
  startScriptedModel,
  type ModelReply,
  type ModelScript,
  type ScriptedModel,
} from '../peers/model/scripted-model.ts';
import { recordHistory } from './histories.ts';
import { setScene, type Scene } from './support.ts';
import { startWorkerProcess } from './worker-process.ts';

const KEY = 'dummy-key-for-the-scripted-model';

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
    env: { TEST_MODEL_KEY: KEY },
    config: {
      agent: { default: 'claude-code' },
      agents: { 'claude-code': { path: program, base_url: model.url, api_key_env: 'TEST_MODEL_KEY' } },
      validation: { commands: ['grep -q day src/hello.txt'] },
    },
  });
});

afterEach(async () => {
  await scene.close();
  await model.close();
});

afterAll(() => undefined);

const write: ModelReply = {
  call: { name: 'Write', input: { file_path: '/workspace/src/hello.txt', content: 'good day\n' } },
};

function isPlanning(tools: readonly string[]): boolean {
  return !tools.includes('Write');
}

async function approvedPlan(): Promise<void> {
  const { client, issue } = scene;
  await client.send('plan', issue, { by: 'ana' });
  const { plan } = await scene.until((seen) => seen.plan.state === 'awaiting_review' && seen.step === null);
  await client.send('approvePlan', issue, { by: 'ana', digest: plan.digest });
}

/** Processes of this host whose command line or environment names the text. */
function processesNaming(text: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text);
      } catch {
        return false;
      }
    });
}

describe('an issue with the real Claude Code, its model scripted', () => {
  it('is planned and, once approved, implemented by its own tools in the same session', async () => {
    script = ({ tools, step }) => {
      if (isPlanning(tools))
        return step === 1
          ? { call: { name: 'Read', input: { file_path: '/workspace/src/hello.txt' } } }
          : { say: '# Plan\n\nSay good day.' };
      return step === 1
        ? { call: { name: 'Read', input: { file_path: '/workspace/src/hello.txt' } } }
        : step === 2
          ? write
          : { say: 'Done.' };
    };
    const worker = await startWorkerProcess(scene);
    await approvedPlan();
    await scene.client.send('implement', scene.issue, { by: 'ana' });
    const { implementation, sessionId } = await scene.until(
      (seen) => seen.implementation.state === 'pr_opened' && seen.step === null,
    );

    const view = scene.github.repository(scene.repository);
    const [pullRequest] = view.pullRequests;
    const { trunk, 'ghw/issue-1': head } = await view.branches();
    expect(head).toBe(implementation.headSha);
    expect(pullRequest).toMatchObject({ number: 2, baseRefName: 'trunk', headRefName: 'ghw/issue-1' });
    expect(await view.git(['diff', `${trunk}..${head}`])).toContain('+good day');
    expect(new Set(model.requests.map((request) => request.sessionId))).toEqual(new Set([sessionId]));
    expect(JSON.stringify(model.requests.at(-1)?.body.messages)).toContain('Say good day.');
    await recordHistory(scene, 'claude-code-plan-to-pull-request');
    await worker.kill('SIGTERM');
  });

  it('survives a worker that is killed while the agent’s shell tool runs: one session, one branch, one pull request', async () => {
    // The CLI refuses a long `sleep`; the number tells this process from any other.
    const mark = `setInterval(() => {}, 1${Math.floor(Math.random() * 1e8)})`;
    let interrupted = false;
    script = ({ tools, prompt }) => {
      if (isPlanning(tools)) return { say: '# Plan\n\nSay good day.' };
      if (!interrupted)
        return {
          call: {
            name: 'Bash',
            input: { command: `echo half > half.txt; node -e "${mark}"`, description: 'A long command' },
          },
        };
      return prompt.includes('Task: continue interrupted work') && model.requests.at(-1)?.toolResult === null
        ? write
        : { say: 'Done.' };
    };
    const first = await startWorkerProcess(scene);
    await approvedPlan();
    await scene.client.send('implement', scene.issue, { by: 'ana' });
    while (processesNaming(mark).length === 0) await new Promise((resolve) => setTimeout(resolve, 100));

    await first.kill('SIGKILL');
    interrupted = true;
    const second = await startWorkerProcess(scene);
    const { sessionId } = await scene.until((seen) => seen.implementation.state === 'pr_opened' && seen.step === null);

    const view = scene.github.repository(scene.repository);
    const branches = await view.branches();
    expect(processesNaming(mark)).toEqual([]);
    expect(new Set(model.requests.map((request) => request.sessionId))).toEqual(new Set([sessionId]));
    expect(Object.keys(branches).sort()).toEqual(['ghw/issue-1', 'trunk']);
    expect(view.pullRequests).toHaveLength(1);
    expect(await view.git(['show', '--stat', branches['ghw/issue-1'] ?? ''])).toContain('half.txt');
    await recordHistory(scene, 'claude-code-worker-killed');
    await second.kill('SIGTERM');
  });
});
