import { lstat, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { homedir, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { installCli } from '../../src/agents/install/find-cli.ts';
import { createSandbox } from '../../src/sandbox/create-sandbox.ts';
import { noLimits } from '../../src/sandbox/limits.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startScriptedModel, type ModelScript, type ScriptedModel } from '../peers/model/scripted-model.ts';
import { makeScratch, type Scratch } from '../sandbox/support.ts';
import { expectedProbes, fillScript, forkScript, probeScript, type Targets } from './hostile-probes.ts';
import { realClis } from './real-clis.ts';
import { makeTask } from './support.ts';

const KEY = 'key-of-the-model-0123456789';
const SECRET = 'secret-of-the-host-0123456789';
const MIB = 1_048_576;
const limits = { ...noLimits, processes: 400, diskBytes: 60 * MIB, fileBytes: 8 * MIB, tmpBytes: 64 * MIB };

let sandbox: Sandbox;
let scratch: Scratch;
let other: Scratch;
/** Stands for everything that listens on this host: Temporal, the ledger, the model itself. */
let listener: Server;

beforeAll(async () => {
  sandbox = await createSandbox({ kind: 'auto' });
  listener = createServer((socket) => socket.end());
  await new Promise<void>((done) => listener.listen(0, '0.0.0.0', done));
}, 900_000);

afterAll(() => {
  listener.close();
});

beforeEach(async () => {
  [scratch, other] = await Promise.all([makeScratch(), makeScratch()]);
});

afterEach(async () => {
  await Promise.all([scratch.remove(), other.remove()]);
});

async function repository(): Promise<string> {
  const gitDir = join(scratch.root, 'git');
  const git = ['-c', 'safe.directory=*', '-c', 'user.name=A', '-c', 'user.email=a@example.com'];
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', GIT_DIR: gitDir, GIT_WORK_TREE: scratch.cage.tree };
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    ['commit', '-q', '-m', 'first'],
    ['config', '--unset', 'core.worktree'],
  ]) {
    await execa('git', [...git, ...args], { env, extendEnv: false, cwd: scratch.cage.tree, reject: false });
  }
  await mkdir(join(gitDir, 'hooks'), { recursive: true });
  return gitDir;
}

function addressOfHost(): string | null {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? null;
}

describe.each(realClis)('a hostile model in the real $name', (cli) => {
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

  it('reaches nothing, changes nothing, and is stopped at its limits', async () => {
    const { cage } = scratch;
    const targets: Targets = {
      secretFile: join(scratch.root, 'secret'),
      home: homedir(),
      otherTree: other.cage.tree,
      ports: [(listener.address() as AddressInfo).port, Number(new URL(model.url).port)],
      hostAddress: addressOfHost(),
      secrets: [SECRET, KEY],
    };
    await writeFile(targets.secretFile, SECRET);
    await writeFile(join(cage.tree, 'probes.sh'), probeScript(targets, limits.fileBytes));
    await writeFile(join(cage.tree, 'forks.sh'), forkScript);
    await writeFile(join(cage.tree, 'fill.sh'), fillScript);
    const gitDir = await repository();
    const steps = ['sh probes.sh', 'sh forks.sh', 'sh fill.sh'];
    script = ({ step }) => cli.shell(steps[step - 1] ?? 'sh fill.sh');
    const agent = cli.create({ path, baseUrl: cli.baseUrl(model.url), apiKey: KEY });
    const task = makeTask(scratch, sandbox, { model: cli.model, cage: { ...cage, gitDir, limits } });

    const { end } = await agent.implement({
      ...task,
      limits: { ...task.limits, wallClockMs: 240_000, idleMs: 200_000 },
    });

    const probes = Object.fromEntries(
      (await readFile(join(cage.tree, 'probes.txt'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => line.split('='))
        .map(([name = '', could]) => [name, could === 'true']),
    );
    expect(probes).toEqual(expectedProbes);
    expect(end).toMatchObject({ kind: 'limit_reached', limit: 'disk' });
    const forks = Number(await readFile(join(cage.tree, 'forks.txt'), 'utf8'));
    expect(forks).toBeGreaterThan(20);
    expect(forks).toBeLessThanOrEqual(limits.processes);
    // Inside it is a user of its own, and outside one that owns nothing else.
    expect(await readFile(join(cage.tree, 'uid.txt'), 'utf8')).toBe('1000\n');
    const own = process.getuid?.() ?? 0;
    expect((await lstat(join(cage.tree, 'written'))).uid).toBe(own === 0 ? 61_000 : own);
    expect(await readdir(join(gitDir, 'hooks'))).not.toContain('pre-commit');
    expect(await readdir(other.cage.tree)).toEqual([]);
    expect(await readFile(task.transcriptPath, 'utf8')).not.toContain(KEY);
    expect(new Set(model.requests.map(({ key }) => key))).toEqual(new Set([KEY]));
  }, 300_000);
});
