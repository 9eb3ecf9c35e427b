import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { splitCommand } from './split-command.ts';

/** A program and its arguments. */
export type ValidationCommand = readonly string[];

export interface ValidationSource {
  /** Reads a file of the base commit; null if there is none. Never the agent's: it must not switch its own checks off. */
  readonly readBase: (path: string) => Promise<string | null>;
  /** The tree in which the commands will run; only asked for what is installed there. */
  readonly tree: string;
  /** Whether the place in which the commands will run has this program. */
  readonly hasProgram: (name: string) => Promise<boolean>;
}

/** The scripts that check and do not change, cheapest first. */
const scriptNames = ['lint', 'typecheck', 'type-check', 'test'];

/**
 * The commands that validate a change. Configured ones are taken as they are (an empty list means none); without any, the
 * first of these that the base commit has and this host can run: scripts of `package.json` (lint, typecheck, test), a
 * Makefile's `check` or `test`, Cargo, Go modules, pytest. What needs dependencies that nobody has installed is left out,
 * for it would fail whatever the change is.
 *
 * @param configured - from the configuration; null to look in the project.
 * @throws GhwError `InvalidConfiguration` for a configured command that cannot be split.
 */
export async function findValidationCommands(
  configured: readonly (string | readonly string[])[] | null,
  source: ValidationSource,
): Promise<ValidationCommand[]> {
  if (configured) return configured.map((command) => (typeof command === 'string' ? splitCommand(command) : command));
  for (const find of [packageScripts, makeTargets, cargo, goModules, pytest]) {
    const commands = await find(source);
    if (commands.length > 0) return commands;
  }
  return [];
}

const scriptsSchema = z.object({
  scripts: z.record(z.string(), z.string()).catch({}),
  dependencies: z.record(z.string(), z.unknown()).catch({}),
  devDependencies: z.record(z.string(), z.unknown()).catch({}),
});

async function packageScripts(source: ValidationSource): Promise<ValidationCommand[]> {
  const found = scriptsSchema.safeParse(parsed(await source.readBase('package.json')));
  if (!found.success) return [];
  const { scripts, dependencies, devDependencies } = found.data;
  const needs = Object.keys({ ...dependencies, ...devDependencies }).length > 0;
  if (needs && !(await isThere(source.tree, 'node_modules'))) return [];
  const manager = await packageManager(source);
  if (!(await source.hasProgram(manager))) return [];
  return scriptNames.filter((name) => isRealScript(scripts[name])).map((name) => [manager, 'run', name]);
}

/** `npm init` writes a test script that only fails. */
function isRealScript(script: string | undefined): boolean {
  return script !== undefined && script.trim() !== '' && !script.includes('no test specified');
}

async function packageManager({ readBase }: ValidationSource): Promise<string> {
  const byLockFile = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bun', 'bun.lockb': 'bun' };
  for (const [file, manager] of Object.entries(byLockFile)) if ((await readBase(file)) !== null) return manager;
  return 'npm';
}

async function makeTargets({ readBase, hasProgram }: ValidationSource): Promise<ValidationCommand[]> {
  const text = (await readBase('GNUmakefile')) ?? (await readBase('makefile')) ?? (await readBase('Makefile'));
  if (text === null || !(await hasProgram('make'))) return [];
  const target = ['check', 'test'].find((name) => targetLine(name).test(text));
  return target === undefined ? [] : [['make', target]];
}

/** `check: …`, also among others as in `lint check: …`, but not `check := …`. */
function targetLine(name: string): RegExp {
  return new RegExp(`^(?:[^\\s:=#]+[ \\t]+)*${name}(?:[ \\t]+[^\\s:=#]+)*[ \\t]*:(?!=)`, 'm');
}

async function cargo({ readBase, hasProgram, tree }: ValidationSource): Promise<ValidationCommand[]> {
  if ((await readBase('Cargo.toml')) === null || !(await hasProgram('cargo'))) return [];
  const fromElsewhere = /^source\s*=/m.test((await readBase('Cargo.lock')) ?? '');
  if (fromElsewhere && !(await isThere(tree, 'vendor')) && !(await isThere(tree, 'target'))) return [];
  return [['cargo', 'test', '--offline']];
}

async function goModules({ readBase, hasProgram, tree }: ValidationSource): Promise<ValidationCommand[]> {
  const text = await readBase('go.mod');
  if (text === null || !(await hasProgram('go'))) return [];
  if (/^require\b/m.test(text) && !(await isThere(tree, 'vendor'))) return [];
  return [
    ['go', 'vet', './...'],
    ['go', 'test', './...'],
  ];
}

async function pytest({ readBase, hasProgram, tree }: ValidationSource): Promise<ValidationCommand[]> {
  const texts = await Promise.all(['pytest.ini', 'pyproject.toml', 'setup.cfg', 'tox.ini'].map(readBase));
  const [own, ...others] = texts;
  if ((own ?? null) === null && !others.some((text) => /^\[(?:tool[.:])?pytest/m.test(text ?? ''))) return [];
  if (await isThere(tree, '.venv/bin/pytest')) return [['.venv/bin/python', '-m', 'pytest', '-q']];
  return (await hasProgram('pytest')) ? [['pytest', '-q']] : [];
}

async function isThere(tree: string, name: string): Promise<boolean> {
  return await lstat(join(tree, name)).then(
    () => true,
    () => false,
  );
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}
