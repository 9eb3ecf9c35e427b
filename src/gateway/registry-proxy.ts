import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, isIP } from 'node:net';
import type { Duplex } from 'node:stream';

/** Leads from a cage to the hosts that the configuration names, and nowhere else. */
export interface RegistryProxy {
  close(): Promise<void>;
}

const HTTPS = 443;
const CONNECT_MS = 30_000;
const CONNECTIONS = 64;

/**
 * A proxy that knows CONNECT alone: what goes through it is encrypted between the tool and the registry.
 *
 * @param allowed - hosts, `*.` for any below one, with a port where it is not that of HTTPS
 */
export async function openRegistryProxy(socketPath: string, allowed: readonly string[]): Promise<RegistryProxy> {
  const server = createServer((_request, response) => response.writeHead(403).end('Only HTTPS goes through here.\n'));
  server.maxConnections = CONNECTIONS;
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('connect', (request, near) => lead(request.url ?? '', near, allowed));
  server.listen({ path: socketPath });
  await once(server, 'listening');
  const open = new Set<Duplex>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      // A connection that became a tunnel is not the server's any more.
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Whether a tool may go there. An address in numbers has to be named as it is. */
export function mayReach(target: string, allowed: readonly string[]): boolean {
  const found = parse(target);
  return found !== null && allowed.some((entry) => matches(entry, found));
}

interface Target {
  readonly host: string;
  readonly port: number;
}

function lead(target: string, near: Duplex, allowed: readonly string[]): void {
  near.on('error', () => near.destroy());
  const found = parse(target);
  if (found === null || !mayReach(target, allowed)) {
    near.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  const far = connect({ host: found.host, port: found.port, timeout: CONNECT_MS });
  far.once('connect', () => {
    far.setTimeout(0);
    near.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    near.pipe(far).pipe(near);
  });
  far.once('timeout', () => far.destroy());
  far.on('error', () => {
    if (far.connecting || far.bytesRead === 0) near.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
    else near.destroy();
  });
  far.on('close', () => near.destroy());
  near.on('close', () => far.destroy());
}

function parse(target: string): Target | null {
  const [, host = '', port = ''] = /^([a-z0-9.-]+):(\d{1,5})$/i.exec(target) ?? [];
  return host === '' ? null : { host: host.toLowerCase(), port: Number(port) };
}

function matches(entry: string, { host, port }: Target): boolean {
  const [name = '', entryPort = HTTPS.toString()] = entry.split(':');
  if (Number(entryPort) !== port) return false;
  if (!name.startsWith('*.')) return name === host;
  return isIP(host) === 0 && host.endsWith(name.slice(1)) && host.length >= name.length;
}
