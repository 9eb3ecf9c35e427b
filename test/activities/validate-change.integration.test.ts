import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ActivityCancellationDetails } from '@temporalio/common';
import type { AgentActivities, ValidateChangeInput } from '../../src/activities/types.ts';
import type { Change } from '../../src/domain/change.ts';
import { createSandbox } from '../../src/sandbox/create-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { processesWith, until } from '../sandbox/support.ts';
import { expectReleased, runInput, scripted, treePath, workspacePath } from './agent-support.ts';
import {
  attempt,
  createBench,
  createHost,
  failureOf,
  TOKEN,
  type Bench,
  type Host,
  type Place,
  type PlaceOptions,
} from './support.ts';

let bench: Bench;
let sandbox: Sandbox;

beforeAll(async () => {
  [bench, sandbox] = await Promise.all([createBench(), createSandbox({ kind: 'auto' })]);
});
afterAll(() => bench.cleanUp());

function hostWith(validationCommands: readonly string[] | null, root?: string): Host {
  const agent = scripted({});
  return createHost(bench, { agent, sandbox, validationCommands, ...(root === undefined ? {} : { root }) });
}

function validateChange({ activities }: Host): AgentActivities['validateChange'] {
  return (input) => activities.validateChange(input);
}

async function changed(
  implement: readonly object[] = [{ write: { path: 'greet.txt', content: 'good day\n' } }],
  options: PlaceOptions = {},
): Promise<{ readonly place: Place; readonly change: Change; readonly input: ValidateChangeInput }> {
  const place = await bench.place(options);
  const { activities } = createHost(bench, { agent: scripted({ implement }), sandbox });
  const run: AgentActivities['runAgent'] = (input) => activities.runAgent(input);
  const { change } = await attempt(run, [await runInput(bench, place)]).result;
  if (!change) throw new Error('no change');
  return { place, change, input: { issue: place.issue, key: 'validate-1', change, timeoutMs: 200_000 } };
}

describe('validateChange', () => {
  it('passes what passes, and reports the same again', async () => {
    const { place, change, input } = await changed();
    const host = hostWith(['grep "good day" greet.txt', 'sh -c "echo fine"']);

    const first = attempt(validateChange(host), [input]);
    const report = await first.result;
    const second = await attempt(validateChange(host), [input], { after: first }).result;

    const steps = report.steps.map(({ ok, exitCode, outputTail }) => ({ ok, exitCode, outputTail }));
    expect(report).toMatchObject({ headOid: change.headOid, ok: true });
    expect(steps).toEqual([
      { ok: true, exitCode: 0, outputTail: 'good day' },
      { ok: true, exitCode: 0, outputTail: 'fine' },
    ]);
    expect(second).toEqual({ ...report, steps: second.steps });
    expect(second.steps.map(({ ok, exitCode, outputTail }) => ({ ok, exitCode, outputTail }))).toEqual(steps);
    await expectReleased(host.workspaces, place);
  });

  it('tells how the first failed: its exit code and the end of what it said, without our secrets', async () => {
    const { input } = await changed();
    const host = hostWith([`sh -c "echo ${TOKEN}; echo broken >&2; exit 3"`, 'touch never']);

    const report = await attempt(validateChange(host), [input]).result;

    expect(report).toMatchObject({ ok: false, steps: [{ ok: false, exitCode: 3 }] });
    expect(report.steps).toHaveLength(1);
    expect(report.steps[0]?.outputTail).toContain('broken');
    expect(JSON.stringify(report)).not.toContain(TOKEN);
    expect(report.log && String(await bench.artifacts.get(report.log))).not.toContain(TOKEN);
  });

  it('ends what takes too long', async () => {
    const { place, input } = await changed();
    const host = hostWith(['sleep 300']);

    const report = await attempt(validateChange(host), [{ ...input, timeoutMs: 300 }]).result;

    expect(report).toMatchObject({ ok: false, steps: [{ ok: false, exitCode: null }] });
    await expectReleased(host.workspaces, place);
  });

  it('validates exactly the change, whatever other work left in the tree', async () => {
    const { place, input } = await changed();
    const tree = treePath(bench, place);
    await writeFile(join(tree, 'left-over.txt'), 'x');
    await writeFile(join(tree, 'greet.txt'), 'changed since');
    const host = hostWith(['sh -c "cat greet.txt && ls && touch mess && echo mess > greet.txt"']);

    const first = attempt(validateChange(host), [input]);
    const report = await first.result;
    const second = await attempt(validateChange(host), [input], { after: first }).result;

    for (const { steps } of [report, second]) expect(steps[0]?.outputTail).toBe('good day\nREADME.md\ngreet.txt');
  });

  it('validates on a host that never saw the change', async () => {
    const { change, input } = await changed();
    const host = hostWith(['cat greet.txt'], 'never-saw-it');

    expect(await attempt(validateChange(host), [input]).result).toMatchObject({
      headOid: change.headOid,
      ok: true,
      steps: [{ outputTail: 'good day' }],
    });
  });

  it('takes the commands from the base: a change cannot switch its own checks off', async () => {
    const makefile = 'check:\n\t@grep -q "good evening" greet.txt\n';
    const agent = [
      { write: { path: 'Makefile', content: 'check:\n\t@true\n' } },
      { delete: 'package.json' },
      { write: { path: 'greet.txt', content: 'good day\n' } },
    ];
    const scripts = { scripts: { test: 'grep -q "good evening" greet.txt' } };
    const { input } = await changed(agent, {
      files: { Makefile: makefile, 'package.json': JSON.stringify(scripts), 'greet.txt': 'good evening\n' },
    });

    const report = await attempt(validateChange(hostWith(null)), [input]).result;

    expect(report.steps.map(({ command }) => command)).toEqual(['npm run test']);
    expect(report.ok).toBe(false);
  });

  it('has nothing to say where the project has nothing to run', async () => {
    const { change, input } = await changed();

    expect(await attempt(validateChange(hostWith(null)), [input]).result).toEqual({
      headOid: change.headOid,
      ok: true,
      steps: [],
      log: null,
    });
  });

  it('runs without our environment, away from the homes of author and reviewer', async () => {
    const { place, input } = await changed();
    const host = hostWith(['sh -c "env; echo mine > ~/mine; ls -a ~"']);
    process.env.GHW_TEST_SECRET = 'secret-of-the-worker';

    const report = await attempt(validateChange(host), [input]).result;

    delete process.env.GHW_TEST_SECRET;
    expect(report.ok).toBe(true);
    expect(report.steps[0]?.outputTail).not.toMatch(/secret-of-the-worker|scripted-agent/);
    expect(existsSync(workspacePath(bench, place, 'home-validation', 'mine'))).toBe(true);
    expect(existsSync(workspacePath(bench, place, 'home-author', 'mine'))).toBe(false);
  });

  it.each([
    { who: 'the workflow', details: { cancelRequested: true }, expected: { name: 'CancelledFailure' } },
    { who: 'the worker', details: { workerShutdown: true }, expected: { type: 'WorkerShutdown', nonRetryable: false } },
  ])('stopped by $who leaves no process', async ({ details, expected }) => {
    const { place, input } = await changed();
    const mark = `validation-${place.issue.repositoryId ?? ''}`;
    const host = hostWith([`${process.execPath} -e "setInterval(() => {}, 1000)" ${mark}`]);
    const running = attempt(validateChange(host), [input]);
    await until(async () => (await processesWith(mark)).length > 0);

    running.environment.cancel('CANCELLED', new ActivityCancellationDetails(details));

    await expect(running.result).rejects.toMatchObject(expected);
    expect(await processesWith(mark)).toEqual([]);
    await expectReleased(host.workspaces, place);
  });

  it('tells a change whose bundle is gone', async () => {
    const { input } = await changed();
    const change = { ...input.change, bundle: { sha256: '0'.repeat(64), bytes: 1 } };
    const host = hostWith(['true'], 'without-bundle');

    expect(await failureOf(attempt(validateChange(host), [{ ...input, change }]).result)).toMatchObject({
      type: 'ArtifactMissing',
      nonRetryable: true,
    });
  });
});

describe('releaseWorkspace', () => {
  it('removes what the host holds of the issue, once and again', async () => {
    const { place, input } = await changed();
    const other = await changed();
    const { activities } = hostWith(['true']);

    await activities.releaseWorkspace(place.issue);
    await activities.releaseWorkspace(place.issue);

    expect(existsSync(workspacePath(bench, place))).toBe(false);
    expect(existsSync(workspacePath(bench, other.place))).toBe(true);
    const host = hostWith(['cat greet.txt']);
    expect(await attempt(validateChange(host), [input]).result).toMatchObject({ ok: true });
  });
});
