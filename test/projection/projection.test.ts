import { execFileSync } from 'node:child_process';
import { mkdirSync, rmdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GhwError } from '../../src/domain/errors.ts';
import { createProjection, type IssueProjection } from '../../src/projection/projection.ts';
import { anInput, aPlan, filesBelow, temporaryFolder } from './support.ts';

const STAMP = '2026-01-02T03-04-05-000Z';
const ISSUE_FILES = [`.plan-${STAMP}.yaml`, '.updated-at', 'description.md', `plan-${STAMP}.md`];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let warnings: GhwError[];
let projection: IssueProjection;

function projectionIn(root: string): IssueProjection {
  return createProjection({ root, warn: (warning) => warnings.push(warning) });
}

beforeEach(async () => {
  folder = await temporaryFolder();
  warnings = [];
  projection = projectionIn(folder.path);
});
afterEach(() => folder.remove());

function pathOf(...names: readonly string[]): string {
  return join(folder.path, 'octo', 'hello', '42', ...names);
}

describe('writing the files of issues', () => {
  it('makes a folder per issue, and says until when a repository is known', async () => {
    await projection.write(anInput());
    await projection.writeRepository('octo/hello', '2026-01-02T03:04:05.000Z');

    expect(await filesBelow(folder.path)).toEqual(
      [...ISSUE_FILES.map((name) => `octo/hello/42/${name}`).sort(), 'octo/hello/.updated-at'].sort(),
    );
    expect(await readFile(join(folder.path, 'octo', 'hello', '.updated-at'), 'utf8')).toBe(
      '2026-01-02T03:04:05.000Z\n',
    );
    expect(warnings).toEqual([]);
  });

  it('takes two spellings for one repository, and a similar name for another', async () => {
    await projection.write(anInput({ repository: 'Octo/Hello' }));
    await projection.write(anInput({ repository: 'octo/hello' }));
    await projection.write(anInput({ repository: 'my-octo/hello' }));

    expect(await readdir(folder.path)).toEqual(['my-octo', 'octo']);
    expect(await readdir(join(folder.path, 'octo'))).toEqual(['hello']);
  });

  it.each(['../x', 'octo/..', 'octo/../x', '/etc/x', 'octo', 'octo/hello/more', 'octo/he\u0000llo', '-x/../y', ''])(
    'writes nothing for a repository called %j',
    async (repository) => {
      await projection.write(anInput({ repository }));

      expect(await filesBelow(folder.path)).toEqual([]);
      expect(warnings).toMatchObject([{ name: 'InvalidInput' }]);
    },
  );

  it.each([0, -1, 1.5, Number.NaN, 2 ** 40])('writes nothing for an issue number %d', async (number) => {
    await projection.write(anInput({ number }));

    expect(await filesBelow(folder.path)).toEqual([]);
    expect(warnings).toMatchObject([{ name: 'InvalidInput' }]);
  });

  it('leaves files that are right untouched', async () => {
    await projection.write(anInput());
    const old = new Date('2020-01-01');
    for (const name of ISSUE_FILES) await utimes(pathOf(name), old, old);

    await projection.write(anInput({ at: '2026-01-05T00:00:00.000Z' }));

    for (const name of ISSUE_FILES) {
      const isTime = name === '.updated-at';
      expect({ name, touched: (await stat(pathOf(name))).mtimeMs !== old.getTime() }).toEqual({
        name,
        touched: isTime,
      });
    }
  });

  it('leaves files that people added alone', async () => {
    await projection.write(anInput());
    await writeFile(pathOf('notes.md'), 'mine');
    await mkdir(pathOf('drafts'));

    await projection.write(anInput({ body: 'Another text.', at: '2026-01-05T00:00:00.000Z' }));

    expect(await readFile(pathOf('notes.md'), 'utf8')).toBe('mine');
    expect(await readdir(pathOf())).toContain('drafts');
  });

  it('keeps what somebody wrote into a plan beside the plan', async () => {
    await projection.write(anInput());
    await writeFile(pathOf(`plan-${STAMP}.md`), '# My own plan\n');

    await projection.write(anInput());

    expect(await readFile(pathOf(`plan-${STAMP}.md`), 'utf8')).toBe(aPlan().text);
    const [kept] = (await readdir(pathOf())).filter((name) => name.includes('.edited-'));
    expect(await readFile(pathOf(kept ?? ''), 'utf8')).toBe('# My own plan\n');
  });

  it('does not go back to an older view', async () => {
    await projection.write(anInput({ body: 'new', at: '2026-01-05T00:00:00.000Z' }));
    await projection.write(anInput({ body: 'old', at: '2026-01-04T00:00:00.000Z' }));

    expect(await readFile(pathOf('description.md'), 'utf8')).toContain('\nnew\n');
  });

  it('leaves whole files, and no others, behind many writers at once', async () => {
    const writers = [projection, projectionIn(folder.path), projectionIn(folder.path)];
    const bodies = Array.from({ length: 60 }, (_, index) => `${String(index)} `.repeat(20_000));

    await Promise.all(bodies.map((body, index) => (writers[index % 3] ?? projection).write(anInput({ body }))));

    const text = await readFile(pathOf('description.md'), 'utf8');
    const shown = /# Greet\n\n(\d+) /.exec(text)?.[1];
    expect(text.trimEnd().endsWith((bodies[Number(shown)] ?? '?').trim())).toBe(true);
    expect((await readdir(pathOf())).sort()).toEqual(ISSUE_FILES);
    expect(warnings).toEqual([]);
  });

  it('replaces a link that stands in a file’s place, and follows none', async () => {
    const victim = join(folder.path, 'victim');
    await writeFile(victim, 'precious');
    await mkdir(pathOf(), { recursive: true });
    await symlink(victim, pathOf('description.md'));

    await projection.write(anInput());

    expect(await readFile(victim, 'utf8')).toBe('precious');
    expect(await readFile(pathOf('description.md'), 'utf8')).toContain('# Greet');
  });

  it('refuses a folder that is a link, and goes on with other issues', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'ghw-outside-'));
    await symlink(outside, join(folder.path, 'octo'));

    await projection.write(anInput());
    await projection.write(anInput({ repository: 'ana/hello' }));

    expect(await readdir(outside)).toEqual([]);
    expect(warnings).toMatchObject([{ name: 'InvalidConfiguration', message: expect.stringContaining('a link') }]);
    expect(await readdir(join(folder.path, 'ana', 'hello', '42'))).toContain('description.md');
    await rm(outside, { recursive: true });
  });

  it('warns once while nothing can be written, and again when that comes back', async () => {
    const blocked = join(folder.path, 'a-file');
    await writeFile(blocked, '');
    const stuck = projectionIn(blocked);

    await stuck.write(anInput());
    await stuck.write(anInput({ number: 43 }));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ name: 'InvalidConfiguration', hint: expect.stringContaining('issues_path') });

    await rm(blocked);
    await stuck.write(anInput());
    await rm(blocked, { recursive: true });
    await writeFile(blocked, '');
    await stuck.write(anInput());
    expect(warnings).toHaveLength(2);
  });
});

const tiny = tinyDisk();
afterAll(() => {
  if (tiny === undefined) return;
  execFileSync('umount', [tiny]);
  rmdirSync(tiny);
});

(tiny === undefined ? describe.skip : describe)('on a full disk', () => {
  it('warns once, leaves no halves, and is right again when there is room', async () => {
    const root = join(tiny ?? '', 'issues');
    const onTiny = projectionIn(root);
    await onTiny.write(anInput());
    const before = await readFile(join(root, 'octo/hello/42/description.md'), 'utf8');

    const later = anInput({ body: 'x'.repeat(2_000_000), at: '2026-01-05T00:00:00.000Z' });
    await onTiny.write(later);
    await onTiny.write(later);

    expect(warnings).toMatchObject([{ name: 'DiskFull' }]);
    expect(await readFile(join(root, 'octo/hello/42/description.md'), 'utf8')).toBe(before);
    expect((await readdir(join(root, 'octo/hello/42'))).sort()).toEqual(ISSUE_FILES);

    await onTiny.write(anInput({ body: 'short', at: '2026-01-06T00:00:00.000Z' }));
    expect(await readFile(join(root, 'octo/hello/42/description.md'), 'utf8')).toContain('\nshort\n');
  });
});

/** A disk of 256 KiB, where the system lets us mount one. */
function tinyDisk(): string | undefined {
  const path = join(tmpdir(), `ghw-tiny-${String(process.pid)}`);
  try {
    mkdirSync(path, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    rmdirSync(path);
    return undefined;
  }
}
