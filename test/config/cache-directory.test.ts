import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cacheDirectory } from '../../src/config/cache-directory.ts';

describe('cacheDirectory', () => {
  it('is the directory named by GHW_CACHE_DIR, made absolute', () => {
    expect(cacheDirectory({ GHW_CACHE_DIR: 'some/place', XDG_CACHE_HOME: '/xdg' })).toBe(resolve('some/place'));
  });

  it('is below XDG_CACHE_HOME otherwise', () => {
    expect(cacheDirectory({ XDG_CACHE_HOME: '/xdg' })).toBe('/xdg/gh-worker');
  });

  it('is below ~/.cache when XDG_CACHE_HOME is absent, empty or relative', () => {
    const fallback = join(homedir(), '.cache', 'gh-worker');
    expect(cacheDirectory({})).toBe(fallback);
    expect(cacheDirectory({ XDG_CACHE_HOME: '' })).toBe(fallback);
    expect(cacheDirectory({ XDG_CACHE_HOME: 'relative' })).toBe(fallback);
  });
});
