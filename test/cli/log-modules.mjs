// Given to Node with --import: every module of Node's own that was loaded is written, one a line, to standard error.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  /** @type {{ moduleLoadList?: string[] }} Node's own, which its types do not know. */
  const { moduleLoadList = [] } = /** @type {any} */ (process);
  for (const name of moduleLoadList) writeSync(2, `module ${name.split(' ').at(-1)}\n`);
});
