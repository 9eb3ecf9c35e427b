import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { git, GitFailure, gitText } from '../../src/workspace/git.ts';

/** A repository's address at which nothing is ever answered. */
async function silentServer() {
  const server = createServer(() => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}/a/b.git`;
  return { url, close: () => [server.closeAllConnections(), server.close()] };
}

describe('git', () => {
  it('runs with an environment and a configuration of its own', async () => {
    process.env.GIT_AUTHOR_NAME = 'Somebody';
    process.env.GHW_TEST_SECRET = 'secret';
    try {
      const shown = await gitText(['-c', 'alias.show-env=!env', 'show-env']);
      expect(shown).not.toContain('GHW_TEST_SECRET');
      expect(shown).not.toContain('Somebody');
      expect(shown).toContain('HOME=/nonexistent');
      const settings = await gitText(['config', '--list', '--show-scope']);
      expect(settings.split('\n').every((line) => line.startsWith('command\t'))).toBe(true);
      expect(settings).toContain('core.hookspath=/dev/null');
    } finally {
      delete process.env.GIT_AUTHOR_NAME;
      delete process.env.GHW_TEST_SECRET;
    }
  });

  it('gives the host’s proxy only to commands that go to the network', async () => {
    const before = process.env.HTTPS_PROXY;
    process.env.HTTPS_PROXY = 'http://proxy.example.com:3128';
    try {
      const command = ['-c', 'alias.show-env=!env', 'show-env'];
      expect(await gitText(command)).not.toContain('proxy.example.com');
      expect(await gitText(command, { network: true })).toContain('proxy.example.com');
    } finally {
      if (before === undefined) delete process.env.HTTPS_PROXY;
      else process.env.HTTPS_PROXY = before;
    }
  });

  it('tells what git said, shortened and without secrets', async () => {
    const token = 'ghp_' + 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8';
    const failure = await git(['rev-parse', '--verify', `${token}${'x'.repeat(3000)}`], {
      gitDir: '/nonexistent',
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(GitFailure);
    expect(failure).toMatchObject({ exitCode: 128, timedOut: false });
    expect(String(failure)).not.toContain(token);
    expect(String(failure).length).toBeLessThan(800);
  });

  it('takes an exit code for an answer where it is one', async () => {
    const { exitCode } = await git(['check-ref-format', 'refs/heads/a..b'], { answers: [0, 1] });
    expect(exitCode).toBe(1);
  });

  it('stops reading at the limit, and says so', async () => {
    const { stdout, truncated } = await git(['help', '--all'], { maxBytes: 10 });
    expect([stdout.length, truncated]).toEqual([10, true]);
  });

  it('ends at its time limit', async () => {
    const { url, close } = await silentServer();
    await expect(git(['ls-remote', url], { timeoutMs: 300, network: true })).rejects.toMatchObject({ timedOut: true });
    close();
  });

  it('ends when the signal aborts, with the signal’s reason', async () => {
    const { url, close } = await silentServer();
    const stop = new AbortController();
    const running = git(['ls-remote', url], { signal: stop.signal, network: true });
    setTimeout(() => stop.abort(new Error('cancelled by a person')), 200);
    await expect(running).rejects.toThrow('cancelled by a person');
    await expect(git(['--version'], { signal: stop.signal })).rejects.toThrow('cancelled by a person');
    close();
  });
});
