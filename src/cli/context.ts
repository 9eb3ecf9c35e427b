import { userInfo } from 'node:os';
import type { IssueClient } from '../client/issues.ts';
import type { TemporalClient } from '../client/connection.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { ConfigOptions } from '../config/location.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { type Io, isInteractive } from './io.ts';
import { Output } from './output.ts';

/** The options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly config?: string;
}

/** What a command works with. What is costly is loaded when it is asked for. */
export class CommandContext {
  readonly io: Io;
  readonly out: Output;
  readonly configOptions: ConfigOptions;
  readonly interactive: boolean;
  /** The code that the command ends with, unless it throws. */
  exitCode: ExitCode = exitCodes.ok;
  #config: Promise<LoadedConfig> | undefined;
  #temporal: Promise<TemporalClient> | undefined;
  #issues: IssueClient | undefined;
  #ledger: Promise<Ledger> | undefined;

  constructor(io: Io, options: CommonOptions) {
    this.io = io;
    this.out = new Output(io, { json: options.json ?? false });
    this.configOptions = { path: options.config, env: io.env };
    this.interactive = isInteractive(io) && !this.out.json;
  }

  /** @throws GhwError `InvalidConfiguration` */
  config(): Promise<LoadedConfig> {
    this.#config ??= this.#load();
    return this.#config;
  }

  /** @throws GhwError `TemporalUnreachable`, `InvalidConfiguration` */
  temporal(): Promise<TemporalClient> {
    // One who looks again may find what was not there before.
    this.#temporal ??= this.#connect().catch((error: unknown) => {
      this.#temporal = undefined;
      throw error;
    });
    return this.#temporal;
  }

  /** @throws GhwError `TemporalUnreachable`, `InvalidConfiguration` */
  async issues(): Promise<IssueClient> {
    const [{ IssueClient }, temporal, { config }] = await Promise.all([
      import('../client/issues.ts'),
      this.temporal(),
      this.config(),
    ]);
    // One for all: it remembers that a worker has answered.
    this.#issues ??= new IssueClient(temporal, { taskQueue: config.temporal.task_queue });
    return this.#issues;
  }

  /** @throws GhwError `LedgerUnreachable`, `LedgerFailed`, `InvalidConfiguration` */
  ledger(): Promise<Ledger> {
    this.#ledger ??= this.#open().catch((error: unknown) => {
      this.#ledger = undefined;
      throw error;
    });
    return this.#ledger;
  }

  /** Who asks, unless `--by` says otherwise: the name of this system's user. */
  get person(): string {
    try {
      return userInfo().username;
    } catch {
      // A container may run as a user that its system has no name for.
      return this.io.env.USER ?? 'someone';
    }
  }

  async close(): Promise<void> {
    const [temporal, ledger] = await Promise.all([
      this.#temporal?.catch(() => undefined),
      this.#ledger?.catch(() => undefined),
    ]);
    await temporal?.close();
    // It has answered all; that it sees us go, nobody has to wait for.
    ledger?.close().catch(() => undefined);
  }

  async #load(): Promise<LoadedConfig> {
    const { loadConfig } = await import('../config/load.ts');
    const loaded = await loadConfig(this.configOptions);
    for (const warning of loaded.warnings) this.out.note(`warning: ${warning}`);
    return loaded;
  }

  async #open(): Promise<Ledger> {
    const [{ config }, { openLedgerOf }] = await Promise.all([this.config(), import('./ledger.ts')]);
    return openLedgerOf(config, this.io.env);
  }

  async #connect(): Promise<TemporalClient> {
    const [{ config }, { connectTemporal }, { resolveTargetOf }] = await Promise.all([
      this.config(),
      import('../client/connection.ts'),
      import('./temporal-target.ts'),
    ]);
    const target = await resolveTargetOf(config, this.io.env);
    return connectTemporal(target);
  }
}
