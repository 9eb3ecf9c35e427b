import { describe, expect, it } from '@jest/globals';
import { repositoryIn } from '../../src/cli/repository-word.ts';

function on(webUrl: string) {
  return (word: string): Promise<string> => repositoryIn(word, () => Promise.resolve(webUrl));
}

describe('the word for a repository', () => {
  it.each([
    'octo/hello',
    'https://github.com/octo/hello',
    'http://github.com/octo/hello/',
    'https://github.com/octo/hello.git',
    'https://someone@github.com/octo/hello.git',
    'https://GitHub.com/octo/hello/issues/42?x=1#y',
    'git@github.com:octo/hello.git',
    'ssh://git@github.com/octo/hello.git',
  ])('may be %s', async (word) => {
    expect(await on('https://github.com')(word)).toBe('octo/hello');
  });

  it('may be an address on a GitHub with a port or a path', async () => {
    expect(await on('http://127.0.0.1:3000')('http://127.0.0.1:3000/octo/hello')).toBe('octo/hello');
    expect(await on('https://git.example.test/github')('https://git.example.test/github/octo/hello')).toBe(
      'octo/hello',
    );
  });

  it('asks where GitHub is only for an address', async () => {
    expect(await repositoryIn('octo/hello', () => Promise.reject(new Error('not needed')))).toBe('octo/hello');
  });

  it.each([
    ['https://gitlab.com/octo/hello', '"https://gitlab.com/octo/hello" is not on github.com.'],
    ['https://github.com/octo', 'A repository must be owner/repo'],
    ['https://github.com/../x', 'A repository must be owner/repo'],
    ['octo', 'A repository must be owner/repo'],
    ['file:///etc/passwd', 'A repository must be owner/repo'],
  ])('is refused: %s', async (word, message) => {
    await expect(on('https://github.com')(word)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining(message) as unknown,
    });
  });
});
