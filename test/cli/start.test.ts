import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { main, temporaryHome } from './ghw.ts';

describe('the program', () => {
  let home: Awaited<ReturnType<typeof temporaryHome>>;

  beforeEach(async () => {
    home = await temporaryHome();
  });

  afterEach(async () => {
    await home.remove();
  });

  /** Starts a command as a person would. */
  async function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return execa(process.execPath, [main, ...args], {
      env: { PATH: process.env.PATH ?? '', HOME: home.path, ...env },
      extendEnv: false,
      reject: false,
    });
  }

  it.each([['--help'], ['plans --help'], ['worker --help']])('helps with %s', async (line) => {
    const { exitCode, stdout } = await start(line.split(' '));

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Usage: ghw/);
  });

  it('works where V8 has flags for which nothing was compiled', async () => {
    const args = ['plans', '--help'];
    const { exitCode, stdout } = await start(args, { NODE_OPTIONS: '--max-old-space-size=512' });

    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: (await start(args)).stdout });
  });

  it('shows with GHW_DEBUG in which file an error happened', async () => {
    const { exitCode, stderr } = await start(['plans', 'approve', 'octo/hello#1'], {
      GHW_DEBUG: '1',
      GHW_CONFIG: home.path,
    });

    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('dist/src/');
  });
});
