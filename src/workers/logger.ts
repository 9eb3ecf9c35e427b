import { pino, type Logger } from 'pino';
import { DefaultLogger, Runtime, type LogLevel } from '@temporalio/worker';
import { redact } from '../domain/redact.ts';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const satisfies Record<
  LogLevel,
  string
>;

/** What the SDK warns of and we mean: agent queues have no workflows, and nothing has Nexus services. */
const expected: ReadonlySet<string> = new Set([
  'No workflows registered, not polling for workflow tasks',
  'No Nexus services registered, not polling for Nexus tasks',
]);

/** JSON lines on standard error; whatever looks like a secret is hidden, whoever logged it. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: undefined,
      hooks: { streamWrite: (line) => redact(line) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** Sends Temporal's own log the same way. Once per process, before any connection. */
export function installRuntime(logger: Logger): void {
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      if (expected.has(message)) return;
      const { taskToken: _taskToken, ...fields } = (meta ?? {}) as Record<string, unknown>;
      logger[levels[level]](fields, message);
    }),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
    // We end workers ourselves, after the agents had time to save their work.
    shutdownSignals: [],
  });
}
