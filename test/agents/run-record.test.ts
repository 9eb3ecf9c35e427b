import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endLeftover, recordRun } from '../../src/agents/run-record.ts';
import { readProcess, readProcesses, sendSignal } from '../../src/sandbox/process-table.ts';
import { until } from '../sandbox/support.ts';

let root: string;
let file: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ghw-record-'));
  file = join(root, 'run.json');
});

afterEach(async () => {
  for (const child of started.splice(0)) sendSignal(-(child.pid ?? 0), 'SIGKILL');
  await rm(root, { recursive: true, force: true });
});

function start(script: string): number {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  started.push(child);
  return child.pid ?? 0;
}

function running(pid: number): boolean {
  const entry = readProcess(pid);
  return entry !== undefined && !entry.zombie;
}

describe('what an earlier attempt left running', () => {
  it('is ended with its children, and forgotten', async () => {
    const pid = start('sleep 1000 & sleep 1000');
    await until(() => readProcesses().filter((entry) => entry.group === pid).length === 3);
    await recordRun(file, pid);

    expect(await endLeftover(file)).toBe(true);

    expect(readProcesses().filter((entry) => entry.group === pid && !entry.zombie)).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });

  it('is ended by its group where the first process is gone', async () => {
    const pid = start('sleep 1000 & read line');
    await until(() => readProcesses().filter((entry) => entry.group === pid).length === 2);
    await recordRun(file, pid);
    started.at(-1)?.stdin?.end('end\n');
    await until(() => !running(pid));

    expect(await endLeftover(file)).toBe(true);

    expect(readProcesses().filter((entry) => entry.group === pid && !entry.zombie)).toEqual([]);
  });

  it('is left alone if its number belongs to another process by now', async () => {
    const pid = start('sleep 1000');
    await recordRun(file, pid);
    const record = JSON.parse(await readFile(file, 'utf8')) as { startTime: number };
    await writeFile(file, JSON.stringify({ ...record, startTime: record.startTime - 1 }));

    expect(await endLeftover(file)).toBe(false);

    expect(running(pid)).toBe(true);
    expect(existsSync(file)).toBe(false);
  });

  it('is left alone if the host has been restarted since', async () => {
    const pid = start('sleep 1000');
    await recordRun(file, pid);
    const record = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...record, boot: 'another' }));

    expect(await endLeftover(file)).toBe(false);

    expect(running(pid)).toBe(true);
  });

  it.each(['', 'garbage', '{"pid":1,"startTime":1,"boot":""}', 'null'])(
    'is nothing for a file that holds %j',
    async (text) => {
      await writeFile(file, text);

      expect(await endLeftover(file)).toBe(false);
    },
  );

  it('is nothing without a file', async () => {
    expect(await endLeftover(file)).toBe(false);
  });
});
