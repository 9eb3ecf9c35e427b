import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { joinCommand, splitCommand } from '../../src/workspace/split-command.ts';
import { findValidationCommands, type ValidationSource } from '../../src/workspace/validation-commands.ts';

let tree: string;
beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), 'ghw-tree-'));
});
afterEach(() => rm(tree, { recursive: true, force: true }));

function source(
  base: Record<string, string>,
  programs: readonly string[] = ['npm', 'pnpm', 'make', 'cargo', 'go', 'pytest'],
) {
  return {
    readBase: (path) => Promise.resolve(base[path] ?? null),
    tree,
    hasProgram: (name) => Promise.resolve(programs.includes(name)),
  } satisfies ValidationSource;
}

async function installed(path: string): Promise<void> {
  await mkdir(dirname(join(tree, path)), { recursive: true });
  await writeFile(join(tree, path), '');
}

const packageJson = (more: object) =>
  JSON.stringify({ scripts: { test: 'jest', lint: 'eslint .', build: 'tsc' }, ...more });

describe('findValidationCommands', () => {
  it('takes what is configured, and nothing else', async () => {
    const found = source({ 'package.json': packageJson({}) });
    expect(await findValidationCommands(['npm test', ['go', 'test', './a b']], found)).toEqual([
      ['npm', 'test'],
      ['go', 'test', './a b'],
    ]);
    expect(await findValidationCommands([], found)).toEqual([]);
  });

  it('finds the scripts of package.json, run by the manager whose lock file is there', async () => {
    expect(await findValidationCommands(null, source({ 'package.json': packageJson({}) }))).toEqual([
      ['npm', 'run', 'lint'],
      ['npm', 'run', 'test'],
    ]);
    const pnpm = source({ 'package.json': packageJson({}), 'pnpm-lock.yaml': '' });
    expect(await findValidationCommands(null, pnpm)).toContainEqual(['pnpm', 'run', 'test']);
  });

  it('leaves scripts out that need packages nobody installed', async () => {
    const base = source({ 'package.json': packageJson({ devDependencies: { jest: '1' } }) });
    expect(await findValidationCommands(null, base)).toEqual([]);
    await installed('node_modules/jest/package.json');
    expect(await findValidationCommands(null, base)).toHaveLength(2);
  });

  it('reads the base commit and not the tree, so that an agent cannot switch its checks off', async () => {
    await writeFile(join(tree, 'package.json'), '{"scripts":{}}');
    expect(await findValidationCommands(null, source({ 'package.json': packageJson({}) }))).toHaveLength(2);
    expect(await findValidationCommands(null, source({}))).toEqual([]);
  });

  it.each([
    [
      'the script that npm init writes',
      { 'package.json': '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' },
    ],
    ['a package.json that is none', { 'package.json': 'nonsense' }],
    ['scripts that are none', { 'package.json': '{"scripts":7}' }],
    ['a Makefile without such a target', { Makefile: 'test := x\nbuild:\n\tcc\n' }],
    ['a pyproject without pytest', { 'pyproject.toml': '[project]\nname = "x"\n' }],
    ['modules that are not vendored', { 'go.mod': 'module x\n\nrequire (\n\ta/b v1\n)\n' }],
    ['crates that are not there', { 'Cargo.toml': '', 'Cargo.lock': '[[package]]\nsource = "x"\n' }],
  ])('finds nothing in %s', async (_what, base) => {
    expect(await findValidationCommands(null, source(base as Record<string, string>))).toEqual([]);
  });

  it.each([
    [{ Makefile: 'all:\n\ntest: all\n\tgo test\n' }, [['make', 'test']]],
    [{ Makefile: 'lint check test:\n' }, [['make', 'check']]],
    [{ Makefile: 'check := 1\ntest: a b\n' }, [['make', 'test']]],
    [{ 'Cargo.toml': '', 'Cargo.lock': '[[package]]\nname = "x"\n' }, [['cargo', 'test', '--offline']]],
    [
      { 'go.mod': 'module x\n' },
      [
        ['go', 'vet', './...'],
        ['go', 'test', './...'],
      ],
    ],
    [{ 'pyproject.toml': '[tool.pytest.ini_options]\n' }, [['pytest', '-q']]],
    [{ 'pytest.ini': '' }, [['pytest', '-q']]],
  ])('finds the commands of %j', async (base, commands) => {
    expect(await findValidationCommands(null, source(base as Record<string, string>))).toEqual(commands);
  });

  it('leaves out what this place has no program for', async () => {
    expect(await findValidationCommands(null, source({ 'go.mod': 'module x\n' }, []))).toEqual([]);
  });
});

describe('splitCommand', () => {
  it.each([
    ['npm test', ['npm', 'test']],
    ['  a   b\tc ', ['a', 'b', 'c']],
    [`a 'b c' "d 'e'" f\\ g ''`, ['a', 'b c', "d 'e'", 'f g', '']],
    [`"say \\"hi\\" \\n"`, ['say "hi" \\n']],
    [`sh -c 'a && b | c'`, ['sh', '-c', 'a && b | c']],
  ])('splits %s', (text, words) => {
    expect(splitCommand(text)).toEqual(words);
    expect(splitCommand(joinCommand(words))).toEqual(words);
  });

  it.each(['', '   ', "''", 'a && b', 'a | b', 'a; b', 'a > b', 'a $HOME', 'a `b`', 'a *', "a 'b", 'a \\', 'a\nb'])(
    'refuses %j',
    (text) => {
      expect(() => splitCommand(text)).toThrow(expect.objectContaining({ name: 'InvalidConfiguration' }));
    },
  );
});
