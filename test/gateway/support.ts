import { request as requestHttp, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { createSpendMeter, type SpendMeter } from '../../src/agents/spend-meter.ts';
import type { ApiName } from '../../src/gateway/apis/api.ts';
import { openGateway, type GatewayOptions, type ModelGateway } from '../../src/gateway/gateway.ts';
import type { ModelCall } from '../../src/gateway/serve-call.ts';

/** The key that must never be on the agent's side. */
export const REAL_KEY = 'the-real-key-0123456789';

/** A dollar for each token that is read, and nothing for what is written: costs are easily told. */
export const dollarTokens = { models: {}, unknown: { input: 1_000_000, cached_input: 0, output: 0 } };

export interface TestGateway extends ModelGateway {
  readonly meter: SpendMeter;
  readonly calls: readonly ModelCall[];
  /** How often a call was refused for its cost. */
  readonly refused: () => number;
  ask(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export async function startGateway(
  api: ApiName,
  baseUrl: string,
  options: Partial<GatewayOptions> = {},
): Promise<TestGateway> {
  const calls: ModelCall[] = [];
  let refused = 0;
  const meter = options.meter ?? createSpendMeter({ prices: dollarTokens });
  const gateway = await openGateway({
    provider: { api, baseUrl, apiKey: REAL_KEY },
    onCall: (call) => calls.push(call),
    onLimit: () => (refused += 1),
    ...options,
    meter,
  });
  return {
    ...gateway,
    meter,
    calls,
    refused: () => refused,
    ask: async (path, body, headers = { authorization: `Bearer ${gateway.token}` }) => {
      const where = options.socketPath === undefined ? { port: gateway.port } : { socketPath: options.socketPath };
      return await post({ ...where, path, headers }, body);
    },
  };
}

interface Where {
  readonly port?: number | null;
  readonly socketPath?: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @param body - undefined for a GET */
export function post(where: Where, body: unknown): Promise<Reply> {
  const { port, socketPath, path, headers } = where;
  const method = body === undefined ? 'GET' : 'POST';
  const address = socketPath === undefined ? { host: '127.0.0.1', port: port ?? 0 } : { socketPath };
  return new Promise((resolve, reject) => {
    const outgoing = requestHttp({ ...address, path, method, headers, agent: false }, (answer) => {
      text(answer).then(
        (said) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: said }),
        reject,
      );
    });
    outgoing.once('error', reject);
    outgoing.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  });
}
