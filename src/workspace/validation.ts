import type { ArtifactStore } from '../artifacts/store.ts';
import type { ValidationReport, ValidationStep } from '../domain/change.ts';
import { redact } from '../domain/redact.ts';
import type { Cage, Sandbox } from '../sandbox/sandbox.ts';
import { createCappedOutput } from './capped-output.ts';
import { runConfined, type ConfinedEnd } from './run-confined.ts';
import { joinCommand } from './split-command.ts';
import type { ValidationCommand } from './validation-commands.ts';

export interface ValidationRun {
  /** The head whose tree is in the cage. */
  readonly headOid: string;
  readonly commands: readonly ValidationCommand[];
  readonly sandbox: Sandbox;
  readonly cage: Cage;
  /** For all commands together, in milliseconds. */
  readonly timeoutMs: number;
  /** Aborting ends the command that runs, and rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Called when a command begins, and every second while it runs. */
  readonly onBeat?: (command: string) => void;
  readonly artifacts: ArtifactStore;
  readonly knownSecrets: readonly string[];
}

const BEAT_MS = 1_000;
const MAX_LOG_BYTES = 5 * 1024 * 1024;
const TAIL_BYTES = 8 * 1024;
const PROBE_TIMEOUT_MS = 10_000;

/** Tells the tools that nobody sits before them. */
const unattended = { CI: 'true', NO_COLOR: '1', FORCE_COLOR: '0', npm_config_update_notifier: 'false' };

/** Runs the commands one after the other in the cage, up to the first that fails. What they say is kept as an artifact. */
export async function runValidation(run: ValidationRun): Promise<ValidationReport> {
  const deadline = performance.now() + run.timeoutMs;
  const log = createCappedOutput(MAX_LOG_BYTES);
  const steps: ValidationStep[] = [];
  for (const command of run.commands) {
    const step = await runStep(run, command, deadline - performance.now(), (chunk) => log.add(chunk));
    steps.push(step);
    if (!step.ok) break;
  }
  const text = redact(log.bytes().toString('utf8'), run.knownSecrets);
  return {
    headOid: run.headOid,
    ok: steps.every((step) => step.ok),
    steps,
    log: steps.length === 0 ? null : await run.artifacts.put(text),
  };
}

/** Asks the place itself whether it has a program, because a cage shows other things than the host. */
export function programFinder(sandbox: Sandbox, cage: Cage, signal: AbortSignal): (name: string) => Promise<boolean> {
  return async (name) => {
    const command = ['/bin/sh', '-c', 'command -v "$1"', 'sh', name];
    const end = await runConfined({
      sandbox,
      cage,
      command,
      signal,
      timeoutMs: PROBE_TIMEOUT_MS,
      onOutput: () => undefined,
    });
    return end.exitCode === 0;
  };
}

async function runStep(
  run: ValidationRun,
  words: ValidationCommand,
  timeoutMs: number,
  keep: (chunk: Buffer) => void,
): Promise<ValidationStep> {
  const { sandbox, signal, knownSecrets } = run;
  const command = redact(joinCommand(words), knownSecrets);
  const output = createCappedOutput(4 * TAIL_BYTES);
  const startedAt = performance.now();
  const beat = setInterval(() => run.onBeat?.(command), BEAT_MS);
  run.onBeat?.(command);
  keep(Buffer.from(`$ ${command}\n`));
  try {
    const cage = { ...run.cage, env: { ...unattended, ...run.cage.env } };
    const end = await runConfined({
      ...{ sandbox, cage, signal, command: words, timeoutMs: Math.max(1, timeoutMs) },
      onOutput: (chunk) => {
        keep(chunk);
        output.add(chunk);
      },
    });
    const told = explain(end, run.timeoutMs);
    keep(Buffer.from(`\n${told}\n`));
    return {
      command,
      ok: end.exitCode === 0,
      exitCode: end.exitCode,
      durationMs: Math.round(performance.now() - startedAt),
      outputTail: tailOf(
        `${redact(output.bytes().toString('utf8'), knownSecrets)}${end.exitCode === null || end.exceeded !== null ? `\n${told}` : ''}`,
      ),
    };
  } finally {
    clearInterval(beat);
  }
}

function explain(end: ConfinedEnd, timeoutMs: number): string {
  if (end.startError !== null) return `[could not be started: ${end.startError}]`;
  if (end.timedOut) return `[ended: all commands together may take ${Math.round(timeoutMs / 1000).toString()} seconds]`;
  const limit = end.exceeded === null ? '' : `[the limit of ${end.exceeded} was reached] `;
  return limit + exitOf(end);
}

function exitOf(end: ConfinedEnd): string {
  return end.exitCode === null ? '[ended by a signal]' : `[exit code ${end.exitCode.toString()}]`;
}

/** The last bytes, from the beginning of a line where there is one. */
function tailOf(text: string): string {
  const bytes = Buffer.from(text.trimEnd());
  if (bytes.length <= TAIL_BYTES) return bytes.toString('utf8');
  const tail = bytes.subarray(-TAIL_BYTES);
  const line = tail.indexOf(0x0a) + 1;
  // Without a line break, at least no half character.
  const start = line > 0 && line < TAIL_BYTES / 2 ? line : tail.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return tail.subarray(start).toString('utf8');
}
