import { afterEach, describe, expect, it } from '@jest/globals';
import type { Script } from '../../src/agents/scripted/script.ts';
import { auditQuery } from '../../src/workflows/protocol.ts';
import { recordHistory } from './histories.ts';
import { sessionsOf } from './killed-support.ts';
import { setScene, type Scene } from './support.ts';
import { startWorkerProcess } from './worker-process.ts';

let scene: Scene;

afterEach(() => scene.close());

const asks = { question: { type: 'yes_no' as const, question: 'In French?', context: 'The issue does not say.' } };
const greet = { write: { path: 'src/hello.txt', content: 'bonjour\n' } };

/**
 * Asks while planning; while implementing, every call costs sixty cents. It sleeps and does not hang at the end: where it is
 * stopped before it comes to that, that is what the next run has left to do.
 */
const script: Script = {
  plan: [{ steps: [{ text: 'Reading.' }, asks] }, { on: 'answer', steps: [{ plan: '# Plan\n\nSay bonjour.' }] }],
  implement: [{ steps: [{ cost: 0.6 }, greet, { cost: 0.6 }, { cost: 0.6 }, { sleep: 30_000 }] }],
  review: [{ steps: [{ text: 'Fine.' }] }],
};

async function asked() {
  await scene.client.send('plan', scene.issue, { by: 'ana' });
  return scene.until(({ question, step }) => question !== null && step === null);
}

/** The prompts that the author's one session holds. */
function prompts(): readonly string[] {
  const sessions = [...sessionsOf(scene, scene.issue, 'author').values()];
  expect(sessions).toHaveLength(1);
  return (sessions[0] ?? []).flatMap((entry) => (entry.type === 'prompt' ? [entry.prompt] : []));
}

describe('an agent that asks, and then reaches its budget', () => {
  it('is answered in a comment, and goes on in the same session once the budget is raised', async () => {
    scene = await setScene({ script, config: { budgets: { issue_usd: 1 } } });
    await scene.startWorker();
    await asked();
    const comments = () => scene.github.repository(scene.repository).issues[0]?.comments ?? [];
    expect(comments().map(({ body }) => body)).toEqual([expect.stringContaining('> In French?')]);

    scene.github.seed.addComment(scene.repository, scene.issue.number, { body: '/answer no', author: 'mallory' });
    scene.github.seed.setPermission(scene.repository, 'wanda', 'WRITE');
    scene.github.seed.addComment(scene.repository, scene.issue.number, { body: '/answer yes', author: 'wanda' });
    await scene.client.sync(scene.issue);
    const { plan } = await scene.until((seen) => seen.plan.state === 'awaiting_review' && seen.step === null);
    expect(comments()[0]?.body).toMatch(/answered by wanda[^]*> yes/);
    expect(prompts()).toEqual([expect.any(String), expect.stringMatching(/what="answer">\nyes\n/)]);

    await scene.client.send('approvePlan', scene.issue, { by: 'ana', digest: plan.digest });
    await scene.client.send('implement', scene.issue, { by: 'ana' });
    const stopped = await scene.until(({ stop }) => stop !== null);
    expect(stopped).toMatchObject({
      waitsFor: 'person',
      costUsd: 1.2,
      stop: { kind: 'issue', limitUsd: 1, spentUsd: 1.2 },
    });
    await scene.client.send('raiseBudget', scene.issue, { by: 'ana', usd: 5 });
    const { implementation } = await scene.until(
      (seen) => seen.implementation.state === 'pr_opened' && seen.step === null,
    );

    const view = scene.github.repository(scene.repository);
    expect(await view.git(['show', `${implementation.headSha ?? ''}:src/hello.txt`])).toBe('bonjour');
    expect(prompts().map((prompt) => prompt.split('\n', 1)[0])).toEqual([
      'Task: plan an issue',
      'Task: go on with an answer',
      'Task: implement the plan',
      'Task: continue interrupted work',
    ]);
    const audit = await scene.client.handle(scene.issue).query(auditQuery);
    expect(audit.map(({ action, by, door }) => `${action} ${by} ${door}`)).toEqual(
      expect.arrayContaining([
        'question scripted agent',
        'answer mallory comment',
        'answer wanda comment',
        'raiseBudget ana cli',
      ]),
    );
    await recordHistory(scene, 'scripted-question-and-budget');
  });
});

describe('what is said while no worker lives', () => {
  it('is taken once, in the same session, by the worker that comes', async () => {
    const steer = { text: 'Use the existing parser.', by: 'ana', requestId: 'r1' };
    scene = await setScene({ script });
    const first = await startWorkerProcess(scene);
    await asked();
    await first.kill('SIGKILL');
    const handle = scene.client.handle(scene.issue);
    await handle.signal('steer', steer);
    await handle.signal('answer', { text: 'yes', by: 'ana', requestId: 'r2' });
    await handle.signal('answer', { text: 'yes', by: 'ana', requestId: 'r2' });
    await handle.signal('steer', steer);
    const second = await startWorkerProcess(scene);
    const { messages, question } = await scene.until(
      (seen) => seen.plan.state === 'awaiting_review' && seen.step === null,
    );

    expect({ messages, question }).toEqual({ messages: 0, question: null });
    const told = prompts()[1] ?? '';
    expect(prompts()).toHaveLength(2);
    expect(told.match(/what="operator">\nUse the existing parser\.\n/g)).toHaveLength(1);
    expect(told.match(/what="answer">\nyes\n/g)).toHaveLength(1);
    await second.kill('SIGTERM');
  });
});
