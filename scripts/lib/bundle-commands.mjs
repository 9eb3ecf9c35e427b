import { readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fromRoot } from './paths.mjs';
import { run } from './run.mjs';

/** Commands that `src/cli/main.ts` runs as they were compiled. */
const longCommands = ['up', 'worker', 'demo', 'doctor', 'init', 'agents'];

const folder = fromRoot('dist/src/cli');

/**
 * Makes of the commands that answer and end what they load: small files (see `src/cli/quick.ts`) for help, and one file
 * with what V8 has compiled of it (see `src/cli/cached.ts`) for everything else.
 */
export async function bundleCommands() {
  const { build: bundle } = await import('esbuild');
  /** @satisfies {import('esbuild').BuildOptions} */
  const common = {
    metafile: true,
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'error',
    plugins: [{ name: 'less of Temporal’s API', setup: (bundling) => bundling.onLoad({ filter: apiFile }, lessOfApi) }],
    external: longCommands.map((name) => join(folder, 'commands', `${name}.js`)),
  };
  const [split, whole] = await Promise.all([
    bundle({
      ...common,
      // Not quick.js itself: the compiler, which writes only what has changed, would leave the last bundle there.
      entryPoints: { quick: join(folder, 'run.js') },
      outdir: folder,
      chunkNames: 'quick-[hash]',
      splitting: true,
      format: 'esm',
      banner: { js: commonJsInModules.join('') },
      define: { __filename: 'ghwFile', __dirname: 'ghwFolder', navigator: 'ghwNavigator' },
    }),
    bundle({
      ...common,
      entryPoints: [join(folder, 'run.js')],
      outfile: join(folder, 'quick-all.cjs'),
      format: 'cjs',
      banner: { js: `const ghwUrl = require('node:url').pathToFileURL(__filename).href;${navigator}` },
      define: { 'import.meta.url': 'ghwUrl', 'import.meta.dirname': '__dirname', navigator: 'ghwNavigator' },
    }),
  ]);
  const written = [split, whole].flatMap(({ metafile }) => Object.keys(metafile.outputs).map((path) => basename(path)));
  // With them goes what was compiled of the last ones: it must never be taken for a part of these.
  for (const file of readdirSync(folder)) {
    if (isPartOfCommands(file) && !written.includes(file)) rmSync(join(folder, file));
  }
  await run(process.execPath, [fromRoot('scripts/lib/warm-commands.mjs')]);
}

// As newer Nodes have it: without it, pg looks at the web's classes, which Node then loads.
const navigator = "const ghwNavigator = { userAgent: 'Node.js' };";

/** Modules that are CommonJS know where they are, and ask for Node's own by `require`. */
const commonJsInModules = [
  "import { createRequire as ghwRequire } from 'node:module';",
  "import { dirname as ghwDirname } from 'node:path';",
  "import { fileURLToPath as ghwPath } from 'node:url';",
  'const require = ghwRequire(import.meta.url);',
  'const ghwFile = ghwPath(import.meta.url);',
  'const ghwFolder = ghwDirname(ghwFile);',
  navigator,
];

const apiFile = /@temporalio[/\\]proto[/\\]protos[/\\]json-module\.js$/;

/**
 * Temporal's client makes a class of every message that there is, each time it starts. A third of them are the worker's own
 * and those of Temporal Cloud's administration, of which no command knows.
 *
 * @param {{ path: string }} file
 * @returns {Promise<import('esbuild').OnLoadResult>}
 */
async function lessOfApi({ path }) {
  const text = await readFile(path, 'utf8');
  const [, before, json, after] = /^(.*\.addJSON\()(\{.*\})(\).*)$/s.exec(text) ?? [];
  if (json === undefined) throw new Error(`${path} has another form than it had: see bundleCommands.`);
  const api = JSON.parse(json);
  delete api.coresdk;
  delete api.temporal.nested.api.nested.cloud;
  // A string is read faster than what it stands for.
  return { contents: `${before}JSON.parse(${JSON.stringify(JSON.stringify(api))})${after}`, loader: 'js' };
}

/** @param {string} file */
export function isPartOfCommands(file) {
  return basename(file).startsWith('quick-');
}
