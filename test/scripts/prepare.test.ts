import { cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { pickEnvironment } from '../../src/config/pick-environment.ts';

const root = join(import.meta.dirname, '..', '..');

/** Does what matters of `npm ci`: takes a moment, and says at the end what is installed. */
const fakeNpm = `
  import { appendFileSync, copyFileSync, mkdirSync } from 'node:fs';
  appendFileSync('npm-runs', process.argv.slice(2).join(' ') + '\\n');
  mkdirSync('node_modules', { recursive: true });
  copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
`;

describe('the scripts of a fresh clone', () => {
  let checkout: string;

  beforeEach(async () => {
    checkout = await mkdtemp(join(tmpdir(), 'ghw-checkout-'));
    await cp(join(root, 'scripts'), join(checkout, 'scripts'), { recursive: true });
    await write('package.json', JSON.stringify({ type: 'module', engines: { node: '>=20.19' } }));
    await writeLock('1.0.0');
    await write('npm.js', fakeNpm);
  });

  afterEach(async () => {
    await rm(checkout, { recursive: true, force: true });
  });

  async function write(path: string, text: string): Promise<void> {
    await writeFile(join(checkout, path), text);
  }

  async function writeLock(version: string): Promise<void> {
    const optional = { version: '1.0.0', optional: true };
    const packages = { '': {}, 'node_modules/tool': { version }, 'node_modules/for-another-system': optional };
    await write('package-lock.json', JSON.stringify({ packages }));
  }

  /** Runs a module in the checkout, as `npm run` would: npm says where it is. */
  async function run(code: string) {
    return await execa(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: checkout,
      env: { ...pickEnvironment(), npm_execpath: join(checkout, 'npm.js') },
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
    });
  }

  async function linesOf(path: string): Promise<string[]> {
    return (await readFile(join(checkout, path), 'utf8')).trimEnd().split('\n');
  }

  it('say which Node is needed before anything else', async () => {
    await write('package.json', JSON.stringify({ type: 'module', engines: { node: '>=99.1' } }));

    const { exitCode, stderr } = await run("process.argv = ['node']; await import('./scripts/demo.mjs');");

    expect(exitCode).toBe(1);
    expect(stderr).toContain('gh-worker needs Node >=99.1');
    expect(stderr).not.toContain('at ');
  });

  describe('install dependencies', () => {
    const ensure =
      "const { ensureDependencies } = await import('./scripts/lib/dependencies.mjs'); await ensureDependencies();";

    it('once, and say so in plain lines', async () => {
      const first = await run(ensure);
      const second = await run(ensure);

      expect(await linesOf('npm-runs')).toEqual([expect.stringMatching(/^ci .*--include=dev/)]);
      expect(first.stderr).toMatch(/^Installing dependencies \.\.\.\nInstalling dependencies: done in \d+ s$/);
      expect(second.stderr).toBe('');
    });

    it('again when the lock file asks for another version', async () => {
      await run(ensure);
      await writeLock('2.0.0');

      await run(ensure);

      expect(await linesOf('npm-runs')).toHaveLength(2);
    });

    it('and show what npm said when that fails', async () => {
      await write('npm.js', "console.error('npm error the lock file is out of sync'); process.exit(1);");

      const { stderr } = await run(`
        const { report } = await import('./scripts/lib/run.mjs');
        try { ${ensure} } catch (error) { report(error); }
      `);

      expect(stderr).toContain('npm error the lock file is out of sync');
    });
  });

  describe('do again only what is not done for the same contents', () => {
    const build = `
      import { appendFileSync } from 'node:fs';
      import { digestOf, unlessDone } from './scripts/lib/sources.mjs';
      await unlessDone('out/stamp', digestOf(['src', 'absent', 'package.json']), async () => {
        appendFileSync('builds', 'built\\n');
        if (false) throw new Error();
      });
    `;

    beforeEach(async () => {
      await mkdir(join(checkout, 'src', 'deep'), { recursive: true });
      await write('src/deep/a.ts', 'a');
    });

    it('which a new time of change is not', async () => {
      await run(build);
      await utimes(join(checkout, 'src/deep/a.ts'), new Date(), new Date());

      await run(build);

      expect(await linesOf('builds')).toHaveLength(1);
    });

    it.each([
      ['another content', 'src/deep/a.ts'],
      ['another file', 'src/deep/b.ts'],
      ['a file named by itself', 'package.json'],
    ])('which %s is', async (_what, path) => {
      await run(build);
      await write(path, '{}');

      await run(build);

      expect(await linesOf('builds')).toHaveLength(2);
    });

    it('and what failed is not done', async () => {
      await run(build.replace('false', 'true'));

      await run(build);

      expect(await linesOf('builds')).toHaveLength(2);
    });
  });

  describe('prepare one at a time', () => {
    const exclusive = `
      import { appendFileSync } from 'node:fs';
      import { oneAtATime } from './scripts/lib/one-at-a-time.mjs';
      await oneAtATime(async () => {
        appendFileSync('log', 'in\\n');
        await new Promise((done) => setTimeout(done, 300));
        appendFileSync('log', 'out\\n');
      });
    `;

    it('when two start at once', async () => {
      await Promise.all([run(exclusive), run(exclusive)]);

      expect(await linesOf('log')).toEqual(['in', 'out', 'in', 'out']);
    });

    it('and do not wait for one that was killed', async () => {
      await run(exclusive.replace('await new Promise', "process.kill(process.pid, 'SIGKILL'); await new Promise"));

      await run(exclusive);

      expect(await linesOf('log')).toEqual(['in', 'in', 'out']);
    });
  });
});
