import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AgentAdapter, SessionStart } from '../../src/agents/adapter.ts';
import type { AgentEvent, AgentLimits } from '../../src/agents/agent.ts';
import { createAgent } from '../../src/agents/create-agent.ts';
import { GhwError } from '../../src/domain/errors.ts';
import { createNoSandbox } from '../../src/sandbox/none.ts';
import { makeScratch, processesWith, type Scratch } from '../sandbox/support.ts';
import { makeTask } from './support.ts';

let scratch: Scratch;

beforeEach(async () => {
  scratch = await makeScratch();
});

afterEach(async () => {
  await scratch.remove();
});

const sandbox = createNoSandbox();
const SECRET = 'a-secret-that-must-not-leak';
const final = `console.log(JSON.stringify({ type: 'final', ok: true, text: 'Done.', structured: null, usage: { inputTokens: 1, outputTokens: 2, cachedInputTokens: 3 }, costUsd: 0.5, costIsCumulative: true, turns: 4, error: null }));`;

/** An agent whose program is JavaScript, and whose lines are events as they are. */
function agentOf(program: string, overrides: Partial<AgentAdapter> = {}) {
  const sessions: SessionStart[] = [];
  const adapter: AgentAdapter = {
    name: 'test-agent',
    description: 'For tests.',
    check: () => Promise.resolve({ ok: true, version: null, path: null, message: '' }),
    launch: (task, session) => {
      sessions.push(session);
      return Promise.resolve({
        file: process.execPath,
        args: ['-e', program],
        env: { SESSION: session, SECRET },
        stdin: task.prompt,
        readOnlyPaths: [],
        homeFiles: [{ path: 'settings/agent.json', content: '{"from":"launch"}' }],
        secrets: [SECRET],
      });
    },
    createParser: () => (line) => (line.startsWith('{') ? [JSON.parse(line) as AgentEvent] : []),
    isProgress: (line) => line === 'progress',
    classify: (outcome) => ({ kind: 'crashed', message: `code ${String(outcome.exitCode)}: ${outcome.stderrTail}` }),
    sessionConflict: () => null,
    sessionPaths: (_home, sessionId) => Promise.resolve([`sessions/${sessionId}`]),
    sessionCost: async (file) => Number(await readFile(file, 'utf8')),
    ...overrides,
  };
  return { ...createAgent(adapter), sessions };
}

function limits(overrides: Partial<AgentLimits>): AgentLimits {
  return { ...makeTask(scratch, sandbox).limits, ...overrides };
}

describe('a run', () => {
  it('gets the prompt on standard input, an environment and files in its home', async () => {
    const program = `
      const fs = require('node:fs');
      const settings = JSON.parse(fs.readFileSync(process.env.HOME + '/settings/agent.json', 'utf8'));
      const text = [fs.readFileSync(0, 'utf8').length, process.env.SECRET.length, settings.from].join(' ');
      console.log(JSON.stringify({ type: 'text', text }));
      ${final}`;
    const task = makeTask(scratch, sandbox, { prompt: 'x'.repeat(300_000) });

    const { end } = await agentOf(program).implement(task);

    expect(end.kind).toBe('ok');
    expect(task.events[0]).toEqual({ type: 'text', text: `300000 ${SECRET.length.toString()} launch` });
  });

  it('gives the final word with usage, cost and turns', async () => {
    expect(await agentOf(final).implement(makeTask(scratch, sandbox))).toMatchObject({
      end: { kind: 'ok', message: '' },
      text: 'Done.',
      usage: { inputTokens: 1, outputTokens: 2, cachedInputTokens: 3 },
      costUsd: 0.5,
      turns: 4,
      resumed: false,
      sessionFile: null,
    });
  });

  it('is no success with exit code 0 alone, nor with a final word alone', async () => {
    const silent = await agentOf('').implement(makeTask(scratch, sandbox));
    const failing = await agentOf(`${final} process.exitCode = 3`).implement(makeTask(scratch, sandbox));

    expect([silent.end.kind, failing.end.kind]).toEqual(['crashed', 'crashed']);
  });

  it('keeps every line in a transcript that only its user may read, without secrets', async () => {
    const program = `console.log('key: ' + process.env.SECRET); console.error('oops'); ${final}`;
    const task = makeTask(scratch, sandbox);

    await agentOf(program).implement(task);

    const transcript = await readFile(task.transcriptPath, 'utf8');
    expect(transcript.split('\n')[0]).toBe('key: [redacted]');
    expect(transcript).toContain('"type":"final"');
    expect(transcript).toContain('{"type":"stderr","text":"oops\\n"}');
    expect((await stat(task.transcriptPath)).mode & 0o777).toBe(0o600);
  });

  it('says nothing secret in how it ended', async () => {
    const { end } = await agentOf(`console.error(process.env.SECRET); process.exitCode = 2`).implement(
      makeTask(scratch, sandbox),
    );

    expect(end.message).toBe('code 2: [redacted]\n');
  });

  it('may print lines of megabytes, invalid UTF-8 and unknown things', async () => {
    const program = `
      process.stdout.write(Buffer.from([0xff, 0xfe, 10]));
      process.stdout.write('x'.repeat(4e6) + '\\n');
      process.stdout.write(JSON.stringify({ type: 'text', text: 'y'.repeat(2e6) }) + '\\n');
      ${final}`;
    const task = makeTask(scratch, sandbox);

    const { end } = await agentOf(program).implement(task);

    expect(end.kind).toBe('ok');
    expect(task.events.map((event) => event.type)).toEqual(['text', 'final']);
  });

  it('may end without reading its input', async () => {
    const task = makeTask(scratch, sandbox, { prompt: 'x'.repeat(5_000_000) });

    const { end } = await agentOf(`process.stdin.destroy(); ${final}`).implement(task);

    expect(end.kind).toBe('ok');
  });

  it('counts the usage that was told where no final word came', async () => {
    const usage = `console.log(JSON.stringify({ type: 'usage', usage: { inputTokens: 5, outputTokens: 1, cachedInputTokens: 0 } }));`;

    const { usage: counted } = await agentOf(`${usage}${usage}process.exitCode = 1`).implement(
      makeTask(scratch, sandbox),
    );

    expect(counted).toEqual({ inputTokens: 10, outputTokens: 2, cachedInputTokens: 0 });
  });
});

describe('a run that is ended', () => {
  const forever = 'setInterval(() => {}, 1e6);';
  const chatty = `setInterval(() => console.log('still here'), 20);`;
  const stubborn = `process.on('SIGTERM', () => {}); ${forever}`;

  it('for its silence', async () => {
    const { end } = await agentOf(forever).implement(makeTask(scratch, sandbox, { limits: limits({ idleMs: 300 }) }));

    expect(end).toEqual({ kind: 'hung', message: 'test-agent said nothing for 0.3 s and was ended.' });
  });

  it('not for its silence while it shows progress, which no transcript keeps', async () => {
    const program = `const beat = setInterval(() => console.log('progress'), 100); setTimeout(() => { clearInterval(beat); ${final} }, 6500);`;
    const task = makeTask(scratch, sandbox, { limits: limits({ idleMs: 5_000 }) });

    const { end } = await agentOf(program).implement(task);

    expect(end.kind).toBe('ok');
    expect(await readFile(task.transcriptPath, 'utf8')).not.toContain('progress');
  });

  it('for its age, however much it talks', async () => {
    const { end } = await agentOf(chatty).implement(
      makeTask(scratch, sandbox, { limits: limits({ idleMs: 2_000, wallClockMs: 800 }) }),
    );

    expect(end.kind).toBe('limit_reached');
    expect(end.message).toContain('0.8 s');
  });

  it('not for its silence while a tool of it runs', async () => {
    const program = `
      console.log(JSON.stringify({ type: 'tool_start', id: '1', name: 'Bash', summary: 'npm test' }));
      setTimeout(() => { console.log(JSON.stringify({ type: 'tool_end', id: '1', ok: true })); ${final} }, 6500);`;

    const { end } = await agentOf(program).implement(makeTask(scratch, sandbox, { limits: limits({ idleMs: 5_000 }) }));

    expect(end.kind).toBe('ok');
  });

  it('for the amount of its output', async () => {
    const flood = `const line = 'x'.repeat(9999) + '\\n'; (function more() { while (process.stdout.write(line)); process.stdout.once('drain', more); })();`;

    const { end } = await agentOf(flood).implement(
      makeTask(scratch, sandbox, { limits: limits({ outputBytes: 100_000 }) }),
    );

    expect(end.kind).toBe('limit_reached');
    expect((await stat(join(scratch.root, 'transcript.jsonl'))).size).toBeLessThan(110_000);
  });

  it('by an abort, in time to save its session', async () => {
    const abort = new AbortController();
    const program = `
      const fs = require('node:fs');
      process.on('SIGTERM', () => { fs.writeFileSync('saved', 'yes'); process.exit(0); });
      console.log(JSON.stringify({ type: 'text', text: 'ready' })); ${forever}`;
    const task = makeTask(scratch, sandbox, { signal: abort.signal, onEvent: () => abort.abort() });

    const { end } = await agentOf(program).implement(task);

    expect(end.kind).toBe('cancelled');
    expect(await readFile(join(scratch.cage.tree, 'saved'), 'utf8')).toBe('yes');
  });

  it('even if it does not listen, with all that it started', async () => {
    const mark = `${process.pid.toString()}-stubborn`;
    const abort = new AbortController();
    const child = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}, '${mark}'], { stdio: 'ignore', detached: true });`;
    const program = `${child} ${stubborn} console.log(JSON.stringify({ type: 'text', text: 'ready' }));`;
    const task = makeTask(scratch, sandbox, { signal: abort.signal, onEvent: () => abort.abort() });

    const { end } = await agentOf(program).implement(task);

    expect(end.kind).toBe('cancelled');
    expect(await processesWith(`\0${mark}`)).toEqual([]);
  });

  it('before it began, does not begin', async () => {
    const task = makeTask(scratch, sandbox, {
      signal: AbortSignal.abort(),
      onProcess: () => expect('never').toBe('called'),
    });

    expect((await agentOf(final).implement(task)).end.kind).toBe('cancelled');
  });

  it('after it had said that it is done, is a success', async () => {
    const abort = new AbortController();
    const program = `process.on('SIGTERM', () => process.exit(0)); ${final} ${forever}`;
    const task = makeTask(scratch, sandbox, { signal: abort.signal, onEvent: () => abort.abort() });

    expect((await agentOf(program).implement(task)).end.kind).toBe('ok');
  });
});

describe('a run that cannot begin', () => {
  it('for a program that is missing', async () => {
    const agent = agentOf('');
    const missing = agentOf('', {
      launch: () =>
        Promise.resolve({
          file: '/nonexistent/agent',
          args: [],
          env: {},
          stdin: '',
          readOnlyPaths: [],
          homeFiles: [],
          secrets: [],
        }),
    });

    const { end } = await missing.implement(makeTask(scratch, sandbox));

    expect(end).toEqual({ kind: 'fatal', message: 'test-agent could not be started: ENOENT.' });
    expect(agent.sessions).toEqual([]);
  });

  it('for what its adapter says', async () => {
    const launch = (name: 'AgentAuthentication' | 'AgentUnavailable') => () =>
      Promise.reject(new GhwError(name, 'It is so.', { hint: 'Change it.' }));

    const noKey = await agentOf('', { launch: launch('AgentAuthentication') }).plan(makeTask(scratch, sandbox));
    const noCli = await agentOf('', { launch: launch('AgentUnavailable') }).plan(makeTask(scratch, sandbox));

    expect(noKey.end).toEqual({ kind: 'authentication', message: 'It is so. Change it.' });
    expect(noCli.end).toEqual({ kind: 'fatal', message: 'It is so. Change it.' });
  });
});

describe('the session of a run', () => {
  const save = (cost: number) =>
    `const fs = require('node:fs'); fs.mkdirSync(process.env.HOME + '/sessions', { recursive: true }); fs.writeFileSync(process.env.HOME + '/sessions/' + fs.readFileSync(0, 'utf8'), '${cost.toString()}');`;

  it('is resumed where its file is, and its cost counted from there', async () => {
    const task = makeTask(scratch, sandbox);
    const named = { ...task, prompt: task.sessionId };
    const agent = agentOf(`${save(0.2)} ${final}`);

    const first = await agent.implement(named);
    const second = await agent.implement(named);

    expect(agent.sessions).toEqual(['new', 'resume']);
    expect([first.costUsd, second.costUsd]).toEqual([0.5, 0.3]);
    expect(second.sessionFile).toBe(join(scratch.cage.home, 'sessions', task.sessionId));
  });

  it('tells the cost of a run that was ended before it could', async () => {
    const task = makeTask(scratch, sandbox);

    const { costUsd } = await agentOf(`${save(0.7)} process.exitCode = 1`).implement({
      ...task,
      prompt: task.sessionId,
    });

    expect(costUsd).toBe(0.7);
  });

  it.each([
    ['already_exists', 'new', ['new', 'resume']],
    ['not_found', 'resume', ['resume', 'new']],
  ] as const)('is tried once the other way on %s', async (conflict, refused, tried) => {
    const task = makeTask(scratch, sandbox);
    const named = { ...task, prompt: task.sessionId };
    if (refused === 'resume') await agentOf(`${save(0)} ${final}`).implement(named);
    const agent = agentOf(`if (process.env.SESSION === '${refused}') process.exit(1); ${final}`, {
      sessionConflict: (outcome) => (outcome.exitCode === 1 ? conflict : null),
    });

    const { end, resumed } = await agent.implement(named);

    expect(end.kind).toBe('ok');
    expect(agent.sessions).toEqual(tried);
    expect(resumed).toBe(refused === 'new');
  });
});

describe('figures of a CLI that counts over the whole session, or does not count at all', () => {
  const round = (id: string): string =>
    `for (const type of ['tool_start', 'tool_end']) console.log(JSON.stringify({ type, id: '${id}', name: 'x', summary: '', ok: true }));`;

  it('an agent that cannot limit its turns is ended after as many as it may take', async () => {
    const base = makeTask(scratch, sandbox);
    const endless = `let n = 0; setInterval(() => { n += 1; ${round('a')} }, 20);`;

    const { end } = await agentOf(endless, { countTurns: true }).implement({
      ...base,
      limits: limits({ maxTurns: 3 }),
    });

    expect(end).toMatchObject({ kind: 'limit_reached', message: expect.stringContaining('3 turns') as unknown });
  });

  it('usage is the run’s part, also of a run that was killed before it could say', async () => {
    const usage = async (file: string) => {
      const tokens = Number(await readFile(file, 'utf8'));
      return { inputTokens: tokens, outputTokens: tokens, cachedInputTokens: 0 };
    };
    const keep = (tokens: number): string =>
      `const fs = require('node:fs'); const dir = process.env.HOME + '/sessions'; fs.mkdirSync(dir, { recursive: true }); fs.writeFileSync(dir + '/' + fs.readFileSync(0, 'utf8'), '${tokens.toString()}');`;
    const task = makeTask(scratch, sandbox);
    const named = { ...task, prompt: task.sessionId };
    const counting = { sessionUsage: usage };

    const first = await agentOf(`${keep(10)} process.exitCode = 1`, counting).implement(named);
    const second = await agentOf(`${keep(25)} process.exitCode = 1`, counting).resume(named);

    expect([first.usage.inputTokens, second.usage.inputTokens]).toEqual([10, 15]);
  });
});

describe('an agent that gets no answer from its model', () => {
  const retry = (over: object): string =>
    `console.log(JSON.stringify({ type: 'retry', attempt: 1, delayMs: 0, reason: 'overloaded', ...${JSON.stringify(over)} }));`;
  const forEver = 'setInterval(() => {}, 1e6);';

  it('is ended after four refusals in a row, to be tried again', async () => {
    const program = `${retry({}).repeat(3)} console.log('{"type":"text","text":"hello"}'); ${retry({}).repeat(4)} ${forEver}`;

    const { end } = await agentOf(program).implement(makeTask(scratch, sandbox));

    expect(end).toEqual({
      kind: 'retryable',
      message: 'test-agent had 4 answers of its model in a row refused or broken, and was ended. overloaded',
    });
  });

  it('holds no slot through a long wait', async () => {
    const { end } = await agentOf(`${retry({ delayMs: 3_600_000, status: 429 })} ${forEver}`).implement(
      makeTask(scratch, sandbox),
    );

    expect(end).toMatchObject({ kind: 'retryable', retryAfterMs: 3_600_000 });
  });

  it('is not taken for one that hangs where it falls silent over it', async () => {
    const task = makeTask(scratch, sandbox, { limits: limits({ idleMs: 200 }) });

    expect((await agentOf(`${retry({ delayMs: 30_000 })} ${forEver}`).implement(task)).end.kind).toBe('retryable');
  });

  it('may tell of it on standard error alone', async () => {
    const createErrorParser = () => (line: string) => [
      { type: 'retry' as const, attempt: 1, delayMs: 0, reason: line },
    ];
    const program = `for (let i = 0; i < 4; i += 1) console.error('failed'); ${forEver}`;

    const { end } = await agentOf(program, { createErrorParser }).implement(makeTask(scratch, sandbox));

    expect(end).toMatchObject({ kind: 'retryable', message: expect.stringContaining('failed') as unknown });
  });
});
