import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script, constants } from 'node:vm';

/**
 * What the build makes one file of each, with all that it needs: to find, read and compile a thousand small files takes
 * longer than most commands.
 */
export type BundleName = 'help' | 'answers' | 'workers' | 'workflow-thread';

const folder = join(import.meta.dirname, '..', '..', 'bundles');

function bundleFile(name: BundleName): string {
  return join(folder, `${name}.cjs`);
}

/** What V8 has compiled of a bundle; of no use to another V8. */
export function bundleCacheFile(name: BundleName): string {
  return join(folder, `${name}-${process.versions.v8}-${process.arch}.cache`);
}

/** A bundle that V8 has, but that has not run yet. */
export interface CompiledBundle<T> {
  readonly script: Script;
  /** Runs it, as Node runs a file of its own. @returns what it exports */
  start(): T;
}

/** Has a bundle compiled: from the build's cache, if this is the V8 that made it and has the same flags. */
export function compileBundle<T>(name: BundleName, options: { readonly cached: boolean }): CompiledBundle<T> {
  const filename = bundleFile(name);
  // The bundler writes nothing but ASCII.
  const source = readFileSync(filename, 'latin1');
  const cachedData = options.cached ? readCache(name) : undefined;
  const script = new Script(source, {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const start = (): T => {
    const module = { exports: {} as T };
    const run = script.runInThisContext() as (...given: readonly unknown[]) => void;
    run(module.exports, createRequire(filename), module, filename, folder);
    return module.exports;
  };
  return { script, start };
}

function readCache(name: BundleName): Buffer | undefined {
  try {
    return readFileSync(bundleCacheFile(name));
  } catch {
    return undefined;
  }
}
