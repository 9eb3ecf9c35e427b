import { chmod, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compareVersions, versionWarning, type CliDistribution } from '../../../src/agents/install/distribution.ts';
import { createCliFinder } from '../../../src/agents/install/find-cli.ts';
import { makeScratch, type Scratch } from '../../sandbox/support.ts';

let scratch: Scratch;
const path = process.env.PATH;

beforeEach(async () => {
  scratch = await makeScratch();
});

afterEach(async () => {
  process.env.PATH = path;
  await scratch.remove();
});

const tool: CliDistribution = {
  agent: 'tool',
  title: 'Tool',
  command: 'ghw-test-tool',
  version: '2.5.0',
  tested: { from: '2.4.0', to: '2.5.0' },
  publicPackage: '@maker/tool',
  size: 'about 1 MB',
  runtime: 'native',
  packageFor: () => ({ name: '@maker/tool-here', spec: '@maker/tool-here@2.5.0', program: 'bin/tool' }),
  parseVersion: (output) => /^tool (\d+\.\d+\.\d+)/.exec(output)?.[1] ?? null,
};

async function script(file: string, output: string): Promise<string> {
  const target = join(scratch.root, file);
  await mkdir(join(target, '..'), { recursive: true });
  await writeFile(target, `#!/bin/sh\necho "${output}"\n`);
  await chmod(target, 0o755);
  return target;
}

describe('looking for a CLI', () => {
  it('takes the one on the PATH, links resolved, and passes over another program of that name', async () => {
    await script('first/ghw-test-tool', 'something else');
    const program = await script('elsewhere/tool', 'tool 2.4.1');
    await mkdir(join(scratch.root, 'second'));
    await symlink(program, join(scratch.root, 'second/ghw-test-tool'));
    process.env.PATH = `${scratch.root}/first:${scratch.root}/second:/usr/bin:/bin`;

    const found = await createCliFinder(tool, {}).locate();

    const real = await realpath(program);
    expect(found).toEqual({ path: real, file: real, args: [], version: '2.4.1', readOnlyPaths: [real] });
  });

  it.each(['node_modules/@maker/tool/node_modules', 'node_modules'])(
    'takes the native program in %s past a launcher, and shows the cage its package',
    async (modules) => {
      await script('lib/node_modules/@maker/tool/bin/launcher.js', 'tool 1.0.0');
      await writeFile(join(scratch.root, 'lib/node_modules/@maker/tool/package.json'), '{}');
      const native = await script(`lib/${modules}/@maker/tool-here/bin/tool`, 'tool 2.5.0');
      await writeFile(join(native, '../../package.json'), '{}');
      await mkdir(join(scratch.root, 'bin'));
      await symlink('../lib/node_modules/@maker/tool/bin/launcher.js', join(scratch.root, 'bin/ghw-test-tool'));
      process.env.PATH = `${scratch.root}/bin:/usr/bin:/bin`;

      const found = await createCliFinder(tool, {}).locate();

      expect(found).toMatchObject({ file: await realpath(native), version: '2.5.0' });
      expect(found.readOnlyPaths).toEqual([await realpath(join(native, '../..'))]);
    },
  );

  it('has JavaScript run by our own Node', async () => {
    const program = join(scratch.root, 'tool.js');
    await writeFile(program, "console.log('tool 2.5.0')");

    const found = await createCliFinder({ ...tool, runtime: 'node' }, { path: program }).locate();

    expect([found.file, found.args]).toEqual([process.execPath, [await realpath(program)]]);
  });

  it('only looks where nothing shall be installed', async () => {
    process.env.PATH = '/usr/bin:/bin';

    const check = await createCliFinder(tool, { cache: scratch.root }).check({ install: false });

    expect(check).toMatchObject({ ok: true, version: null, message: expect.stringContaining('2.5.0') as unknown });
  });

  it('looks nowhere else where a path is configured', async () => {
    await script('bin/ghw-test-tool', 'tool 2.5.0');
    process.env.PATH = `${scratch.root}/bin:/usr/bin:/bin`;

    const check = await createCliFinder(tool, { path: '/usr/bin/true' }).check({ install: true });

    expect(check).toMatchObject({ ok: false, message: expect.stringContaining('is not Tool') as unknown });
  });

  it('says where there is no program for the system', async () => {
    process.env.PATH = '/usr/bin:/bin';

    const finder = createCliFinder({ ...tool, packageFor: () => null }, { cache: scratch.root });

    await expect(finder.locate()).rejects.toMatchObject({ name: 'AgentUnavailable' });
    expect(await finder.check({ install: false })).toMatchObject({ ok: false });
  });
});

describe('a version', () => {
  it('is compared by its numbers', () => {
    expect(compareVersions('2.10.0', '2.9.9')).toBeGreaterThan(0);
    expect(compareVersions('2.1.0', '2.1.0')).toBe(0);
    expect(compareVersions('1.9.9', '2.0.0')).toBeLessThan(0);
  });

  it.each([
    ['2.3.9', true],
    ['2.4.0', false],
    ['2.5.0', false],
    ['2.5.1', true],
  ])('%s is warned of where nobody has tried it out: %s', (version, warned) => {
    expect(versionWarning(tool, version)).toEqual(warned ? expect.stringContaining('2.4.0 to 2.5.0') : '');
  });
});
