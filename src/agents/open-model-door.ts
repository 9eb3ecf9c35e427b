import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelProvider } from '../gateway/apis/api.ts';
import { openGateway } from '../gateway/gateway.ts';
import type { ModelCall } from '../gateway/serve-call.ts';
import type { Door, Sandbox } from '../sandbox/sandbox.ts';
import type { ModelDoor } from './adapter.ts';
import type { SpendMeter } from './spend-meter.ts';

/** The gateway of one run, and how it is reached from where the agent is. */
export interface OpenDoor {
  readonly model: ModelDoor;
  /** What the cage needs for it. */
  readonly doors: readonly Door[];
  close(): Promise<void>;
}

export interface DoorOptions {
  readonly sandbox: Sandbox;
  readonly meter: SpendMeter;
  readonly onCall: (call: ModelCall) => void;
  readonly onLimit: () => void;
}

/** The same in every cage, so that what a CLI remembers of it stays true. */
const PORT = 8787;

/** For an agent that asks no model. */
export const noDoor: OpenDoor = { model: { baseUrl: '', token: '' }, doors: [], close: () => Promise.resolve() };

/** In a cage the agent sees a port of its own loopback; without one, the gateway is on the host's. */
export async function openModelDoor(provider: ModelProvider, options: DoorOptions): Promise<OpenDoor> {
  const { sandbox, ...rest } = options;
  if (sandbox.kind !== 'bubblewrap') {
    const { port, token, close } = await openGateway({ provider, ...rest });
    return { model: { baseUrl: addressOf(port ?? 0), token }, doors: [], close };
  }
  const directory = await mkdtemp(join(tmpdir(), 'ghw-door-'));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const socketPath = join(directory, 'model.sock');
    const { token, close } = await openGateway({ provider, socketPath, ...rest });
    if (sandbox.user !== null) await chown(socketPath, sandbox.user, sandbox.user);
    return {
      model: { baseUrl: addressOf(PORT), token },
      doors: [{ port: PORT, socket: socketPath }],
      close: async () => {
        await close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function addressOf(port: number): string {
  return `http://127.0.0.1:${port.toString()}`;
}
