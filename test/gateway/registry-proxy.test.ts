import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mayReach, openRegistryProxy, type RegistryProxy } from '../../src/gateway/registry-proxy.ts';

let directory: string;
let socketPath: string;
let registry: Server;
let port: number;
let proxy: RegistryProxy;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ghw-proxy-'));
  socketPath = join(directory, 'registry.sock');
  registry = createServer((socket) => socket.end('a package'));
  await new Promise<void>((done) => registry.listen(0, '127.0.0.1', done));
  ({ port } = registry.address() as AddressInfo);
  proxy = await openRegistryProxy(socketPath, [`localhost:${port.toString()}`]);
});

afterEach(async () => {
  await proxy.close();
  registry.close();
  await rm(directory, { recursive: true });
});

/** Asks for a tunnel. @returns the status, and what came through */
function tunnel(target: string): Promise<{ status: number; said: string }> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, method: 'CONNECT', path: target });
    asking.once('error', reject);
    asking.once('connect', (answer, socket: Socket, head: Buffer) => {
      let said = head.toString();
      socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
      socket.once('close', () => resolve({ status: answer.statusCode ?? 0, said }));
      socket.on('error', () => undefined);
    });
    asking.end();
  });
}

describe('the proxy for package registries', () => {
  it('leads to a host that is named, and to no other port or address of the same machine', async () => {
    const named = await tunnel(`localhost:${port.toString()}`);
    const others = await Promise.all([`127.0.0.1:${port.toString()}`, 'localhost:443', 'nonsense'].map(tunnel));

    expect(named).toEqual({ status: 200, said: 'a package' });
    expect(others.map(({ status }) => status)).toEqual([403, 403, 403]);
  });

  it('passes nothing on that is not a tunnel', async () => {
    const status = await new Promise((resolve, reject) => {
      request({ socketPath, path: `http://localhost:${port.toString()}/` }, (answer) => resolve(answer.statusCode))
        .once('error', reject)
        .end();
    });

    expect(status).toBe(403);
  });

  it.each([
    ['registry.example.org:443', true],
    ['REGISTRY.example.org:443', true],
    ['registry.example.org:80', false],
    ['a.files.example.org:443', true],
    ['files.example.org:443', false],
    ['evilfiles.example.org:443', false],
    ['registry.example.org.evil.test:443', false],
    ['user@registry.example.org:443', false],
    ['[::1]:443', false],
    ['registry.example.org', false],
  ])('may reach %s: %s', (target, allowed) => {
    expect(mayReach(target, ['registry.example.org', '*.files.example.org'])).toBe(allowed);
  });
});
