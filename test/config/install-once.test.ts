import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { installOnce, installedDirectory, isInstalled } from '../../src/config/install-once.ts';

let cache: string;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'ghw-cache-'));
});

afterEach(async () => {
  await rm(cache, { recursive: true, force: true });
});

describe('installOnce', () => {
  it('fills the directory at the first call and only finds it at the second', async () => {
    let fills = 0;
    const fill = async (directory: string): Promise<void> => {
      fills += 1;
      await writeFile(join(directory, 'tool'), 'content');
    };

    const first = await installOnce('tool/1.0', fill, { cache });
    const second = await installOnce('tool/1.0', fill, { cache });

    expect(first).toBe(installedDirectory('tool/1.0', { cache }));
    expect(second).toBe(first);
    expect(fills).toBe(1);
    expect(await readFile(join(first, 'tool'), 'utf8')).toBe('content');
  });

  it('fills once when many ask at the same moment', async () => {
    let fills = 0;
    const fill = async (directory: string): Promise<void> => {
      fills += 1;
      await sleep(200);
      await writeFile(join(directory, 'tool'), String(fills));
    };

    const found = await Promise.all([1, 2, 3].map(() => installOnce('tool/1.0', fill, { cache })));

    expect(fills).toBe(1);
    expect(new Set(found).size).toBe(1);
  });

  it('keeps nothing of an installation that fails, so that the next one starts clean', async () => {
    const half = async (directory: string): Promise<void> => {
      await writeFile(join(directory, 'half'), '');
      throw new Error('no space left');
    };

    await expect(installOnce('tool/1.0', half, { cache })).rejects.toThrow('no space left');

    expect(await isInstalled('tool/1.0', { cache })).toBe(false);
    expect(await readdir(join(cache, 'tool'))).toEqual([]);
  });

  it('removes what a killed installation left behind', async () => {
    await mkdir(join(cache, 'tool', '.1.0-killed'), { recursive: true });

    await installOnce('tool/1.0', (directory) => writeFile(join(directory, 'tool'), ''), { cache });

    expect(await readdir(join(cache, 'tool'))).toEqual(['1.0']);
  });
});
