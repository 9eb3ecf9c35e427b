import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts';
import type { ValidationReport } from '../../src/domain/change.ts';
import { createNoSandbox } from '../../src/sandbox/none.ts';
import { programFinder, runValidation, type ValidationRun } from '../../src/workspace/validation.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ghw-validation-'));
  await mkdir(join(dir, 'tree'));
  await mkdir(join(dir, 'home'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const node = process.execPath;
const headOid = 'a'.repeat(40);

function runOf(commands: readonly (readonly string[])[], more: Partial<ValidationRun> = {}): ValidationRun {
  return {
    headOid,
    commands,
    sandbox: createNoSandbox(),
    cage: { tree: join(dir, 'tree'), treeWritable: true, home: join(dir, 'home'), readOnlyPaths: [], env: {} },
    timeoutMs: 200_000,
    signal: new AbortController().signal,
    artifacts: createDirectoryStore(join(dir, 'artifacts')),
    knownSecrets: [],
    ...more,
  };
}

const validate = (commands: readonly (readonly string[])[], more: Partial<ValidationRun> = {}) =>
  runValidation(runOf(commands, more));

async function logOf(report: ValidationReport): Promise<string> {
  if (!report.log) throw new Error('no log');
  return (await createDirectoryStore(join(dir, 'artifacts')).get(report.log))?.toString('utf8') ?? '';
}

describe('runValidation', () => {
  it('runs the commands in the tree, in order, and keeps what they say', async () => {
    const report = await validate([
      [node, '-e', 'console.log(process.cwd()); console.error("to stderr")'],
      ['sh', '-c', 'echo second'],
    ]);
    expect(report).toMatchObject({
      headOid,
      ok: true,
      steps: [
        { ok: true, exitCode: 0 },
        { ok: true, exitCode: 0 },
      ],
    });
    expect(report.steps[1]).toMatchObject({ command: "sh -c 'echo second'", outputTail: 'second' });
    const log = await logOf(report);
    expect(log).toContain(join(dir, 'tree'));
    expect(log).toContain('to stderr');
    expect(log).toContain(`$ sh -c 'echo second'\nsecond\n`);
  });

  it('stops at the first that fails', async () => {
    const report = await validate([
      ['sh', '-c', 'echo broken; exit 3'],
      ['sh', '-c', 'touch never'],
    ]);
    expect(report).toMatchObject({ ok: false, steps: [{ ok: false, exitCode: 3, outputTail: 'broken' }] });
    expect(report.steps).toHaveLength(1);
  });

  it('has nothing to say about a project without commands', async () => {
    expect(await validate([])).toEqual({ headOid, ok: true, steps: [], log: null });
  });

  it('gives the commands no environment of ours and no input', async () => {
    process.env.GHW_TEST_SECRET = 'secret';
    try {
      const report = await validate([['sh', '-c', 'cat; env']]);
      expect(report.steps[0]?.outputTail).not.toContain('GHW_TEST_SECRET');
      expect(report.steps[0]?.outputTail).toContain('CI=true');
      expect(report.steps[0]?.outputTail).toContain(`HOME=${join(dir, 'home')}`);
    } finally {
      delete process.env.GHW_TEST_SECRET;
    }
  });

  it('tells of a program that is not there', async () => {
    const report = await validate([['no-such-program-anywhere']]);
    expect(report).toMatchObject({ ok: false, steps: [{ ok: false, exitCode: null }] });
    expect(report.steps[0]?.outputTail).toContain('ENOENT');
  });

  it('ends what takes too long, with all that it started, also what left its process group', async () => {
    await writeFile(
      join(dir, 'tree', 'start.sh'),
      'setsid sh -c "while true; do date +%N >> escaped; sleep 0.05; done" &\nwhile true; do date +%N >> child; sleep 0.05; done &\nwait\n',
    );
    const report = await validate([['sh', 'start.sh']], { timeoutMs: 2_500 });
    expect(report).toMatchObject({ ok: false, steps: [{ ok: false, exitCode: null }] });
    expect(report.steps[0]?.outputTail).toContain('all commands together');
    await expectSilence(join(dir, 'tree', 'child'));
    await expectSilence(join(dir, 'tree', 'escaped'));
  });

  it('leaves nothing in the background of a command that ended well', async () => {
    const report = await validate([
      ['sh', '-c', 'while true; do date +%N >> child; sleep 0.05; done & until [ -s child ]; do sleep 0.05; done'],
    ]);
    expect(report.ok).toBe(true);
    await expectSilence(join(dir, 'tree', 'child'));
  });

  it('ends at once when the signal aborts', async () => {
    const stop = new AbortController();
    const child = join(dir, 'tree', 'child');
    const running = validate([['sh', '-c', 'while true; do date +%N >> child; sleep 0.05; done']], {
      signal: stop.signal,
      onBeat: () => {
        if (existsSync(child)) stop.abort(new Error('cancelled'));
      },
    });
    await expect(running).rejects.toThrow('cancelled');
    await expectSilence(join(dir, 'tree', 'child'));
  });

  it('bounds what it keeps: the end of an output for the reader, beginning and end in the log', async () => {
    const script =
      'console.log("first line"); for (let i = 0; i < 200000; i++) console.log("x".repeat(60) + "é" + i); console.log("last line")';
    const report = await validate([[node, '-e', script]]);
    const tail = report.steps[0]?.outputTail ?? '';
    expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(8 * 1024);
    expect(tail.endsWith('last line')).toBe(true);
    expect(tail).not.toContain('\ufffd');
    const log = await logOf(report);
    expect(log.length).toBeLessThan(5.1 * 1024 * 1024);
    expect(log).toContain('first line');
    expect(log).toContain('bytes left out');
    expect(log).toContain('last line');
  });

  it('hides secrets in the tail and in the log', async () => {
    const token = 'ghp_' + 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8';
    await writeFile(join(dir, 'tree', 'out'), `${token} correct-horse-battery\n`);
    const report = await validate([['cat', 'out']], { knownSecrets: ['correct-horse-battery'] });
    expect(report.steps[0]?.outputTail).toBe('[redacted GitHub token] [redacted]');
    expect(await logOf(report)).not.toContain(token);
  });

  it('says which command runs, again and again', async () => {
    const beats: string[] = [];
    const untilBeaten = ['sh', '-c', 'until [ -e beaten ]; do sleep 0.05; done'];
    await validate([untilBeaten], {
      onBeat: (command) => {
        if (beats.push(command) === 3) writeFileSync(join(dir, 'tree', 'beaten'), '');
      },
    });
    expect(beats.slice(0, 3)).toEqual(Array(3).fill("sh -c 'until [ -e beaten ]; do sleep 0.05; done'"));
  });
});

describe('programFinder', () => {
  it('tells what the place has', async () => {
    const { sandbox, cage, signal } = runOf([]);
    const has = programFinder(sandbox, cage, signal);
    expect([await has('sh'), await has('no-such-program'), await has('a; true')]).toEqual([true, false, false]);
  });
});

/** Nothing writes the file any more. */
async function expectSilence(file: string): Promise<void> {
  const before = await readFile(file, 'utf8');
  expect(before).not.toBe('');
  await sleep(400);
  expect(await readFile(file, 'utf8')).toBe(before);
}
