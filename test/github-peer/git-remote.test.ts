import { describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git, openPullRequest, repositoryName, startWorld, temporaryDirectory, tokens } from './support/world.ts';

async function cloneWith(token: string, url: string): Promise<string> {
  const directory = await temporaryDirectory();
  const cloned = await git(directory, ['clone', '--quiet', url, 'work'], token);
  expect(cloned.stderr).toBe('');
  return join(directory, 'work');
}

describe('the git remote', () => {
  it('lets a writer clone and push, and the pull request follows', async () => {
    const world = await startWorld();
    const work = await cloneWith(tokens.writer, world.github.repository(repositoryName).cloneUrl);
    await git(work, ['switch', '--quiet', '-c', 'topic']);
    await writeFile(join(work, 'a.txt'), 'a\n');
    await git(work, ['add', '.']);
    await git(work, ['commit', '--quiet', '-m', 'Add a']);
    const pushed = await git(work, ['push', 'origin', 'topic'], tokens.writer);
    expect(pushed).toMatchObject({ exitCode: 0 });
    const opened = await openPullRequest(world, { headRefName: 'topic' });
    expect(opened.headRefOid).toBe((await git(work, ['rev-parse', 'HEAD'])).stdout);
  });
});
