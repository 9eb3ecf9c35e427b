import type { Check } from '../checks/check.ts';
import { configuredProbes, machineProbes } from '../checks/probes.ts';
import { type Checked, broken, runChecks } from '../checks/run-checks.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { createLiveLine } from '../live-line.ts';
import { plainLine } from '../text.ts';

/** What is stuck gets this long to end by itself after the answer was given. */
const STUCK_MS = 1_000;

/** Checks everything that work needs; exit code 1 if something fails. */
export async function doctor(context: CommandContext): Promise<void> {
  const { checks, isStuck } = await examine(context);
  context.out.data(checks, () => checks.map((check) => describeCheck(context, check)).join('\n'));
  if (hasFault(checks)) context.exitCode = exitCodes.failed;
  if (isStuck) {
    const { exitCode } = context;
    // Fires only if something keeps the process alive that nobody waits for any more.
    setTimeout(() => process.exit(exitCode), STUCK_MS).unref();
  }
}

/** Looks at everything at once, and says on a terminal what it still waits for. */
export async function examine(context: CommandContext): Promise<Checked> {
  const line = createLiveLine(context.io);
  const isShown = context.io.stderr.isTTY === true && !context.out.json;
  const loaded = await context.config().then(
    (config) => ({ config }),
    (error: unknown) => ({ check: broken('configuration', error) }),
  );
  const probes = [...machineProbes(), ...('config' in loaded ? configuredProbes(context, loaded.config) : [])];
  const { checks, isStuck } = await runChecks(probes, (open) => {
    if (isShown) line.show(`Checking ${open.join(', ')} …`, undefined);
  });
  line.clear();
  return { checks: 'check' in loaded ? [...checks, loaded.check] : checks, isStuck };
}

/** True if work cannot go on before something is mended. */
export function hasFault(checks: readonly Check[]): boolean {
  return checks.some(({ status }) => status === 'fail');
}

/** A check as a person reads it, with how to mend what is wrong. */
export function describeCheck(context: CommandContext, { name, status, message, mend }: Check): string {
  const { green, yellow, red, dim } = context.out.colors;
  const mark = { ok: green('ok  '), warn: yellow('warn'), fail: red('FAIL') }[status];
  const lines = message.split('\n').map(plainLine);
  const first = `${mark}  ${name}: ${lines.join('\n        ')}`;
  return mend === undefined || status === 'ok' ? first : `${first}\n      ${dim('mend:')} ${plainLine(mend)}`;
}
