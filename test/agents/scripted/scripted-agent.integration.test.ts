import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { promptHead } from '../../../src/agents/prompts/subject.ts';
import { fence } from '../../../src/agents/prompts/fence.ts';
import { createScriptedAgent } from '../../../src/agents/scripted/scripted-agent.ts';
import { parseScript } from '../../../src/agents/scripted/schema.ts';
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { makeScratch, processesWith, until, type Scratch } from '../../sandbox/support.ts';
import { makeTask } from '../support.ts';

let sandbox: Sandbox;
let scratch: Scratch;

beforeAll(async () => {
  sandbox = await createSandbox({ kind: 'auto' });
});

beforeEach(async () => {
  scratch = await makeScratch();
});

afterEach(async () => {
  await scratch.remove();
});

const prompt = `${promptHead('implement', 'acme/shop', 42)}\n\n${fence('issue title', 'Coupons & codes')}\n`;

function play(implement: readonly unknown[]) {
  return createScriptedAgent({ script: parseScript({ implement }, 'test') });
}

async function inTree(path: string): Promise<string> {
  return await readFile(join(scratch.cage.tree, path), 'utf8');
}

describe('the scripted agent', () => {
  it('plans, implements and reviews any issue without a script of its own, and says that it is scripted', async () => {
    const agent = createScriptedAgent();
    const task = makeTask(scratch, sandbox, { prompt });

    const plan = await agent.plan(task);
    const change = await agent.implement(task);
    const review = await agent.review(makeTask(scratch, sandbox, { prompt }));

    expect([plan.end.kind, change.end.kind, review.end.kind]).toEqual(['ok', 'ok', 'ok']);
    expect(plan.text).toContain('# Plan for #42: Coupons & codes');
    expect(await inTree('docs/issue-42.md')).toContain('Issue #42 of acme/shop');
    expect(review.structured).toMatchObject({ verdict: 'approve' });
    for (const text of [agent.description, plan.text, change.text, review.text]) expect(text).toMatch(/script/i);
  });

  it('goes on with its session where the home holds it, and begins anew where it does not', async () => {
    const agent = play([{ steps: [{ text: 'one' }] }, { steps: [{ text: 'two' }] }]);
    const task = makeTask(scratch, sandbox, { prompt });

    const first = await agent.implement(task);
    const second = await agent.resume(task);
    await rm(second.sessionFile ?? '');
    const third = await agent.resume(task);

    expect([first, second, third].map(({ resumed, text }) => [resumed, text.slice(0, 3)])).toEqual([
      [false, 'one'],
      [true, 'two'],
      [false, 'one'],
    ]);
  });

  it('goes on in another home to which its session was carried', async () => {
    const agent = play([{ steps: [{ text: 'one' }] }, { steps: [{ text: 'two {{issue.title}}' }] }]);
    const first = makeTask(scratch, sandbox, { prompt });
    const { sessionFile } = await agent.implement(first);
    const elsewhere = await makeScratch();

    await agent.restoreSession(elsewhere.cage.home, first.sessionId, sessionFile ?? '');
    const second = await agent.resume(makeTask(elsewhere, sandbox, { sessionId: first.sessionId, prompt: 'And now?' }));

    expect(second.resumed).toBe(true);
    expect(second.text).toContain('two Coupons & codes');
    await elsewhere.remove();
  });

  it('plays the turn that is meant for what the prompt asks', async () => {
    const agent = play([{ steps: [{ text: 'first' }] }, { on: 'fix_validation', steps: [{ text: 'mended' }] }]);
    const task = makeTask(scratch, sandbox, { prompt });
    await agent.implement(task);

    const fix = await agent.resume({ ...task, prompt: promptHead('fix_validation', 'acme/shop', 42) });

    expect(fix.text).toContain('mended');
  });

  it('after a crash goes on behind the step that it crashed in, without repeating what it did', async () => {
    const agent = play([
      {
        steps: [{ append: { path: 'log', content: 'a' } }, { crash: true }, { append: { path: 'log', content: 'b' } }],
      },
    ]);
    const task = makeTask(scratch, sandbox, { prompt });

    const crashed = await agent.implement(task);
    const resumed = await agent.resume({ ...task, prompt: promptHead('continue', 'acme/shop', 42) });

    expect(crashed.end).toMatchObject({ kind: 'crashed', message: expect.stringMatching(/137|SIGKILL/) as unknown });
    expect(resumed.end.kind).toBe('ok');
    expect(await inTree('log')).toBe('ab');
  });

  it('told to go on with what it has finished, only says so again', async () => {
    const agent = play([
      { steps: [{ append: { path: 'log', content: 'a' } }] },
      { steps: [{ append: { path: 'log', content: 'b' } }] },
    ]);
    const task = makeTask(scratch, sandbox, { prompt });

    await agent.implement(task);
    const again = await agent.resume({ ...task, prompt: promptHead('continue', 'acme/shop', 42) });

    expect(again.end.kind).toBe('ok');
    expect(await inTree('log')).toBe('a');
  });

  it('writes, appends, deletes and runs in the tree', async () => {
    await writeFile(join(scratch.cage.tree, 'old'), 'old');
    const agent = play([
      {
        steps: [
          { write: { path: 'src/{{issue.number}}.txt', content: 'a' } },
          { append: { path: 'src/{{issue.number}}.txt', content: 'b' } },
          { delete: 'old' },
          { run: ['cp', 'src/42.txt', 'copy; true'] },
          { run: ['false'] },
        ],
      },
    ]);
    const task = makeTask(scratch, sandbox, { prompt });

    const result = await agent.implement(task);

    expect(result.end.kind).toBe('ok');
    expect(await inTree('copy; true')).toBe('ab');
    expect((await readdir(scratch.cage.tree)).sort()).toEqual(['copy; true', 'src']);
    expect(task.events.filter((event) => event.type === 'tool_end').map((event) => event.ok)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it.each(['../out', '/etc/x', 'a/../../out', '.git/hooks/x', 'link/x'])('refuses to write to %s', async (path) => {
    await mkdir(join(scratch.root, 'elsewhere'));
    await symlink(join(scratch.root, 'elsewhere'), join(scratch.cage.tree, 'link'));
    const agent = play([{ steps: [{ write: { path, content: 'x' } }] }]);
    const unconfined = await createSandbox({ kind: 'none' });

    const result = await agent.implement(makeTask(scratch, unconfined, { prompt }));

    expect(result.end).toMatchObject({
      kind: 'fatal',
      message: expect.stringContaining('The script names a path') as unknown,
    });
    expect(await readdir(join(scratch.root, 'elsewhere'))).toEqual([]);
  });

  it('exits as told, which is no success even with code 0', async () => {
    const result = await play([{ steps: [{ exit: 0 }] }]).implement(makeTask(scratch, sandbox, { prompt }));

    expect(result.end).toMatchObject({ kind: 'crashed', message: expect.stringContaining('exit code 0') as unknown });
  });

  it('leaves no shell tool running when it is stopped', async () => {
    const seconds = `10${process.pid.toString()}`;
    const abort = new AbortController();
    const running = play([{ steps: [{ run: ['sleep', seconds] }] }]).implement(
      makeTask(scratch, sandbox, { prompt, signal: abort.signal }),
    );
    await until(async () => (await processesWith(`sleep\0${seconds}`)).length > 0);

    abort.abort();

    expect((await running).end.kind).toBe('cancelled');
    expect(await processesWith(`sleep\0${seconds}`)).toEqual([]);
  });
});

describe('the end of a run', () => {
  it('is the end of all that the agent left in the background', async () => {
    const mark = randomUUID();
    const agent = play([
      { steps: [{ run: ['sh', '-c', `while :; do echo ${mark} >> log; done > /dev/null 2>&1 &`] }] },
    ]);

    const { end } = await agent.implement(makeTask(scratch, sandbox, { prompt }));
    const { size } = await stat(join(scratch.cage.tree, 'log'));

    expect(end.kind).toBe('ok');
    expect(await processesWith(mark)).toEqual([]);
    await new Promise((done) => setTimeout(done, 50));
    expect((await stat(join(scratch.cage.tree, 'log'))).size).toBe(size);
  });
});

describe('a script', () => {
  it('says where it does not fit', () => {
    const script = { implement: [{ steps: [{ wirte: { path: 'a', content: 'b' } }] }] };

    expect(() => parseScript(script, 'demo.yaml')).toThrow(/demo\.yaml does not fit:[^]*implement\[0\]\.steps\[0\]/);
  });

  it('is read from a YAML file for every run', async () => {
    const scriptPath = join(scratch.root, 'script.yaml');
    const agent = createScriptedAgent({ scriptPath });
    await writeFile(scriptPath, 'plan:\n  - steps:\n      - plan: "Do {{repository}}"\n');

    const { text } = await agent.plan(makeTask(scratch, sandbox, { prompt }));

    expect(text).toContain('Do acme/shop');
    expect(await agent.check({ install: true })).toMatchObject({ ok: true });
  });

  it('that is missing is a clear end, not an exception', async () => {
    const agent = createScriptedAgent({ scriptPath: join(scratch.root, 'none.yaml') });

    const result = await agent.plan(makeTask(scratch, sandbox, { prompt }));

    expect(result.end).toMatchObject({
      kind: 'fatal',
      message: expect.stringContaining('none.yaml cannot be read') as unknown,
    });
    expect((await agent.check({ install: true })).ok).toBe(false);
  });
});
