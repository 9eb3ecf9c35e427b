import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { fromRoot } from './paths.mjs';

/**
 * Runs commands once, in vain, and keeps what V8 has compiled for them. A process of its own: what it has loaded is what is
 * kept.
 */
/** @type {typeof import('../../src/cli/cached.ts')} */
const { cacheFile, compileCommands, startCommands } = await import(
  pathToFileURL(fromRoot('dist/src/cli/cached.js')).href
);

const home = mkdtempSync(join(tmpdir(), 'ghw-warm-'));
// Stands for a Temporal: it answers every call with "unimplemented".
const server = createServer();
server.on('stream', (stream) => {
  stream.on('error', () => undefined);
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': 12 }, { endStream: true });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
const address = server.address();
const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
try {
  const file = join(home, 'config.yaml');
  writeFileSync(file, `temporal: { address: '127.0.0.1:${port}' }\nrepositories: [{ name: octo/hello }]\n`);
  const env = { HOME: home, DATABASE_URL: 'postgresql://127.0.0.1:9/none', GHW_CONFIG: file };
  const script = compileCommands();
  const { run } = startCommands(script);
  for (const line of ['plans approve octo/hello#1', 'issues list', 'status', 'config validate', 'work status']) {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    stdin.end();
    stdout.resume();
    stderr.resume();
    await run(line.split(' '), { stdin, stdout, stderr, env });
  }
  writeFileSync(`${cacheFile}.new`, script.createCachedData());
  renameSync(`${cacheFile}.new`, cacheFile);
} finally {
  server.close();
  rmSync(home, { recursive: true, force: true });
}
process.exit();
