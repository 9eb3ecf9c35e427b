/** Where the bridge is inside. */
export const BRIDGE_PATH = '/run/gh-worker/bridge.cjs';

/** Where the host's sockets are inside. */
export function doorPath(port: number): string {
  return `/run/gh-worker/${port.toString()}.sock`;
}

/**
 * The program that stands before a command which has doors: listens on loopback, leads each connection to the door's
 * socket, starts the command, hands signals on, and ends as the command ends. It needs nothing but Node, and lives in the
 * cage, where whoever changes it gains nothing.
 *
 * Arguments: `port=socket` for each door, `--`, the command.
 */
export const bridgeScript = `'use strict';
const { spawn } = require('node:child_process');
const net = require('node:net');

const args = process.argv.slice(2);
const doors = args.slice(0, args.indexOf('--')).map((door) => door.split('='));
const [file, ...rest] = args.slice(args.indexOf('--') + 1);

function lead(socket) {
  return (near) => {
    const far = net.connect({ path: socket, allowHalfOpen: true });
    for (const [one, other] of [[near, far], [far, near]]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
      one.pipe(other);
    }
  };
}

function start() {
  const child = spawn(file, rest, { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(file + ' could not be started: ' + error.code + '\\n');
    process.exit(127);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

let closed = doors.length;
for (const [port, socket] of doors) {
  const server = net.createServer({ allowHalfOpen: true }, lead(socket));
  server.on('error', (error) => {
    process.stderr.write('port ' + port + ' inside cannot be opened: ' + error.code + '\\n');
    process.exit(126);
  });
  server.listen(Number(port), '127.0.0.1', () => {
    closed -= 1;
    if (closed === 0) start();
  });
}
`;
