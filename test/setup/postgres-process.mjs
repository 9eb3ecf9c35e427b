import { spawn } from 'node:child_process';

/**
 * PostgreSQL refuses to run as root. This runs it as somebody else, and ends it when it is told to end.
 *
 * Arguments: user id, group id, program, its own arguments.
 */
const [uid, gid, file, ...args] = process.argv.slice(2);
const isRoot = process.getuid?.() === 0;
const child = spawn(file ?? '', args, {
  stdio: 'inherit',
  // Its working directory must be one that it may enter.
  cwd: '/',
  ...(isRoot ? { uid: Number(uid), gid: Number(gid) } : {}),
});
// "Fast": without waiting for clients to go.
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT'])) process.on(signal, () => child.kill('SIGINT'));
child.on('error', () => process.exit(127));
child.on('exit', (code) => process.exit(code ?? 1));
