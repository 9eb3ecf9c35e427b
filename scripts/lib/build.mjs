import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleCommands, isPartOfCommands } from './bundle-commands.mjs';
import { fromRoot } from './paths.mjs';
import { runTool } from './run.mjs';
import { digestOf, unlessDone } from './sources.mjs';
import { step } from './step.mjs';

const sources = ['src', 'test/peers', 'bench', 'types', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

const builders = ['build', 'bundle-commands', 'warm-commands'].map((name) => `scripts/lib/${name}.mjs`);

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
