import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cruise } from 'dependency-cruiser';
import { rules } from './rules.ts';

const root = join(import.meta.dirname, '..', '..');

/** What breaks a rule in the sources below a folder, as `rule: from -> to`. */
async function violationsIn(baseDir: string, folders: readonly string[]): Promise<string[]> {
  const { output } = await cruise([...folders], {
    baseDir,
    ruleSet: { forbidden: [...rules] },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'node', 'default'] },
  });
  if (typeof output === 'string') throw new Error(output);
  if (output.summary.totalCruised === 0) throw new Error(`There are no sources in ${baseDir}.`);
  return output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
}

describe('the import graph', () => {
  it('points inward everywhere', async () => {
    expect(await violationsIn(root, ['src', 'test', 'bench'])).toEqual([]);
  });
});

describe('the rules of the import graph', () => {
  let planted: string;

  beforeEach(async () => {
    planted = await mkdtemp(join(tmpdir(), 'ghw-imports-'));
    await symlink(join(root, 'node_modules'), join(planted, 'node_modules'));
  });

  afterEach(async () => {
    await rm(planted, { recursive: true, force: true });
  });

  /** Writes files, each with the import statements it is to have. */
  async function plant(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(planted, path)), { recursive: true });
      await writeFile(join(planted, path), `${text}\nexport const here = 1;\nexport interface Shape { a: 1 }\n`);
    }
  }

  it.each([
    ['domain depends inward', 'src/domain/a.ts', 'src/github/b.ts'],
    ['workflows depends inward', 'src/workflows/issue/a.ts', 'src/github/b.ts'],
    ['workflows know activities as types only', 'src/workflows/a.ts', 'src/activities/b.ts'],
    ['workflows know no schemas', 'src/workflows/a.ts', 'src/domain/schemas/b.ts'],
    ['client depends inward', 'src/client/a.ts', 'src/workspace/b.ts'],
    ['client depends inward', 'src/client/a.ts', 'src/workflows/issue/b.ts'],
    ['github depends inward', 'src/github/a.ts', 'src/activities/b.ts'],
    ['agents depends inward', 'src/agents/a.ts', 'src/workflows/protocol.ts'],
    ['activities depends inward', 'src/activities/a.ts', 'src/cli/b.ts'],
    ['activities depends inward', 'src/activities/a.ts', 'src/workflows/issue/b.ts'],
    ['workers depends inward', 'src/workers/a.ts', 'src/cli/b.ts'],
    ['src never imports test or bench', 'src/cli/a.ts', 'test/peers/b.ts'],
  ])('refuse by "%s" that %s imports %s', async (rule, from, to) => {
    const specifier = `${'../'.repeat(from.split('/').length - 1)}${to}`;
    await plant({ [from]: `import { here as other } from '${specifier}';\nexport const used = other;`, [to]: '' });

    expect(await violationsIn(planted, ['src'])).toContain(`${rule}: ${from} -> ${to}`);
  });

  it('refuse a cycle, also one of types', async () => {
    await plant({
      'src/domain/a.ts': "import type { Shape as B } from './b.ts';\nexport type UsesB = B;",
      'src/domain/b.ts': "import type { Shape as A } from './a.ts';\nexport type UsesA = A;",
    });

    expect(await violationsIn(planted, ['src'])).toContain('no cycles: src/domain/a.ts -> src/domain/b.ts');
  });

  it('refuse an import that leads nowhere', async () => {
    await plant({ 'src/cli/a.ts': "import { gone } from './gone.ts';\nexport const used = gone;" });

    expect(await violationsIn(planted, ['src'])).toContain('everything resolves: src/cli/a.ts -> ./gone.ts');
  });

  it('let a workflow know the types of an activity', async () => {
    await plant({
      'src/workflows/a.ts': "import type { Shape as B } from '../activities/b.ts';\nexport type UsesB = B;",
      'src/activities/b.ts': '',
    });

    expect(await violationsIn(planted, ['src'])).toEqual([]);
  });
});
