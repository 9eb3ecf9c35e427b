import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script, constants } from 'node:vm';
import type { run } from './run.ts';

/** Every command that answers and ends, in one file that the build makes of `run.ts` and of all that it needs. */
export const commandsFile = join(import.meta.dirname, 'quick-all.cjs');

/** What V8 has compiled of that file; of no use to another V8. */
export const cacheFile = join(import.meta.dirname, `quick-all-${process.versions.v8}-${process.arch}.cache`);

interface Commands {
  readonly run: typeof run;
}

/**
 * The commands without the time that compiling them takes, which is most of what a command needs.
 *
 * @returns undefined where the build was made by another Node: load `quick.ts` then
 */
export function cachedCommands(): Commands | undefined {
  const cache = readCache();
  if (cache === undefined) return undefined;
  const script = compileCommands(cache);
  return script.cachedDataRejected === true ? undefined : startCommands(script);
}

/** Compiles the commands, with the help of what was compiled before. */
export function compileCommands(cachedData?: Buffer): Script {
  // The bundler writes nothing but ASCII.
  const source = readFileSync(commandsFile, 'latin1');
  return new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: commandsFile,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
}

/** Runs what was compiled, as Node runs a file of its own. */
export function startCommands(script: Script): Commands {
  const module = { exports: {} as Commands };
  const start = script.runInThisContext() as (...given: readonly unknown[]) => void;
  start(module.exports, createRequire(import.meta.url), module, commandsFile, import.meta.dirname);
  return module.exports;
}

function readCache(): Buffer | undefined {
  try {
    return readFileSync(cacheFile);
  } catch {
    return undefined;
  }
}
