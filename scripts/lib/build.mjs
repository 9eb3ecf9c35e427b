import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBundles } from './bundles.mjs';
import { fromRoot } from './paths.mjs';
import { runTool } from './run.mjs';
import { digestOf, unlessDone } from './sources.mjs';
import { step } from './step.mjs';

const sources = ['src', 'test/peers', 'bench', 'types', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

const builders = [
  'build',
  'bundles',
  'bundle-plugins',
  'temporal-api',
  'warm-bundles',
  'warm-services',
  'warm-thread',
].map((name) => `scripts/lib/${name}.mjs`);

const templates = 'src/agents/prompts/templates';

/** Tells from which sources `dist` was built. */
const stamp = 'dist/.built-from';

/** Compiles to `dist` unless that was done for the sources as they are. */
export async function ensureBuilt() {
  await unlessDone(stamp, digestOf([...sources, ...builders]), build);
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
    await makeBundles();
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
  await writeFile(fromRoot('dist/workflow-bundle.js'), withoutSources(code));
}

/**
 * The map at the end of the bundle tells where a line comes from. The sources' own text, a third of it all, is only read and
 * handed to a thread whenever a worker starts.
 *
 * @param {string} code
 */
function withoutSources(code) {
  const prefix = '//# sourceMappingURL=data:application/json;charset=utf-8;base64,';
  const [, before, base64] =
    /^(.*\n)\/\/# sourceMappingURL=data:application\/json;charset=utf-8;base64,(\S+)\s*$/s.exec(code) ?? [];
  if (before === undefined || base64 === undefined) throw new Error('The bundle of workflows has no map at its end.');
  const { sourcesContent: _, ...map } = JSON.parse(Buffer.from(base64, 'base64').toString());
  return `${before}${prefix}${Buffer.from(JSON.stringify(map)).toString('base64')}`;
}
