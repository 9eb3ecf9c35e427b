import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SpendMeter } from '../agents/spend-meter.ts';
import { createAdmission } from './admission.ts';
import { anthropicApi } from './apis/anthropic.ts';
import type { ApiName, ModelApi, ModelProvider } from './apis/api.ts';
import { googleApi } from './apis/google.ts';
import { openaiApi } from './apis/openai.ts';
import { serveCall, type GatewayLimits, type ModelCall } from './serve-call.ts';

/** Stands between one run and its model: holds the key, lets the model's paths through, and counts what passes. */
export interface ModelGateway {
  /** Of this run alone. What an agent shows as its key; worth nothing anywhere else. */
  readonly token: string;
  /** Where it listens on loopback; null for a socket. */
  readonly port: number | null;
  readonly close: () => Promise<void>;
}

export interface GatewayOptions {
  readonly provider: ModelProvider;
  readonly meter: SpendMeter;
  /** Path of a Unix socket to listen on; without one, a port of loopback is taken. */
  readonly socketPath?: string;
  /** Called for every call that reached the provider. */
  readonly onCall?: (call: ModelCall) => void;
  /** Called when a call was refused because the limit is reached. */
  readonly onLimit?: () => void;
  readonly limits?: Partial<GatewayLimits>;
}

const usual: GatewayLimits = { bodyBytes: 64 * 1024 * 1024, connections: 32, requestMs: 120_000, silenceMs: 900_000 };
const HEADER_BYTES = 32 * 1024;

const apis: Readonly<Record<ApiName, ModelApi>> = { anthropic: anthropicApi, openai: openaiApi, google: googleApi };

/** @throws Error if it cannot listen */
export async function openGateway(options: GatewayOptions): Promise<ModelGateway> {
  const { provider, meter, socketPath } = options;
  const limits = { ...usual, ...options.limits };
  const token = `ghw-run-${randomBytes(24).toString('hex')}`;
  const api = apis[provider.api];
  const admission = createAdmission(meter);
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES, requestTimeout: limits.requestMs },
    (request, response) => {
      const call = { api, provider, meter, admission, limits, isOurs: showsToken(request, token), ...hooks(options) };
      serveCall(call, request, response).catch(() => response.destroy());
    },
  );
  server.maxConnections = limits.connections;
  server.on('clientError', (_error, socket) => socket.destroy());
  server.listen(socketPath === undefined ? { host: '127.0.0.1', port: 0 } : { path: socketPath });
  await once(server, 'listening');
  return {
    token,
    port: socketPath === undefined ? (server.address() as AddressInfo).port : null,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function hooks({ onCall, onLimit }: GatewayOptions) {
  return { onCall: (call: ModelCall) => onCall?.(call), onLimit: () => onLimit?.() };
}

/** However this API's clients send their key. */
function showsToken({ headers, url }: IncomingMessage, token: string): boolean {
  const query = new URLSearchParams(url?.split('?')[1] ?? '');
  const shown = [
    headers['x-api-key'],
    headers.authorization?.replace(/^Bearer /i, ''),
    headers['x-goog-api-key'],
    query.get('key'),
  ];
  return shown.some((candidate) => typeof candidate === 'string' && isSame(candidate, token));
}

function isSame(shown: string, token: string): boolean {
  const [a, b] = [Buffer.from(shown), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
