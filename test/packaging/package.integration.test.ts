import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { pickEnvironment } from '../../src/config/pick-environment.ts';
import manifest from '../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..', '..');

/** A slow disk writes 300 MB of dependencies. */
const timeout = 300_000;

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
        'dist/src/cli/main.js',
        'dist/workflow-bundle.js',
      ]),
    );
    expect(files.some((path) => path.startsWith('docs/'))).toBe(true);
    expect(files.some((path) => path.startsWith('dist/test/peers/'))).toBe(true);
  });

  it('holds no tests, no sources and no local state', () => {
    const expected = /^(dist\/(src|test\/peers)\/|dist\/workflow-bundle\.js$|docs\/)/;
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
    expect(files.filter((path) => path.startsWith('dist/') && /\.(ts|map)$/.test(path))).toEqual([]);
  });

  it(
    'installs into an empty folder and runs',
    async () => {
      const home = join(directory, 'empty');
      await mkdir(home);
      await npm(home, 'init', '--yes');
      await npm(home, 'install', '--prefer-offline', '--no-audit', '--no-fund', archive);
      const ghw = join(home, 'node_modules', '.bin', 'ghw');

      const version = await execa(ghw, ['--version'], { env: pickEnvironment(), extendEnv: false, cwd: home });
      const help = await execa(ghw, ['--help'], { env: pickEnvironment(), extendEnv: false, cwd: home });

      expect(version.stdout).toBe(manifest.version);
      for (const command of ['issues', 'plans', 'implementations', 'up', 'demo'])
        expect(help.stdout).toContain(command);
    },
    timeout,
  );
});

/** npm as somebody else's shell would start it, without what the `npm` around this test has put into ours. */
async function npm(cwd: string, ...args: readonly string[]) {
  const env = { ...pickEnvironment(['NPM_CONFIG_REGISTRY', 'NPM_CONFIG_CAFILE', 'NODE_EXTRA_CA_CERTS']) };
  return await execa('npm', args, { cwd, env, extendEnv: false, stdin: 'ignore', timeout });
}
