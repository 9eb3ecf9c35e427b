import { readDocument } from '../../config/document.ts';
import { locateConfig } from '../../config/location.ts';
import { GhwError } from '../../domain/errors.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { askAgent } from '../init/agent-step.ts';
import { type Answers, type InitOptions, answersOf } from '../init/answers.ts';
import type { Asker } from '../init/asker.ts';
import { askPaths } from '../init/paths-step.ts';
import { askRepositories, obstacleOf } from '../init/repositories-step.ts';
import { summaryOf } from '../init/summary.ts';
import { accessOf, askToken, missingToken } from '../init/token-step.ts';
import { writeAnswers } from '../init/write.ts';
import { describeCheck, examine, hasFault } from './doctor.ts';

export type { InitOptions };

/** Writes a first configuration, looks whether it works, and says what comes next. Nothing is written before the end. */
export async function init(context: CommandContext, options: InitOptions, person?: Asker): Promise<void> {
  const { path } = locateConfig(context.configOptions);
  const asker =
    options.yes === true ? undefined : (person ?? (context.interactive ? await import('../prompts.ts') : undefined));
  const { exists } = await readDocument(path);
  if (exists && options.force !== true && !(await asker?.confirmed(`${path} is there already. Replace it?`))) {
    throw new GhwError('NotApplicable', `${path} is there already; nothing was changed.`, {
      hint: 'Change it with `ghw config set`, or replace it with --force (the old file is kept as config.yaml.bak).',
    });
  }
  const given = answersOf(options, context.io.env);
  const answers =
    asker === undefined
      ? await unasked(context, given, { path, verify: options.verify })
      : await asked(context, asker, { given, path, options });
  if (answers === undefined) {
    context.out.note('Nothing was written.');
    context.exitCode = exitCodes.refused;
    return;
  }
  const backup = await writeAnswers(path, answers, { exists, env: context.io.env });
  context.out.note(`Wrote ${path}.${backup === undefined ? '' : ` The old file is ${backup}.`}`);
  if (options.check ?? asker !== undefined) await check(context);
  const next = nextSteps(answers);
  const repositories = answers.repositories.map(({ name }) => name);
  context.out.data({ path, repositories, next }, () => ['Next:', ...next.map((line) => `  ${line}`)].join('\n'));
}

/** The wizard; undefined if the answers are not to be written after all. */
async function asked(
  context: CommandContext,
  asker: Asker,
  { given, path, options }: { readonly given: Answers; readonly path: string; readonly options: InitOptions },
): Promise<Answers | undefined> {
  const { env } = context.io;
  asker.say('A few questions, and gh-worker is set up. Ctrl-C leaves everything as it is.');
  const { answers: token, access } = await askToken(asker, given, { env, configPath: path });
  const repositories = await askRepositories(asker, access?.github ?? null, given.repositories);
  const agent = await askAgent(asker, given, { env, isNamed: options.agent !== undefined });
  const paths = await askPaths(asker, given, options);
  const answers = { ...given, ...token, repositories, ...agent, ...paths };
  asker.say(summaryOf(answers));
  return (await asker.confirmed(`Write this to ${path}?`, { initial: true })) ? answers : undefined;
}

/** What the options say, where nobody is asked: verified as far as that is wanted, and what is missing is said. */
async function unasked(
  context: CommandContext,
  given: Answers,
  { path, verify }: { readonly path: string; readonly verify: boolean },
): Promise<Answers> {
  const missing: string[] = [];
  const surroundings = { env: context.io.env, configPath: path };
  const access = verify
    ? await accessOf(given, surroundings).catch((error: unknown) => {
        if (given.repositories.length > 0) throw error;
        missing.push(`GitHub: ${missingToken(error)}`);
        return null;
      })
    : null;
  const repositories = [];
  for (const { name } of given.repositories) {
    const found = await access?.github.repository(name);
    const obstacle = found && obstacleOf(found);
    if (obstacle !== undefined) context.out.note(obstacle);
    repositories.push(found === undefined ? { name } : { name: found.nameWithOwner, id: found.id });
  }
  if (repositories.length === 0)
    missing.push('repositories: --repository owner/repo, or ghw repositories add owner/repo');
  if (given.agent === 'claude-code' && given.apiKeyEnv === null) {
    missing.push('a model key: --api-key-env NAME, or ghw config set agents.claude-code.api_key_env NAME');
  }
  if (missing.length > 0) context.out.note(['Still missing:', ...missing.map((line) => `  ${line}`)].join('\n'));
  return { ...given, repositories };
}

/** What need not be there before `ghw up`. */
const startedByUp: readonly string[] = ['Temporal', 'ledger', 'worker'];

/** The doctor's findings, without what `ghw up` will mend by itself. */
async function check(context: CommandContext): Promise<void> {
  const { checks } = await examine(context);
  const notable = checks.filter(
    ({ name, status }) => status !== 'ok' && !(status === 'warn' && startedByUp.includes(name)),
  );
  const fine = checks.filter(({ status }) => status === 'ok').length;
  const lines = notable.map((one) => describeCheck(context, one));
  context.out.note([...lines, `${String(fine)} checks are fine: ghw doctor shows all of them.`].join('\n'));
  if (hasFault(checks)) context.exitCode = exitCodes.failed;
}

function nextSteps({ repositories }: Answers): readonly string[] {
  const [first] = repositories;
  return [
    ...(first === undefined ? ['ghw repositories add owner/repo'] : []),
    'ghw up             # Temporal, the ledger and a worker; leave it running',
    'ghw issues sync    # in another terminal',
    'ghw issues list',
  ];
}
