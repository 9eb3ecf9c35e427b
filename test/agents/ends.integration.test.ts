import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pLimit from 'p-limit';
import type { AgentEnd, AgentLimits, CodingAgent } from '../../src/agents/agent.ts';
import { installCli } from '../../src/agents/install/find-cli.ts';
import { createSandbox } from '../../src/sandbox/create-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startScriptedModel, type ScriptedModel } from '../peers/model/scripted-model.ts';
import { makeScratch, processesWith } from '../sandbox/support.ts';
import { DELAY_S, endCases, type EndCase } from './ends.ts';
import { realClis, type RealCli } from './real-clis.ts';
import { makeTask } from './support.ts';

const DOCS = 'docs/agents.md';
const TABLE = /(<!-- ends -->\n\n)[^]*?(\n\n<!-- \/ends -->)/;

/** CLIs that run at a time. Most of the time is their own waiting before they try again. */
const AT_A_TIME = 3;
/** Far more than any case needs: a run that gets there was not ended for what was wrong with it. */
const WALL_CLOCK_MS = 200_000;

/** How each CLI's runs ended, in the order of the cases. */
const columns = new Map<string, readonly string[]>();
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox({ kind: 'auto' });
}, 900_000);

describe.each(realClis)('a run of the real $name', (cli) => {
  let agent: CodingAgent;
  let lost: CodingAgent;
  let model: ScriptedModel;
  const asked = new Set<string>();

  beforeAll(async () => {
    const { path } = await installCli(cli.distribution);
    model = await startScriptedModel(({ prompt, step }) => {
      const found = endCases.find(({ what }) => prompt.includes(`The case: ${what}.`));
      asked.add(found?.what ?? '');
      return found?.reply(cli, step, /mark-[0-9a-f-]{36}/.exec(prompt)?.[0] ?? '') ?? { say: '' };
    });
    const access = { path, apiKey: 'key-of-the-model-0123456789' };
    agent = cli.create({ ...access, baseUrl: cli.baseUrl(model.url) });
    lost = cli.create({ ...access, baseUrl: cli.baseUrl('http://127.0.0.1:1') });
  }, 900_000);

  afterAll(async () => {
    await model.close();
  });

  async function run(endCase: EndCase): Promise<{ end: AgentEnd; left: readonly unknown[] }> {
    const mark = `mark-${randomUUID()}`;
    const scratch = await makeScratch();
    const abort = new AbortController();
    let pid = 0;
    const base = makeTask(scratch, sandbox);
    const isSilent = (): boolean => endCase.then === 'silence' && asked.has(endCase.what);
    const limits: AgentLimits = {
      ...base.limits,
      wallClockMs: WALL_CLOCK_MS,
      maxTurns: endCase.kind === 'limit_reached' ? 2 : 20,
      // Its silence counts once the model was asked: how long it takes to get there says nothing.
      get idleMs() {
        return isSilent() ? 1_000 : WALL_CLOCK_MS;
      },
    };
    const running = (endCase.unreachable === true ? lost : agent).implement({
      ...base,
      model: cli.model,
      prompt: `The case: ${endCase.what}. ${mark}`,
      limits,
      onProcess: (id) => (pid = id),
      signal: abort.signal,
    });
    if (endCase.then === 'SIGTERM' || endCase.then === 'abort') {
      await reached(async () => (await processesWith(`\0${mark}`)).length > 0, running);
      if (endCase.then === 'abort') abort.abort();
      else sandbox.end(pid, 'gently');
    }
    const { end } = await running;
    const left = await processesWith(mark);
    await scratch.remove();
    return { end, left };
  }

  it('is understood, however it ends', async () => {
    const limit = pLimit(AT_A_TIME);

    const runs = await Promise.all(endCases.map((endCase) => limit(async () => await run(endCase))));

    expect(runs.map(({ end }, index) => [endCases[index]?.what, end.kind])).toEqual(
      endCases.map(({ what, kind }) => [what, kind]),
    );
    expect(runs.flatMap(({ left }) => left)).toEqual([]);
    // A CLI adds a little of its own, so that not all come back at once.
    for (const { end } of runs) expect([undefined, DELAY_S]).toContain(secondsOf(end));
    columns.set(
      cli.name,
      runs.map(({ end }) => wordOf(end)),
    );
  }, 600_000);
});

describe('how runs end', () => {
  it('is what docs/agents.md says (GHW_WRITE_DOCS=1 writes it anew)', async () => {
    const text = await readFile(DOCS, 'utf8');
    const [, before = '', after = ''] = TABLE.exec(text) ?? [];
    const current = text.replace(TABLE, () => `${before}${tableOf(realClis, columns)}${after}`);

    if (process.env.GHW_WRITE_DOCS === '1') await writeFile(DOCS, current);

    expect(before).not.toBe('');
    expect(await readFile(DOCS, 'utf8')).toBe(current);
  });
});

function secondsOf({ retryAfterMs }: AgentEnd): number | undefined {
  return retryAfterMs === undefined ? undefined : Math.floor(retryAfterMs / 1_000);
}

function wordOf(end: AgentEnd): string {
  const seconds = secondsOf(end);
  return seconds === undefined ? end.kind : `${end.kind}, after ${seconds.toString()} s`;
}

function tableOf(clis: readonly RealCli[], cells: ReadonlyMap<string, readonly string[]>): string {
  const head = ['what happens', ...clis.map(({ name }) => `\`${name}\``)];
  const rows = [
    head,
    ...endCases.map(({ what }, index) => [what, ...clis.map(({ name }) => cells.get(name)?.[index] ?? '')]),
  ];
  const lines = rows.map((row) => `| ${row.join(' | ')} |`);
  return [lines[0], `|${head.map(() => '---|').join('')}`, ...lines.slice(1)].join('\n');
}

/** Waits for what a run shall come to, or for its end: how long a CLI takes is not what is tested. */
async function reached(condition: () => Promise<boolean>, run: Promise<unknown>): Promise<void> {
  const ended = run.then(() => true);
  const later = (): Promise<boolean> => new Promise((done) => setTimeout(() => done(false), 50));
  while (!(await condition())) if (await Promise.race([ended, later()])) return;
}
