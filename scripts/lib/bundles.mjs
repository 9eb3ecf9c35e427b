import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { knownAddresses, oneLanguage, placesOfOurs, placesOfTemporal } from './bundle-plugins.mjs';
import { fromRoot } from './paths.mjs';
import { run } from './run.mjs';
import { clientApi, workerApi } from './temporal-api.mjs';

const commands = fromRoot('dist/src/cli/commands');
const folder = fromRoot('dist/bundles');

/**
 * Makes the program `dist/ghw.cjs`, and the bundles that it and a worker's threads start from (see `src/start/bundle.ts`),
 * each with what V8 has compiled of it.
 */
export async function makeBundles() {
  /** @type {typeof import('../../src/cli/command-place.ts')} */
  const { longCommands } = await import(pathToFileURL(fromRoot('dist/src/cli/command-place.js')).href);
  const names = readdirSync(commands).filter((file) => file.endsWith('.js'));
  const ofCommand = (/** @type {string} */ file) => join(commands, file);
  const isLong = (/** @type {string} */ file) => longCommands.includes(basename(file, '.js'));
  const cli = fromRoot('dist/src/cli/run.js');
  mkdirSync(folder, { recursive: true });
  const ofWorkers = { plugins: [workerApi()] };
  const written = await Promise.all([
    bundle(fromRoot('dist/src/cli/main.js'), fromRoot('dist/ghw.cjs'), { external: [cli] }),
    // What a bundle leaves out, it would import as it was compiled; it never comes to that.
    bundle(cli, join(folder, 'help.cjs'), { external: names.map(ofCommand), hasShortNames: true }),
    bundle(cli, join(folder, 'answers.cjs'), {
      external: names.filter(isLong).map(ofCommand),
      plugins: [await clientApi()],
      hasShortNames: true,
    }),
    bundle(cli, join(folder, 'workers.cjs'), {
      external: names.filter((file) => !isLong(file)).map(ofCommand),
      ...ofWorkers,
    }),
    bundle(fromRoot('dist/src/workers/workflow-thread.js'), fromRoot('dist/workflow-thread.cjs')),
    bundle(
      fromRoot('node_modules/@temporalio/worker/lib/workflow/workflow-worker-thread.js'),
      join(folder, 'workflow-thread.cjs'),
      ofWorkers,
    ),
  ]);
  chmodSync(fromRoot('dist/ghw.cjs'), 0o755);
  // With them goes what was compiled of the last ones: it must never be taken for a part of these.
  for (const file of readdirSync(folder)) if (!written.includes(file)) rmSync(join(folder, file));
  await run(process.execPath, [fromRoot('scripts/lib/warm-bundles.mjs'), 'answering']);
  await run(process.execPath, [fromRoot('scripts/lib/warm-bundles.mjs'), 'working']);
}

/**
 * @param {string} entry
 * @param {string} outfile
 * @param {{ external?: readonly string[], plugins?: import('esbuild').Plugin[], hasShortNames?: boolean }} [options] -
 *   `external`: files to leave out; `hasShortNames`: less to read, for what says nothing of where an error happened
 * @returns {Promise<string>} the file's name
 */
async function bundle(entry, outfile, { external = [], plugins = [], hasShortNames = false } = {}) {
  const { build } = await import('esbuild');
  const isProgram = dirname(outfile) === fromRoot('dist');
  const dist = isProgram ? '__dirname' : "require('node:path').dirname(__dirname)";
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    minifyIdentifiers: hasShortNames,
    legalComments: 'none',
    logLevel: 'error',
    // The last is for services that somebody else would call.
    external: [...external, '@grpc/proto-loader'],
    plugins: [placesOfOurs, ...placesOfTemporal, oneLanguage, knownAddresses, ...plugins],
    banner: { js: `${isProgram ? '' : start}const ghwRequire=require,ghwDist=${dist};${places}${navigator}` },
    footer: { js: isProgram ? '' : '})' },
    define: { navigator: 'ghwNavigator' },
  });
  return basename(outfile);
}

// A bundle is a function, as Node makes one of each file that it runs: what is put around a large text makes a copy of it.
const start = '(function(exports,require,module,__filename,__dirname){';

const places = [
  "const ghwPath=(path)=>require('node:path').join(ghwDist,path);",
  "const ghwUrl=(path)=>require('node:url').pathToFileURL(ghwPath(path)).href;",
].join('');

// As newer Nodes have it: without it, pg looks at the web's classes, which Node then loads.
const navigator = "const ghwNavigator={userAgent:'Node.js'};";
