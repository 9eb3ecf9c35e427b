import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fromRoot } from './paths.mjs';
import { runTool } from './run.mjs';
import { digestOf, unlessDone } from './sources.mjs';
import { step } from './step.mjs';

const sources = ['src', 'test/peers', 'bench', 'types', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Commands that `src/cli/main.ts` runs as they were compiled. */
const longCommands = ['up', 'worker', 'demo', 'doctor', 'init', 'agents'];

const templates = 'src/agents/prompts/templates';

/** Tells from which sources `dist` was built. */
const stamp = 'dist/.built-from';

/** Compiles to `dist` unless that was done for the sources as they are. */
export async function ensureBuilt() {
  await unlessDone(stamp, digestOf([...sources, 'scripts/lib/build.mjs']), build);
}

async function build() {
  await step('Building', async (say) => {
    if (!existsSync(fromRoot(stamp))) forgetBuild();
    // A build that fails half-way is no build, neither for these sources nor for those before.
    mkdirSync(fromRoot('dist'), { recursive: true });
    writeFileSync(fromRoot(stamp), 'unfinished');
    removeOrphans();
    say("Building: types from GitHub's schema");
    await runTool('gql.tada/bin/cli.js', ['generate', 'output']);
    say('Building: compiling');
    await runTool('typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
    // Prompts are texts that the compiler does not know.
    cpSync(fromRoot(templates), fromRoot('dist', templates), { recursive: true });
    say('Building: bundling workflows');
    await bundleWorkflows();
    say('Building: bundling commands');
    await bundleCommands();
    const cli = fromRoot('dist/src/cli/main.js');
    if (existsSync(cli)) chmodSync(cli, 0o755);
  });
}

/** The compiler writes only what has changed since its own record; without a finished build that record is not true. */
function forgetBuild() {
  rmSync(fromRoot('dist'), { recursive: true, force: true });
  rmSync(fromRoot('node_modules/.cache/tsc/build.tsbuildinfo'), { force: true });
}

/** Removes what was compiled from a source that is gone: it would still run, and be published. */
function removeOrphans() {
  for (const folder of ['src', 'test/peers', 'bench'].filter((path) => existsSync(fromRoot('dist', path)))) {
    for (const file of readdirSync(fromRoot('dist', folder), { recursive: true, encoding: 'utf8' })) {
      const source = join(folder, file.replace(/\.js(\.map)?$/, '.ts'));
      // What is bundled is used until the next bundle is there.
      if (isPartOfCommands(file)) continue;
      if (!existsSync(fromRoot(source))) rmSync(fromRoot('dist', folder, file), { recursive: true, force: true });
    }
  }
}

/** Workers load the bundle instead of making it: half a second to the first task instead of one and a half. */
async function bundleWorkflows() {
  const workflowsPath = fromRoot('dist/src/workflows/index.js');
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const quiet = { trace() {}, debug() {}, info() {}, log() {}, warn: console.warn, error: console.error };
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: quiet });
  await writeFile(fromRoot('dist/workflow-bundle.js'), code);
}

/** What a command loads as files of its own: see `src/cli/quick.ts`. */
async function bundleCommands() {
  const { build: bundle } = await import('esbuild');
  const folder = fromRoot('dist/src/cli');
  // Modules that are CommonJS know where they are, and ask for Node's own by `require`.
  const commonJs = [
    "import { createRequire as ghwRequire } from 'node:module';",
    "import { dirname as ghwDirname } from 'node:path';",
    "import { fileURLToPath as ghwPath } from 'node:url';",
    'const require = ghwRequire(import.meta.url);',
    'const ghwFile = ghwPath(import.meta.url);',
    'const ghwFolder = ghwDirname(ghwFile);',
    // As newer Nodes have it: without it, pg looks at the web's classes, which Node then loads.
    "const ghwNavigator = { userAgent: 'Node.js' };",
  ];
  const { metafile } = await bundle({
    metafile: true,
    // Not quick.js itself: the compiler, which writes only what has changed, would leave the last bundle there.
    entryPoints: { quick: join(folder, 'run.js') },
    outdir: folder,
    chunkNames: 'quick-[hash]',
    allowOverwrite: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'error',
    banner: { js: commonJs.join('') },
    define: { __filename: 'ghwFile', __dirname: 'ghwFolder', navigator: 'ghwNavigator' },
    plugins: [{ name: 'less of Temporal’s API', setup: (bundling) => bundling.onLoad({ filter: apiFile }, lessOfApi) }],
    external: longCommands.map((name) => join(folder, 'commands', `${name}.js`)),
  });
  const written = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
  for (const file of readdirSync(folder)) {
    if (isPartOfCommands(file) && !written.has(file)) rmSync(join(folder, file));
  }
}

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
function isPartOfCommands(file) {
  return basename(file).startsWith('quick-');
}
