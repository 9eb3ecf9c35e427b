import type { Check } from '../checks/check.ts';
import { checkAgents, checkModelKey } from '../checks/agents.ts';
import { checkGitHub, checkRepositories } from '../checks/github.ts';
import { checkDisk, checkNode, checkSandbox } from '../checks/machine.ts';
import { checkTemporal } from '../checks/temporal.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { createLiveLine } from '../live-line.ts';
import { asGhwError } from '../output.ts';
import { plainLine } from '../text.ts';

/** Checks everything that work needs; exit code 1 if something fails. */
export async function doctor(context: CommandContext): Promise<void> {
  const line = createLiveLine(context.io);
  const checks: Check[] = [];
  const run = async (what: string, check: () => Promise<readonly Check[]>): Promise<void> => {
    if (context.io.stderr.isTTY && !context.out.json) line.show(`Checking ${what} …`, undefined);
    checks.push(...(await check().catch((error: unknown) => [broken(what, error)])));
    line.clear();
  };
  await run('Node', checkNode);
  await run('configuration', async () => {
    const { path, exists } = await context.config();
    return [
      exists
        ? { name: 'configuration', status: 'ok', message: path }
        : {
            name: 'configuration',
            status: 'warn',
            message: `${path} does not exist: all values are defaults`,
            mend: 'ghw init',
          },
    ];
  });
  const loaded = await context.config().catch(() => undefined);
  if (loaded !== undefined) {
    const { config } = loaded;
    const { env } = context.io;
    await run('Temporal', () => checkTemporal(context, config));
    await run('GitHub', () => checkGitHub(config, env));
    // Without GitHub every repository would only repeat what is wrong with it.
    const isGitHubThere = checks.some(({ name, status }) => name === 'GitHub' && status !== 'fail');
    if (isGitHubThere) await run('repositories', () => checkRepositories(config, env));
    await run('agents', () => checkAgents(config, env));
    await run('model key', () => Promise.resolve(checkModelKey(config, env)));
    await run('sandbox', () => checkSandbox(config));
    await run('disk', () => checkDisk(config));
  }
  context.out.data(checks, () => checks.map((check) => describe(context, check)).join('\n'));
  if (checks.some(({ status }) => status === 'fail')) context.exitCode = exitCodes.failed;
}

/** A check that could not be made says why, and what to do. */
function broken(name: string, error: unknown): Check {
  const { message, hint } = asGhwError(error);
  return { name, status: 'fail', message, ...(hint ? { mend: hint } : {}) };
}

function describe(context: CommandContext, { name, status, message, mend }: Check): string {
  const { green, yellow, red, dim } = context.out.colors;
  const mark = { ok: green('ok  '), warn: yellow('warn'), fail: red('FAIL') }[status];
  const lines = message.split('\n').map(plainLine);
  const first = `${mark}  ${name}: ${lines.join('\n        ')}`;
  return mend === undefined || status === 'ok' ? first : `${first}\n      ${dim('mend:')} ${plainLine(mend)}`;
}
