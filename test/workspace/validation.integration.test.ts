import { access, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ValidationReport } from '../../src/domain/change.ts';
import { createSandbox } from '../../src/sandbox/create-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { programFinder, runValidation, type ValidationRun } from '../../src/workspace/validation.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { processesWith } from '../sandbox/support.ts';
import { createBench, exportOf, request, writeFiles, type Bench } from './support.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox({ kind: 'bubblewrap' });
});

let bench: Bench;
let workspace: Workspace;
beforeEach(async () => {
  bench = await createBench({ 'README.md': 'hello\n' });
  workspace = await bench.workspaces().prepare(await request(bench));
});
afterEach(async () => {
  await workspace.release();
  await bench.cleanUp();
});

function validate(script: string, more: Partial<ValidationRun> = {}): Promise<ValidationReport> {
  const { tree, gitDir, homes } = workspace;
  return runValidation({
    headOid: 'a'.repeat(40),
    commands: [['sh', '-c', script]],
    sandbox,
    cage: { tree, gitDir, home: homes.author, treeWritable: true, readOnlyPaths: [], env: {} },
    timeoutMs: 200_000,
    signal: new AbortController().signal,
    artifacts: bench.artifacts,
    knownSecrets: [],
    ...more,
  });
}

describe('validation in a cage', () => {
  it('sees the tree and its history, and nothing of the host', async () => {
    await writeFile(join(bench.dir, 'private.txt'), 'x');
    const report = await validate(
      `cat README.md && git log --oneline | wc -l && git status --porcelain && ! cat ${bench.dir}/private.txt && ! touch .git/x`,
    );
    expect(report.steps[0]?.outputTail.split('\n').slice(0, 2)).toEqual(['hello', '1']);
    expect(report.ok).toBe(true);
  });

  it('leaves no trace of the cage in the tree', async () => {
    await validate('true');
    expect((await readdir(workspace.tree)).sort()).toEqual(['README.md']);
    expect(await bench.workspaces().exportChange(workspace, exportOf((await request(bench)).baseOid))).toBeNull();
  });

  it('ends everything inside at the time limit', async () => {
    const mark = `8.${process.pid.toString()}`;
    const report = await validate(`setsid sleep ${mark}1 & sleep ${mark}2 & sleep ${mark}3`, { timeoutMs: 700 });
    expect(report).toMatchObject({ ok: false, steps: [{ exitCode: null }] });
    expect(await processesWith(mark)).toEqual([]);
  });

  it('tells of a program that the cage does not have', async () => {
    const { tree, homes } = workspace;
    const cage = { tree, home: homes.author, treeWritable: true, readOnlyPaths: [], env: {} };
    const has = programFinder(sandbox, cage, new AbortController().signal);
    await writeFiles(bench.dir, { 'host-only': '#!/bin/sh\n' });
    expect([await has('sh'), await has('no-such-program'), await has(join(bench.dir, 'host-only'))]).toEqual([
      true,
      false,
      false,
    ]);
    await access(join(bench.dir, 'host-only'));
  });
});
