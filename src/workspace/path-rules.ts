/** Characters that HFS+ leaves out of account when it compares names, as git lists them in `utf8.c`. */
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;

/** True if some file system takes this file name for `.git`: in any case, with HFS+ padding, or in NTFS's spellings. */
export function isGitName(name: string): boolean {
  return name
    .normalize('NFC')
    .replace(ignoredByHfs, '')
    .split('\\')
    .some((part) => /^(?:\.git|git~\d+)[. ]*(?::.*)?$/is.test(part));
}

/** What is wrong with a path inside a repository, for the reader; null if nothing is. */
export function pathProblem(path: string): string | null {
  const parts = path.split('/');
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is absolute';
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'holds an empty, "." or ".." part';
  if (parts.some(isGitName)) return 'holds a part that a file system takes for .git';
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(path)) return 'holds control or invisible characters';
  if (path.includes('\ufffd')) return 'is not UTF-8';
  if (path.includes('\\')) return 'holds a backslash';
  if (parts.some((part) => Buffer.byteLength(part) > 255)) return 'holds a name of more than 255 bytes';
  return null;
}

/**
 * What is wrong with a symbolic link's target; null if it stays in the repository.
 *
 * @param path - of the link, relative to the repository.
 */
export function linkProblem(path: string, target: string): string | null {
  if (target === '') return 'points nowhere';
  if (target.startsWith('/') || /^[A-Za-z]:/.test(target) || target.includes('\\')) return 'points to an absolute path';
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.some(isGitName)) return 'points into a git directory';
  const up = parts.findIndex((part) => part !== '..');
  const leading = up < 0 ? parts.length : up;
  if (leading > path.split('/').length - 1) return 'points outside the repository';
  // What comes before a later ".." may itself be a link, and then ".." leads elsewhere than the text says.
  if (parts.slice(leading).includes('..')) return 'goes up again after going down';
  return null;
}

/** For the reader: a path on one line, whatever is in it. */
export function shownPath(path: string): string {
  const plain = path.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => {
    return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  });
  return plain.length <= 200 ? plain : `${plain.slice(0, 200)}…`;
}

/** One expression for patterns with `*`, `?` and `**`, as in `.github/workflows/**`; case does not matter. */
export function pathMatcher(patterns: readonly string[]): (path: string) => boolean {
  const expressions = patterns.map((pattern) => new RegExp(`^${translated(pattern)}$`, 'iu'));
  return (path) => expressions.some((expression) => expression.test(path));
}

function translated(pattern: string): string {
  return pattern
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((piece) => wildcards[piece] ?? piece.replace(/[\\^$.|+()[\]{}/]/g, '\\$&'))
    .join('');
}

const wildcards: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
