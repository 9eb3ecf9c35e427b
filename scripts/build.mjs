import './lib/node-version.mjs';
import { prepare } from './lib/prepare.mjs';
import { report } from './lib/run.mjs';

try {
  await prepare();
} catch (error) {
  report(error);
  process.exitCode = 1;
}
