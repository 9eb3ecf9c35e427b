import { describe, expect, it } from '@jest/globals';
import { isGitName, linkProblem, pathMatcher, pathProblem, shownPath } from '../../src/workspace/path-rules.ts';

describe('isGitName', () => {
  it.each([
    '.git',
    '.GIT',
    '.git.',
    '.git ',
    '.git. .',
    'git~1',
    'GIT~2',
    '.g\u200cit',
    '\ufeff.git',
    '.git:stream',
    'a\\.git',
  ])('takes %j for a git directory', (name) => expect(isGitName(name)).toBe(true));

  it.each([
    '.gitignore',
    '.gitattributes',
    '.github',
    'git',
    'x.git',
    '.git-blame-ignore-revs',
    'git~x',
    '.gitmodules',
  ])('leaves %j alone', (name) => expect(isGitName(name)).toBe(false));
});

describe('pathProblem', () => {
  it.each([
    '/a',
    'a//b',
    'a/../b',
    './a',
    'a/.git/b',
    'c:/a',
    'a\nb',
    'a\u202eb',
    'a\\b',
    'a\ufffdb',
    `${'x'.repeat(256)}/a`,
  ])('finds something wrong with %j', (path) => expect(pathProblem(path)).not.toBeNull());

  it.each(['a', '.github/x.yml', 'ünï/码 x.txt', '-a', 'a..b/...', 'x.git/a', 'ab:c', '👍🏽.md'])(
    'lets %j pass',
    (path) => expect(pathProblem(path)).toBeNull(),
  );
});

describe('linkProblem', () => {
  it.each([
    ['link', '/etc/passwd'],
    ['link', '..'],
    ['a/b/link', '../../../x'],
    ['a/link', '../b/../x'],
    ['link', './.git/config'],
    ['link', ''],
    ['link', 'c:\\x'],
  ])('refuses %s to %j', (path, target) => expect(linkProblem(path, target)).not.toBeNull());

  it.each([
    ['link', 'a'],
    ['link', '.'],
    ['a/b/link', '../../x/y'],
    ['a/b/link', '../..'],
    ['link', 'a/./b//c'],
  ])('lets %s to %j pass', (path, target) => expect(linkProblem(path, target)).toBeNull());
});

describe('pathMatcher', () => {
  it.each([
    ['.github/workflows/**', '.github/workflows/a/b.yml', true],
    ['.github/workflows/**', '.GITHUB/Workflows/a.yml', true],
    ['.github/workflows/**', 'x/.github/workflows/a.yml', false],
    ['**/CLAUDE.md', 'CLAUDE.md', true],
    ['**/CLAUDE.md', 'a/b/claude.md', true],
    ['**/CLAUDE.md', 'a/NOTCLAUDE.md', false],
    ['**/CLAUDE.md', 'CLAUDEXmd', false],
    ['*.lock', 'a.lock', true],
    ['*.lock', 'a/b.lock', false],
    ['a?c', 'abc', true],
    ['a[b]', 'a[b]', true],
    ['**/.claude/**', '.claude/x', true],
  ])('%s and %s: %s', (pattern, path, matches) => expect(pathMatcher([pattern])(path)).toBe(matches));
});

it('shows any path on one line', () => {
  expect(shownPath('a\nb\u001b[31m\u202e')).toBe('a\\u{a}b\\u{1b}[31m\\u{202e}');
  expect(shownPath('x'.repeat(300))).toHaveLength(201);
});
