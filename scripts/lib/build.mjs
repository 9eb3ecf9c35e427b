import { chmodSync, existsSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fromRoot } from './paths.mjs';
import { runTool } from './run.mjs';
import { digestOf, unlessDone } from './sources.mjs';
import { step } from './step.mjs';

const sources = ['src', 'test/peers', 'bench', 'types', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Compiles to `dist` unless that was done for the sources as they are. */
export async function ensureBuilt() {
  await unlessDone('dist/.built-from', digestOf([...sources, 'scripts/lib/build.mjs']), build);
}

async function build() {
  await step('Building', async (say) => {
    rmSync(fromRoot('dist'), { recursive: true, force: true });
    say("Building: types from GitHub's schema");
    await runTool('gql.tada/bin/cli.js', ['generate', 'output']);
    say('Building: compiling');
    // The compiler believes its own record of what it wrote; dist is new, so that record is not true any more.
    rmSync(fromRoot('node_modules/.cache/tsc/build.tsbuildinfo'), { force: true });
    await runTool('typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
    say('Building: bundling workflows');
    await bundleWorkflows();
    const cli = fromRoot('dist/src/cli/main.js');
    if (existsSync(cli)) chmodSync(cli, 0o755);
  });
}

/** Workers load the bundle instead of making it: half a second to the first task instead of one and a half. */
async function bundleWorkflows() {
  const workflowsPath = fromRoot('dist/src/workflows/index.js');
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const quiet = { trace() {}, debug() {}, info() {}, log() {}, warn: console.warn, error: console.error };
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: quiet });
  await writeFile(fromRoot('dist/workflow-bundle.js'), code);
}
