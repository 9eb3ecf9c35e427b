import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';

interface Package {
  readonly version?: string;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe('package-lock.json', () => {
  let packages: Readonly<Record<string, Package>>;

  beforeAll(async () => {
    const text = await readFile(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8');
    ({ packages } = JSON.parse(text) as { packages: Readonly<Record<string, Package>> });
  });

  it('has every platform of every native package, or npm ci refuses it', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isInstalledFor(path, name)),
    );

    expect(missing).toEqual([]);
  });

  it('names no registry, so that everybody uses their own', () => {
    const addresses = Object.values(packages).flatMap(({ resolved }) => (resolved?.includes('://') ? [resolved] : []));

    expect(addresses).toEqual([]);
  });

  it('goes with exact versions in package.json', () => {
    const { dependencies = {}, devDependencies = {} } = packages[''] ?? {};

    for (const version of Object.values({ ...dependencies, ...devDependencies })) expect(version).toMatch(/^\d/);
  });

  /** True if Node would find it from there: in its own node_modules, or in one of a folder above. */
  function isInstalledFor(path: string, name: string): boolean {
    const folders = path.split('/node_modules/');
    const places = folders.map(
      (_, index) => `${folders.slice(0, index + 1).join('/node_modules/')}/node_modules/${name}`,
    );
    return [`node_modules/${name}`, ...places].some((place) => place in packages);
  }
});
