import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { main, temporaryHome } from './ghw.ts';

let home: Awaited<ReturnType<typeof temporaryHome>>;

beforeAll(async () => {
  home = await temporaryHome();
  await script('echo', `printf '<%s>' "$@"; printf '%s' "$GREETING"; exit 7`);
  await script('killed', 'kill -KILL $$');
  await script('waits', `trap 'echo told; exit 9' TERM; echo ready; while :; do sleep 0.05; done`);
  await writeFile(join(home.path, 'ghw-nothing'), '#!/no/such/program\n');
  await chmod(join(home.path, 'ghw-nothing'), 0o755);
});
afterAll(() => home.remove());

async function script(name: string, text: string): Promise<void> {
  await writeFile(join(home.path, `ghw-${name}`), `#!/bin/sh\n${text}\n`);
  await chmod(join(home.path, `ghw-${name}`), 0o755);
}

function ghw(...args: readonly string[]) {
  return execa(process.execPath, [main, ...args], {
    env: { HOME: home.path, PATH: `${home.path}:${process.env.PATH ?? ''}`, GREETING: 'hello' },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
  });
}

describe('a plug-in', () => {
  it('gets its words and the environment untouched, and gives its exit code', async () => {
    const { stdout, exitCode } = await ghw('echo', 'a b', '', '--json', '--config', 'x', '--', '$HOME');

    expect(stdout).toBe('<a b><><--json><--config><x><--><$HOME>hello');
    expect(exitCode).toBe(7);
  });

  it('ends us by the signal that ended it', async () => {
    expect((await ghw('killed')).signal).toBe('SIGKILL');
  });

  it('is told of a signal that we get, and decides', async () => {
    const running = ghw('waits');
    for await (const line of running) if (line === 'ready') running.kill('SIGTERM');

    expect(await running).toMatchObject({ stdout: 'ready\ntold', exitCode: 9 });
  });

  it('that cannot be started is an error of ours', async () => {
    const { exitCode, stderr } = await ghw('nothing');

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: The plug-in .*ghw-nothing cannot be started: /);
  });
});
