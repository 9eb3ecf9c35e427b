import './lib/node-version.mjs';
import { runGates } from './lib/gates.mjs';
import { prepare } from './lib/prepare.mjs';
import { report } from './lib/run.mjs';

try {
  // The build writes the types that the queries are checked against.
  await prepare();
  const { failed } = await runGates();
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  report(error);
  process.exitCode = 1;
}
