import './lib/node-version.mjs';
import { fromRoot } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { handOver, report } from './lib/run.mjs';
import { ensureTemporal } from './lib/temporal.mjs';

try {
  await prepare();
  await ensureTemporal();
  process.exitCode = await handOver([fromRoot('dist/bench/run.js'), ...process.argv.slice(2)]);
} catch (error) {
  report(error);
  process.exitCode = 1;
}
