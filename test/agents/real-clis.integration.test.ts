import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AgentTask, CodingAgent } from '../../src/agents/agent.ts';
import { installCli } from '../../src/agents/install/find-cli.ts';
import { createSandbox } from '../../src/sandbox/create-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import {
  startScriptedModel,
  type ModelReply,
  type ModelScript,
  type ScriptedModel,
} from '../peers/model/scripted-model.ts';
import { makeScratch, processesWith, type Scratch } from '../sandbox/support.ts';
import { realClis } from './real-clis.ts';
import { makeTask } from './support.ts';

const KEY = 'key-of-the-model-0123456789';
const REFUSED = 'a refusal of the test';

let sandbox: Sandbox;
let scratch: Scratch;

beforeAll(async () => {
  sandbox = await createSandbox({ kind: 'auto' });
}, 900_000);

beforeEach(async () => {
  scratch = await makeScratch();
});

afterEach(async () => {
  await scratch.remove();
});

/** Waits for what a run shall come to, or for its end: how long a CLI takes is not what is tested. */
async function reached(condition: () => Promise<boolean>, run: Promise<unknown>): Promise<void> {
  const ended = run.then(() => true);
  const later = (): Promise<boolean> => new Promise((done) => setTimeout(() => done(false), 50));
  while (!(await condition())) if (await Promise.race([ended, later()])) return;
}

describe.each(realClis)('the real $name, its model scripted', (cli) => {
  let path: string;
  let model: ScriptedModel;
  let script: ModelScript;

  beforeAll(async () => {
    ({ path } = await installCli(cli.distribution));
    model = await startScriptedModel((request) => script(request));
  }, 900_000);

  afterAll(async () => {
    await model.close();
  });

  function agent(): CodingAgent {
    return cli.create({ path, baseUrl: cli.baseUrl(model.url), apiKey: KEY });
  }

  function task(overrides: Partial<AgentTask> = {}): AgentTask {
    return makeTask(scratch, sandbox, { model: cli.model, ...overrides });
  }

  it('plans, is killed while it implements, and goes on in another home with a real edit', async () => {
    const mark = randomUUID();
    script = ({ step }) => (step === 1 ? cli.write('early.txt', 'x') : { say: '# Plan: heliotrope' });
    const plan = await agent().plan(task({ phase: 'plan', cage: { ...scratch.cage, treeWritable: false } }));
    const written = await readdir(scratch.cage.tree);

    let pid = 0;
    script = ({ step }) =>
      step === 1 ? cli.write('coupon.txt', '5\n') : cli.shell(`node -e "setInterval(() => {}, 1e6)" ${mark}`);
    const running = agent().resume(task({ sessionId: plan.sessionId, onProcess: (id) => (pid = id) }));
    await reached(async () => (await processesWith(`\0${mark}`)).length > 0, running);
    process.kill(pid, 'SIGKILL');
    const killed = await running;
    const left = await processesWith(mark);

    const elsewhere = await makeScratch();
    await agent().restoreSession(elsewhere.cage.home, plan.sessionId, killed.sessionFile ?? '');
    script = ({ step }) => (step === 1 ? cli.shell('cat coupon.txt > copy.txt') : { say: 'Done.' });
    const cage = { ...elsewhere.cage, tree: scratch.cage.tree };
    const done = await agent().resume(task({ sessionId: plan.sessionId, cage, prompt: 'Go on.' }));
    await elsewhere.remove();

    expect([plan.end, killed.end.kind, done.end]).toEqual([
      { kind: 'ok', message: '' },
      'crashed',
      { kind: 'ok', message: '' },
    ]);
    expect([plan.text, done.text]).toEqual(['# Plan: heliotrope', 'Done.']);
    expect([plan.resumed, killed.resumed, done.resumed]).toEqual([false, true, true]);
    expect(written).toEqual([]);
    expect(left).toEqual([]);
    expect(await readFile(join(scratch.cage.tree, 'copy.txt'), 'utf8')).toBe('5\n');
    // What another home was carried holds the whole conversation, up to the tool during which it was killed.
    const last = JSON.stringify(model.requests.at(-1)?.body);
    for (const word of ['heliotrope', 'coupon.txt', 'Go on.']) expect(last).toContain(word);
    expect(new Set(model.requests.map(({ key }) => key))).toEqual(new Set([KEY]));
    // Each run's own tokens: two requests, and two more.
    expect([plan.usage, done.usage]).toEqual(
      Array.from({ length: 2 }, () => ({ inputTokens: 200, outputTokens: 40, cachedInputTokens: 80 })),
    );
  });

  it('takes nothing from the repository, answers in a form, and shows its key to nobody', async () => {
    for (const [name, content] of Object.entries(cli.hostile)) {
      await mkdir(dirname(join(scratch.cage.tree, name)), { recursive: true });
      await writeFile(join(scratch.cage.tree, name), content);
    }
    const before = (await readdir(scratch.cage.tree)).sort();
    const answerSchema = {
      type: 'object',
      properties: { verdict: { type: 'string' } },
      required: ['verdict'],
      additionalProperties: false,
    };
    script = ({ step }) => (step === 1 ? cli.read('src/hello.txt') : { answer: { verdict: 'approve' } });
    const requestsBefore = model.requests.length;

    const prompt = `${'😀'.repeat(75_000)}the end of $greet and /greet`;
    const review = task({ phase: 'review', answerSchema, prompt });
    const { end, structured } = await agent().review(review);

    expect(end).toEqual({ kind: 'ok', message: '' });
    expect(structured).toEqual({ verdict: 'approve' });
    expect((await readdir(scratch.cage.tree)).sort()).toEqual(before);
    const asked = JSON.stringify(model.requests.slice(requestsBefore).map(({ body }) => body));
    expect(/.{0,200}xylophone/.exec(asked)?.[0]).toBeUndefined();
    expect(asked).toContain('😀the end');
    expect(await readFile(review.transcriptPath, 'utf8')).not.toContain(KEY);
    expect(model.others).toEqual([]);
  });

  it('says how it ended: refused, asked to wait, too many turns', async () => {
    const refusal = (status: number): ModelReply => ({
      status,
      type: 'error',
      message: REFUSED,
      headers: { 'retry-after': '1' },
    });
    const rows = [
      ['401', refusal(401), 'authentication'],
      ['429', refusal(429), 'retryable'],
      ['turns', cli.shell('true'), 'limit_reached'],
    ] as const;
    script = ({ prompt }) => rows.find(([what]) => prompt.includes(`case ${what}.`))?.[1] ?? { say: '' };

    const ends = await Promise.all(
      rows.map(async ([what]) => {
        const own = await makeScratch();
        const base = makeTask(own, sandbox, { model: cli.model, prompt: `The case ${what}.` });
        const { end } = await agent().implement({ ...base, limits: { ...base.limits, maxTurns: 2 } });
        await own.remove();
        return [what, end.kind];
      }),
    );

    expect(ends).toEqual(rows.map(([what, , kind]) => [what, kind]));
  });
});
