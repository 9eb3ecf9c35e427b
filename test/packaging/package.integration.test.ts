import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { pickEnvironment } from '../../src/config/pick-environment.ts';
import { page } from '../docs/markdown.ts';
import { testEnvironment } from '../setup/environment.ts';
import { connectToTemporal } from '../setup/worker.ts';
import { fakeActivities } from '../workflows/support.ts';
import manifest from '../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..', '..');

/** A slow disk writes 300 MB of dependencies. */
const timeout = 900_000;

describe('the published package', () => {
  let directory: string;
  let archive: string;
  let files: string[];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ghw-package-'));
    const { stdout } = await npm(root, 'pack', '--json', '--pack-destination', directory);
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [{ filename: string; files: { path: string }[] }];
    archive = join(directory, packed.filename);
    files = packed.files.map(({ path }) => path);
  }, timeout);

  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it('holds the compiled code, the workflow bundle, the peers of the demo and what an operator needs', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'LICENSE',
        'docker-compose.yml',
        'Dockerfile',
        'dist/ghw.cjs',
        'dist/workflow-bundle.js',
      ]),
    );
    expect(files.some((path) => path.startsWith('docs/'))).toBe(true);
    expect(files.some((path) => path.startsWith('dist/test/peers/'))).toBe(true);
  });

  it('holds no tests, no sources and no local state', () => {
    const expected =
      /^(dist\/(src|types|test\/peers|bundles)\/|dist\/(workflow-bundle\.js|(ghw|workflow-thread)\.cjs)$|docs\/)/;
    const others = files.filter((path) => !expected.test(path));

    expect(others.sort()).toEqual([
      'Dockerfile',
      'LICENSE',
      'README.md',
      'docker-compose.yml',
      'examples/agent-script.yaml',
      'examples/compose.yaml',
      'examples/config.yaml',
      'package.json',
      'schema/config.schema.json',
    ]);
    expect(files.filter((path) => /^dist\/(?!types\/).*\.(ts|map)$/.test(path))).toEqual([]);
  });

  it('holds the types of its programmatic interface', () => {
    expect(files).toContain('dist/types/src/client/index.d.ts');
  });

  describe('in an empty folder', () => {
    let home: string;

    beforeAll(async () => {
      home = join(directory, 'empty');
      await mkdir(home);
      await npm(home, 'init', '--yes');
      await npm(home, 'install', '--prefer-offline', '--no-audit', '--no-fund', archive);
    }, timeout);

    function node(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
      return execa(file, args, { env: { ...pickEnvironment(), ...env }, extendEnv: false, cwd: home });
    }

    it('is installed, and its command runs', async () => {
      const ghw = join(home, 'node_modules', '.bin', 'ghw');

      const version = await node(ghw, ['--version']);
      const help = await node(ghw, ['--help']);

      expect(version.stdout).toBe(manifest.version);
      for (const command of ['issues', 'plans', 'implementations', 'work', 'up', 'demo'])
        expect(help.stdout).toContain(command);
    });

    it('gives programs what docs/programmatic.md says, with types', async () => {
      const examples = page('docs/programmatic.md').blocks.filter(({ info }) => info === 'js');
      const names = examples.map((_, n) => `example-${n + 1}.mts`);
      for (const [n, name] of names.entries()) await writeFile(join(home, name), examples[n]?.content ?? '');
      await writeFile(join(home, 'example.mjs'), examples[0]?.content ?? '');
      const strict = ['--strict', '--noEmit', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022'];
      const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
      const tsc = join(root, 'node_modules/typescript/bin/tsc');

      const ran = await whileWorking((env) => node(process.execPath, ['example.mjs'], env));
      await node(process.execPath, [tsc, ...strict, ...types, ...names]);

      expect(ran.stdout).toMatch(/^review: 0 done, 0 failed$/m);
      expect(ran.stdout).toMatch(/^done\ntrue 20/m);
    });
  });
});

/** Runs a program beside a worker whose activities do nothing. */
async function whileWorking<T>(program: (env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  const temporal = await connectToTemporal();
  const { calls: _calls, ...activities } = fakeActivities();
  const worker = await temporal.createWorker({ activities });
  const env = { TEMPORAL_ADDRESS: testEnvironment().temporalAddress, TASK_QUEUE: temporal.taskQueue };
  try {
    return await worker.runUntil(() => program(env));
  } finally {
    await temporal.client.schedule.getHandle('work:nightly').delete();
    await temporal.close();
  }
}

/** npm as somebody else's shell would start it, without what the `npm` around this test has put into ours. */
async function npm(cwd: string, ...args: readonly string[]) {
  const env = { ...pickEnvironment(['NPM_CONFIG_REGISTRY', 'NPM_CONFIG_CAFILE', 'NODE_EXTRA_CA_CERTS']) };
  return await execa('npm', args, { cwd, env, extendEnv: false, stdin: 'ignore', timeout });
}
