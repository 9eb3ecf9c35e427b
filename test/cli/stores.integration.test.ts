import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { aConfiguredRepository, aRecord, aSyncedIssue } from '../ledger/support.ts';
import { testEnvironment } from '../setup/environment.ts';
import { createTestLedger, type TestLedger } from '../setup/ledger.ts';
import { everyCommand } from './every-command.ts';
import { type Ended, ghw, main, temporaryHome } from './ghw.ts';

const ISSUE = 'octo/hello#42';
const PLAN = ['--by', 'ana'];

/** The words that each command is given; one that is missing here fails the first test. */
const words: Readonly<Record<string, readonly string[]>> = {
  init: ['--yes', '--no-verify', '--no-check'],
  status: [],
  'config list': [],
  'config get': ['sync.parallelism'],
  'config set': ['sync.parallelism', '2'],
  'config unset': ['sync.parallelism'],
  'config validate': [],
  'config edit': [],
  'config path': [],
  'config schema': [],
  'config issues-path': ['/srv/issues'],
  'config repository-path': ['/srv/repositories'],
  'repositories add': ['octo/other', '--no-verify'],
  'repositories list': [],
  'repositories remove': ['octo/world', '--yes'],
  'repositories enable': ['octo/hello'],
  'repositories disable': ['octo/hello'],
  'issues sync': [],
  'issues list': ['--state', 'all'],
  'issues show': [ISSUE],
  'issues plan': [ISSUE, ...PLAN],
  'issues implement': [ISSUE, ...PLAN],
  'issues review': [ISSUE, ...PLAN],
  'issues follow': [ISSUE],
  'issues export': [ISSUE],
  'issues pause': [ISSUE, ...PLAN],
  'issues resume': [ISSUE, ...PLAN],
  'issues cancel': [ISSUE, ...PLAN],
  'issues questions': [],
  'issues answer': [ISSUE, 'yes', ...PLAN],
  'issues steer': [ISSUE, 'shorter', ...PLAN],
  'issues budget': [ISSUE, '--raise', '1', ...PLAN],
  'plans review': [ISSUE],
  'plans list': [ISSUE],
  'plans diff': [ISSUE],
  'plans approve': [ISSUE, '--digest', 'f'.repeat(12), ...PLAN],
  'plans unapprove': [ISSUE, ...PLAN],
  'plans revise': [ISSUE, '--feedback', 'shorter', ...PLAN],
  'plans edit': [ISSUE, '--file', '/dev/null', ...PLAN],
  'plans reject': [ISSUE, '--reason', 'no', ...PLAN],
  'implementations review': [ISSUE, '--yes', ...PLAN],
  'prs list': [],
  'prs show': ['octo/hello#7'],
  'prs open': ['octo/hello#7'],
  'discovery run': ['octo/hello', '--no-wait'],
  'discovery status': [],
  'discovery pause': [],
  'discovery resume': [],
  monitor: [ISSUE, '--no-follow'],
  'transcript list': [ISSUE],
  'transcript show': [ISSUE],
  'transcript export': [ISSUE, '--output', 'transcript.jsonl'],
  open: [ISSUE, '--pull-request'],
  audit: [],
  costs: [],
  work: ['--once'],
  'work follow': [],
  'work cancel': ['work:once:1'],
  'work history': [],
  'work status': [],
  'work pause': [],
  'work resume': [],
  'work trigger': [],
  'work stop': [],
  'work set-frequency': ['1h'],
  sync: [],
  list: [],
  plan: [ISSUE, ...PLAN],
  implement: [ISSUE, ...PLAN],
  review: [ISSUE, ...PLAN],
  'agents list': [],
  'agents check': [],
  'agents create': ['quick', '--kind', 'scripted'],
  'agents update': ['quick', '--model', 'small'],
  'agents delete': ['quick'],
  'agents stats': [],
  doctor: [],
  completion: ['bash'],
};
/** What starts servers, or runs until somebody stops it; the demonstration has a configuration of its own; an install fetches. */
const starting = ['up', 'worker start', 'demo', 'agents install'];

const commands = Object.entries(words);
/** Nothing that answers at once takes so long; what hangs does. */
const PATIENCE_MS = 120_000;

let home: Awaited<ReturnType<typeof temporaryHome>>;
let config: string;
let ledger: TestLedger;

beforeAll(async () => {
  ledger = await createTestLedger();
});
afterAll(() => ledger.remove());
beforeEach(async () => {
  home = await temporaryHome();
  config = join(home.path, '.config', 'gh-worker', 'config.yaml');
  await mkdir(dirname(config), { recursive: true });
});
afterEach(() => home.remove());

function lineOf(command: string): readonly string[] {
  return [...command.split(' '), ...(words[command] ?? [])];
}

async function run(command: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  const args = lineOf(command);
  const late = sleep(PATIENCE_MS, undefined, { ref: false }).then(() => {
    throw new Error(`ghw ${args.join(' ')} hangs.`);
  });
  return Promise.race([ghw(args, home.path, { PATH: '', ...env }), late]);
}

/** Ends, as it was meant to: with what it says for people, and nothing that only its makers understand. */
function expectCivil({ code, stdout, stderr }: Ended): void {
  expect([0, 1, 2, 3, 4, 5, 6]).toContain(code);
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at .+[:)]\d*\)?$|This is a defect|\bundefined\b|\[object |NaN/m);
  if (code !== 0) expect(`${stdout}${stderr}`.trim()).not.toBe('');
}

it('every command is here', async () => {
  const all = [...(await everyCommand()).values()].flat().map((path) => path.join(' '));

  expect([...Object.keys(words), ...starting].sort()).toEqual(all.sort());
});

describe('with nothing there', () => {
  it.each(commands)('ghw %s', async (command) => {
    expectCivil(await run(command, {}));
  });
});

describe('with an empty ledger, and nothing else', () => {
  it.each(commands)('ghw %s', async (command) => {
    await configured('');
    expectCivil(await run(command, { DATABASE_URL: ledger.url }));
  });
});

describe('with a configuration that cannot be read', () => {
  it.each([...Object.keys(words), 'up', 'worker start'])('ghw %s', async (command) => {
    await writeFile(config, 'repositories: [{ name: octo/hello\nimplement: {\n\u0000');

    const ended = await run(command, { DATABASE_URL: ledger.url });

    expectCivil(ended);
    // The doctor found a fault; the others were not told what to do.
    expect(ended.code === 1).toBe(command === 'doctor');
  });
});

describe('with services that do not answer, and files that are broken', () => {
  it.each(commands)('ghw %s', async (command) => {
    const data = join(home.path, '.local', 'share', 'gh-worker');
    const issue = join(data, 'issues', 'octo', 'hello', '42');
    await mkdir(issue, { recursive: true });
    for (const name of ['.plan-20260103T000000Z.yaml', '.updated-at', 'plan-20260103T000000Z.md']) {
      await writeFile(join(issue, name), '\u0000{[');
    }
    await writeFile(join(data, 'embedded.json'), '{"temporal":');
    await configured("temporal: { address: '127.0.0.1:9' }\n");

    expectCivil(await run(command, { DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/nothing' }));
  });
});

describe('with a ledger that is none', () => {
  it.each(commands)('ghw %s', async (command) => {
    await configured('');

    expectCivil(await run(command, { DATABASE_URL: 'not a database, \u001B[31m:' }));
  });
});

describe('with 10,000 issues, and no worker', () => {
  const NUMBERS = 10_000;
  let large: TestLedger;

  beforeAll(async () => {
    large = await createTestLedger();
    const opened = await openLedger(large.url);
    const repository = aConfiguredRepository({ id: 'R_hello', name: 'octo/hello' });
    await opened.repositories.mirror([repository]);
    await opened.issues.store(
      repository.id,
      Array.from({ length: NUMBERS }, (_, index) => aSyncedIssue({ number: index + 1, id: `I_${index + 1}` })),
    );
    await opened.issues.record(aRecord(repository));
    await opened.close();
  });
  afterAll(() => large.remove());

  it.each(commands)('ghw %s', async (command) => {
    const { temporalAddress, namespace } = testEnvironment();
    await configured(
      `temporal: { address: '${temporalAddress}', namespace: ${namespace}, task_queue: nobody-polls }\n`,
    );

    expectCivil(await run(command, { DATABASE_URL: large.url }));
  });

  it('loses none of them', async () => {
    await configured('');

    const { stdout } = await ghw(['issues', 'list', '--json'], home.path, { DATABASE_URL: large.url });

    expect(JSON.parse(stdout)).toHaveLength(NUMBERS);
  });
});

describe('as the package has it, bundled', () => {
  // These two look at the machine, which differs from moment to moment, and from home to home.
  it.each(commands.filter(([name]) => name !== 'doctor' && name !== 'agents check'))(
    'ghw %s says the same',
    async (command) => {
      const other = await temporaryHome();
      await configured('');
      await cp(home.path, other.path, { recursive: true });
      const env = { PATH: '', DATABASE_URL: ledger.url };

      const here = await run(command, env);
      const { exitCode, stdout, stderr } = await execa(process.execPath, [main, ...lineOf(command)], {
        ...{ env: { HOME: other.path, ...env }, extendEnv: false, stdin: 'ignore', reject: false },
        stripFinalNewline: false,
      });

      const there = { code: exitCode, stdout, stderr };
      expect(JSON.parse(JSON.stringify(there).replaceAll(other.path, home.path))).toEqual(here);
      await other.remove();
    },
  );
});

/** Two repositories, a GitHub that is not there, and `more`. */
async function configured(more: string): Promise<void> {
  const repositories = '[{ name: octo/hello, id: R_hello }, { name: octo/world, id: R_world }]';
  await writeFile(config, `repositories: ${repositories}\ngithub: { api_url: 'http://127.0.0.1:9' }\n${more}`);
}
