import './lib/node-version.mjs';
import { rmSync } from 'node:fs';
import { fromRoot } from './lib/paths.mjs';
import { report, runTool } from './lib/run.mjs';

// The types of the programmatic interface, for the published package.
try {
  rmSync(fromRoot('dist/types'), { recursive: true, force: true });
  await runTool('typescript/bin/tsc', ['-p', 'tsconfig.types.json']);
} catch (error) {
  report(error);
  process.exitCode = 1;
}
