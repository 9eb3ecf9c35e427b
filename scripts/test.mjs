import './lib/node-version.mjs';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runGates } from './lib/gates.mjs';
import { fromRoot } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { handOver, report } from './lib/run.mjs';
import { ensureTemporal } from './lib/temporal.mjs';

/** Everything, or, with arguments for Jest, only what they select and no gates. */
const selection = process.argv.slice(2);

/**
 * Runs Jest.
 *
 * @returns {Promise<{ passed: number, failed: number }>}
 */
async function runJest() {
  const directory = mkdtempSync(join(tmpdir(), 'ghw-jest-'));
  const outputFile = join(directory, 'results.json');
  try {
    const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const jest = [fromRoot('node_modules/jest/bin/jest.js'), '--rootDir', fromRoot()];
    const code = await handOver([...node, ...jest, '--json', '--outputFile', outputFile, ...selection]);
    const results = JSON.parse(readFileSync(outputFile, 'utf8'));
    // A file that cannot even be loaded has no test to count.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    return { passed: results.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const total = { passed: 0, failed: 0 };
try {
  await prepare();
  const parts = selection.length === 0 ? [runGates] : [];
  await ensureTemporal();
  for (const part of [...parts, runJest]) {
    const { passed, failed } = await part();
    total.passed += passed;
    total.failed += failed;
  }
} catch (error) {
  report(error);
  total.failed += 1;
}
// Scripts read this line; it stays the last one.
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
