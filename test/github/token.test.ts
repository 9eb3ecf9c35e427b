import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenOptions } from '../../src/github/token.ts';
import { resolveToken, tokenSource } from '../../src/github/token.ts';

const host = 'github.com';
let folder: string;
let tokenFile: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ghw-token-'));
  tokenFile = join(folder, 'token');
  await mkdir(join(folder, 'bin'));
  env = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, HOME: folder };
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Puts a `gh` on the path that runs this script. */
async function installGh(script: string): Promise<void> {
  await writeFile(join(folder, 'bin/gh'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

async function writeToken(text: string, mode = 0o600): Promise<void> {
  await writeFile(tokenFile, text);
  await chmod(tokenFile, mode);
}

function options(over: Partial<TokenOptions> = {}): TokenOptions {
  return { env, tokenFile: null, host, ...over };
}

describe('resolveToken', () => {
  it('takes GITHUB_TOKEN before everything else', async () => {
    await writeToken('from-file');
    await installGh('echo from-gh');

    const found = await resolveToken(options({ env: { ...env, GITHUB_TOKEN: ' from-env\n' }, tokenFile }));

    expect(found).toEqual({ token: 'from-env', origin: 'GITHUB_TOKEN' });
  });

  it('takes the token file before gh, without its line break', async () => {
    await writeToken('from-file\n');
    await installGh('echo from-gh');

    const found = await resolveToken(options({ env: { ...env, GITHUB_TOKEN: '' }, tokenFile }));

    expect(found).toEqual({ token: 'from-file', origin: 'token file' });
  });

  it('asks gh for the token of the host', async () => {
    await installGh('echo "$@" | tr " " "_"');

    const found = await resolveToken(options({ host: 'github.example' }));

    expect(found).toEqual({ token: 'auth_token_--hostname_github.example', origin: 'gh' });
  });

  it('gives gh nothing of the environment but where its login is', async () => {
    await installGh('env | cut -d= -f1 | sort | grep -vE "^(PWD|SHLVL|_|OLDPWD)$" | tr "\\n" ","');
    const secrets = { GH_TOKEN: 'x', ANTHROPIC_API_KEY: 'x', DATABASE_URL: 'x', NODE_OPTIONS: '--no-warnings' };

    const { token } = await resolveToken(options({ env: { ...env, ...secrets, GH_CONFIG_DIR: folder } }));

    expect(token).toBe('GH_CONFIG_DIR,HOME,PATH,');
  });

  it.each([
    { title: 'gh is not installed', script: null },
    { title: 'gh is not logged in', script: 'echo "no oauth token" >&2; exit 1' },
    { title: 'gh says nothing', script: 'exit 0' },
  ])('names the three ways if $title', async ({ script }) => {
    if (script !== null) await installGh(script);
    else env = { ...env, PATH: join(folder, 'bin') };

    const failure = resolveToken(options());

    await expect(failure).rejects.toMatchObject({ name: 'GitHubUnauthorized', retryable: false });
    await expect(failure).rejects.toMatchObject({
      hint: expect.stringMatching(/GITHUB_TOKEN.*token_file.*gh auth login/),
    });
  });

  it.each([0o644, 0o640, 0o604])('refuses a file that others may read (%o)', async (mode) => {
    await writeToken('from-file', mode);

    const failure = resolveToken(options({ tokenFile }));

    await expect(failure).rejects.toMatchObject({ name: 'GitHubUnauthorized', hint: `Run: chmod 600 '${tokenFile}'` });
    await expect(failure).rejects.toThrow(mode.toString(8));
  });

  it.each([
    { title: 'is missing', text: null },
    { title: 'is empty', text: ' \n' },
    { title: 'has several lines', text: 'first-secret\nsecond-secret\n' },
    { title: 'has control characters', text: 'secret\u0000' },
    { title: 'is far too long', text: 'secret'.repeat(1_000) },
  ])('says which file cannot be used, and nothing of what is in it, if it $title', async ({ text }) => {
    if (text !== null) await writeToken(text);
    await installGh('echo from-gh');

    const failure = resolveToken(options({ tokenFile }));

    await expect(failure).rejects.toMatchObject({ name: 'GitHubUnauthorized' });
    await expect(failure).rejects.toThrow(tokenFile);
    await expect(failure).rejects.not.toThrow('secret');
  });

  it('refuses a GITHUB_TOKEN that a header cannot carry, without repeating it', async () => {
    const failure = resolveToken(options({ env: { ...env, GITHUB_TOKEN: 'one-secret\r\nx-injected: yes' } }));

    await expect(failure).rejects.toMatchObject({ name: 'GitHubUnauthorized' });
    await expect(failure).rejects.not.toThrow('secret');
  });
});

describe('tokenSource', () => {
  it('reads a renewed token after a minute, and not before', async () => {
    let now = 1_000;
    const source = tokenSource(options({ tokenFile }), () => now);
    await writeToken('old');
    const first = await source();
    await writeToken('new');

    now += 59_000;
    const within = await source();
    now += 2_000;
    const after = await source();

    expect([first, within, after]).toEqual(['old', 'old', 'new']);
  });

  it('does not keep a failure', async () => {
    const source = tokenSource(options({ tokenFile }));
    await expect(source()).rejects.toMatchObject({ name: 'GitHubUnauthorized' });
    await writeToken('now-there');

    expect(await source()).toBe('now-there');
  });
});
