import './lib/node-version.mjs';
import { fromRoot } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { handOver, report } from './lib/run.mjs';
import { ensureTemporal } from './lib/temporal.mjs';

try {
  await prepare();
  await ensureTemporal();
  const demo = [fromRoot('dist/ghw.cjs'), 'demo', ...process.argv.slice(2)];
  // Where the person is, for npm changes to the checkout: `--repository ../mine` is meant from there.
  process.exitCode = await handOver(demo, process.env.INIT_CWD);
} catch (error) {
  report(error);
  process.exitCode = 1;
}
