import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { demoSubject } from '../../../src/cli/demo/prepare.ts';
import { isRepositoryName } from '../../../src/domain/repository-name.ts';

const run = promisify(execFile);
let place: string;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'ghw-demo-'));
});
afterEach(() => rm(place, { recursive: true, force: true }));

function git(directory: string, ...args: string[]): Promise<unknown> {
  const identity = ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.test'];
  const env = { PATH: process.env.PATH, HOME: place, GIT_CONFIG_NOSYSTEM: '1' };
  return run('git', [...identity, '-C', directory, ...args], { env });
}

/** A repository with one commit on `branch`. */
async function repository(name: string, branch = 'trunk'): Promise<string> {
  const path = join(place, name);
  await mkdir(join(path, 'src'), { recursive: true });
  await git(path, 'init', '--quiet', '--initial-branch', branch);
  await writeFile(join(path, 'src', 'a.txt'), 'a\n');
  await git(path, 'add', '.');
  await git(path, 'commit', '--quiet', '--message', 'First');
  return path;
}

describe('the demonstration on a repository on disk', () => {
  it.each(['hello', 'with spaces', 'ünïcode', '.dotted', '-option', 'name.git', '日本語', 'a'.repeat(200)])(
    'has a name that GitHub would take for the folder %j',
    async (name) => {
      const path = await repository(name);

      const subject = await demoSubject({ repository: path });

      expect(isRepositoryName(subject.repository)).toBe(true);
      expect(subject).toMatchObject({ isSample: false, source: { fromGitRepository: path } });
    },
  );

  it('is on the whole of it from a folder inside, from a linked work tree, with a detached HEAD', async () => {
    const path = await repository('hello');
    await git(path, 'worktree', 'add', '--quiet', '--detach', join(place, 'linked'));

    const inside = await demoSubject({ repository: join(path, 'src') });
    const linked = await demoSubject({ repository: join(place, 'linked') });

    expect(inside).toMatchObject({ repository: 'octo/hello', source: { fromGitRepository: path } });
    expect(linked.source.fromGitRepository).toBe(join(place, 'linked'));
  });

  it('takes a bare one', async () => {
    const path = await repository('hello');
    await git(place, 'clone', '--quiet', '--bare', path, 'bare.git');

    expect(await demoSubject({ repository: join(place, 'bare.git') })).toMatchObject({
      repository: 'octo/bare',
      source: { fromGitRepository: join(place, 'bare.git') },
    });
  });

  it('says what is wrong with what is none', async () => {
    await mkdir(join(place, 'empty'));
    await git(join(place, 'empty'), 'init', '--quiet');
    await writeFile(join(place, 'file'), '');
    const refusal = async (name: string): Promise<string> =>
      demoSubject({ repository: join(place, name) }).then(
        () => 'none',
        (error: Error) => `${error.name}: ${error.message.replace(place, '~')}`,
      );

    expect(await refusal('empty')).toBe('InvalidInput: The repository at ~/empty has no commit yet.');
    expect(await refusal('file')).toBe('InvalidInput: ~/file is not a directory.');
    expect(await refusal('nowhere')).toBe('InvalidInput: ~/nowhere is not a directory.');
    expect(await refusal('.')).toMatch(/^InvalidInput: .* is not in a git repository\.$/);
  });
});
