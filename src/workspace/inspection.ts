import type { ChangeConcern } from '../domain/change.ts';
import { listDifferences, type FileDifference } from './change-files.ts';
import { git } from './git.ts';
import { linkProblem, pathMatcher, pathProblem, shownPath } from './path-rules.ts';
import { parseAddedLines, scanAddedLines, type SecretPlace } from './secret-scan.ts';

/** What a change may come to before a person has to look at it. */
export interface ChangeLimits {
  readonly maxFiles: number;
  /** Bytes that all files together add. */
  readonly maxAddedBytes: number;
  readonly maxFileBytes: number;
}

export const defaultChangeLimits: ChangeLimits = {
  maxFiles: 300,
  maxAddedBytes: 10 * 1024 ** 2,
  maxFileBytes: 5 * 1024 ** 2,
};

/**
 * Files that decide what runs with whose rights, or what the next agent believes. `*` and `?` stay within a directory,
 * `**` does not; case does not matter.
 */
export const defaultProtectedPaths: readonly string[] = [
  '.github/workflows/**',
  '.github/actions/**',
  '.github/dependabot.y*ml',
  '**/CODEOWNERS',
  '**/CLAUDE.md',
  '**/CLAUDE.local.md',
  '**/AGENTS.md',
  '**/AGENTS.override.md',
  '**/GEMINI.md',
  '**/.claude/**',
  '**/.codex/**',
  '**/.gemini/**',
  '**/.opencode/**',
  '**/opencode.json*',
  '**/.cursor/**',
  '**/.cursorrules',
  '**/.mcp.json',
  '.github/copilot-instructions.md',
  '.github/instructions/**',
  '.github/agents/**',
  '.github/prompts/**',
  '.husky/**',
  '.githooks/**',
  '.devcontainer/**',
];

/** GitHub takes no larger file: https://docs.github.com/repositories/working-with-files/managing-large-files */
const LARGEST_GITHUB_FILE = 100 * 1024 ** 2;
/** What is looked through for secrets, in bytes of added lines; the rest is told to a person. */
const MAX_SCANNED_BYTES = 64 * 1024 ** 2;
/** How many files or places a concern names. */
const MAX_NAMED = 10;

export interface Inspection {
  readonly gitDir: string;
  readonly baseOid: string;
  readonly headOid: string;
  readonly limits: ChangeLimits;
  readonly protectedPaths: readonly string[];
  readonly knownSecrets: readonly string[];
}

/** What stands against publishing the commits `baseOid..headOid` of a clean repository. */
export async function inspectCommits(inspection: Inspection): Promise<ChangeConcern[]> {
  const { gitDir, baseOid, headOid, limits } = inspection;
  const files = await listDifferences(gitDir, baseOid, headOid, 'ignore');
  const sizes = await sizesOf(gitDir, files);
  return [
    ...countConcerns(files, limits),
    ...sizeConcerns(files, sizes, limits),
    ...pathConcerns(files),
    ...(await caseConcerns(inspection, files)),
    ...(await linkConcerns(gitDir, files)),
    ...submoduleConcerns(files),
    ...protectedConcerns(files, inspection.protectedPaths),
    ...(await secretConcerns(inspection)),
  ];
}

function countConcerns(files: readonly FileDifference[], { maxFiles }: ChangeLimits): ChangeConcern[] {
  if (files.length <= maxFiles) return [];
  return [
    needsPerson('too_many_files', `${files.length.toString()} files change; the limit is ${maxFiles.toString()}.`),
  ];
}

/** Sizes of all blobs that a change takes away or brings, in bytes. */
async function sizesOf(gitDir: string, files: readonly FileDifference[]): Promise<(oid: string) => number> {
  const oids = new Set(files.filter((file) => !isSubmodule(file)).flatMap((file) => [file.oldOid, file.newOid]));
  const { stdout } = await git(['cat-file', '--batch-check=%(objectname) %(objectsize)'], {
    gitDir,
    stdin: [...oids].filter((oid) => !/^0+$/.test(oid)).join('\n'),
  });
  const sizes = new Map(
    stdout
      .toString('utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .map(([oid = '', size = '']) => [oid, Number(size)] as const),
  );
  return (oid) => sizes.get(oid) ?? 0;
}

function sizeConcerns(
  files: readonly FileDifference[],
  sizeOf: (oid: string) => number,
  limits: ChangeLimits,
): ChangeConcern[] {
  const concerns: ChangeConcern[] = [];
  let added = 0;
  for (const file of files) {
    const size = sizeOf(file.newOid);
    // What is binary is stored anew as a whole.
    const grown = file.additions === null ? size : Math.max(0, size - sizeOf(file.oldOid));
    added += grown;
    if (grown === 0 || size <= limits.maxFileBytes) continue;
    const told = `${shownPath(file.path)} has ${megabytes(size)}`;
    if (size > LARGEST_GITHUB_FILE) concerns.push(refused('too_large', `${told}; GitHub takes no such file.`));
    else concerns.push(needsPerson('too_large', `${told}; the limit for a file is ${megabytes(limits.maxFileBytes)}.`));
  }
  if (added <= limits.maxAddedBytes) return concerns;
  const total = `The change adds ${megabytes(added)}; the limit is ${megabytes(limits.maxAddedBytes)}.`;
  return [...concerns, needsPerson('too_large', total)];
}

function pathConcerns(files: readonly FileDifference[]): ChangeConcern[] {
  return files
    .filter((file) => file.status !== 'D')
    .flatMap(({ path }) => {
      const problem = pathProblem(path);
      return problem === null ? [] : [refused('unsafe_path', `The path ${shownPath(path)} ${problem}.`)];
    });
}

/** Names that a file system without regard to case cannot hold side by side. */
async function caseConcerns(
  { gitDir, headOid }: Inspection,
  files: readonly FileDifference[],
): Promise<ChangeConcern[]> {
  const added = new Set(files.filter((file) => file.status === 'A').map((file) => file.path));
  if (added.size === 0) return [];
  const { stdout } = await git(['ls-tree', '-r', '-t', '-z', '--name-only', headOid], { gitDir });
  const byFolded = new Map<string, string[]>();
  for (const path of stdout.toString('utf8').split('\0')) {
    const folded = path.normalize('NFC').toLowerCase();
    byFolded.set(folded, [...(byFolded.get(folded) ?? []), path]);
  }
  return [...byFolded.values()]
    .filter((same) => same.length > 1 && same.some((path) => added.has(path) || holdsOneOf(path, added)))
    .map((same) => refused('unsafe_path', `Only case tells apart ${same.map(shownPath).join(' and ')}.`));
}

function holdsOneOf(directory: string, paths: ReadonlySet<string>): boolean {
  return [...paths].some((path) => path.startsWith(`${directory}/`));
}

async function linkConcerns(gitDir: string, files: readonly FileDifference[]): Promise<ChangeConcern[]> {
  const concerns: ChangeConcern[] = [];
  for (const { path, newMode, newOid } of files) {
    if (newMode !== '120000') continue;
    const { stdout, truncated } = await git(['cat-file', 'blob', newOid], { gitDir, maxBytes: 4096 });
    const problem = truncated ? 'points to a very long path' : linkProblem(path, stdout.toString('utf8'));
    if (problem !== null) concerns.push(refused('unsafe_symlink', `The symbolic link ${shownPath(path)} ${problem}.`));
  }
  return concerns;
}

function submoduleConcerns(files: readonly FileDifference[]): ChangeConcern[] {
  return files.flatMap((file) => {
    const path = shownPath(file.path);
    if (file.newMode === '160000') return [refused('submodule', `${path} becomes a submodule.`)];
    if (file.oldMode === '160000') return [needsPerson('submodule', `The submodule ${path} goes away.`)];
    return file.path === '.gitmodules' ? [needsPerson('submodule', '.gitmodules changes.')] : [];
  });
}

function protectedConcerns(files: readonly FileDifference[], patterns: readonly string[]): ChangeConcern[] {
  const isProtected = pathMatcher(patterns);
  return files
    .filter(({ path }) => isProtected(path))
    .map(({ path }) => needsPerson('protected_file', `${shownPath(path)} is a protected file.`));
}

/** Every commit is looked through, not only their sum: a secret that a later commit removes is published all the same. */
async function secretConcerns({ gitDir, baseOid, headOid, knownSecrets }: Inspection): Promise<ChangeConcern[]> {
  const shape = ['--format=', '--patch', '--unified=0', '--text', '--no-prefix', '--no-color', '--no-renames'];
  const safe = ['--no-ext-diff', '--no-textconv'];
  const { stdout, truncated } = await git(['log', ...shape, ...safe, `${baseOid}..${headOid}`, '--'], {
    gitDir,
    maxBytes: MAX_SCANNED_BYTES,
  });
  const places: SecretPlace[] = [];
  for (const added of parseAddedLines(stdout.toString('utf8'))) {
    places.push(...(await scanAddedLines(added, knownSecrets)));
  }
  const told = new Set(
    places.map(
      ({ path, line, kind }) => `${shownPath(path)}:${line.toString()} holds what looks like a secret (${kind}).`,
    ),
  );
  const concerns = [...told].slice(0, MAX_NAMED).map((message) => needsPerson('secret', message));
  if (told.size > MAX_NAMED) {
    concerns.push(needsPerson('secret', `${(told.size - MAX_NAMED).toString()} more lines look like secrets.`));
  }
  if (truncated)
    concerns.push(needsPerson('secret', 'The change is too large to be looked through for secrets whole.'));
  return concerns;
}

function isSubmodule(file: FileDifference): boolean {
  return file.newMode === '160000' || file.oldMode === '160000';
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

function refused(kind: ChangeConcern['kind'], message: string): ChangeConcern {
  return { severity: 'refused', kind, message };
}

function needsPerson(kind: ChangeConcern['kind'], message: string): ChangeConcern {
  return { severity: 'needs_person', kind, message };
}
