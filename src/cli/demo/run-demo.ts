import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { GhwError } from '../../domain/errors.ts';
import type { IssueSummary } from '../../domain/summary.ts';
import { splitRepositoryName } from '../../domain/repository-name.ts';
import type { CommandContext } from '../context.ts';
import { createTypist } from './commands.ts';
import { startLocalGitHub } from './local-github.ts';
import {
  demoIdentity,
  demoSubject,
  newDemoToken,
  writeDemoConfig,
  type DemoSubject,
  type DemoWishes,
} from './prepare.ts';
import { startStage, type Stage } from './stage.ts';

export interface DemoOptions extends DemoWishes {
  readonly directory?: string;
  readonly keep?: boolean;
}

/**
 * Takes one issue through its whole life on this machine: a local GitHub with a real git remote, a real Temporal server
 * and worker, the real commands, and an agent that says that it is scripted. Ends with the pull request's address.
 */
export async function runDemo(context: CommandContext, options: DemoOptions): Promise<void> {
  const subject = await demoSubject(options);
  const directory = options.directory ? resolve(options.directory) : await mkdtemp(join(tmpdir(), 'ghw-demo-'));
  const { io, out } = context;
  const say = (text: string): void => void io.stdout.write(`${text}\n`);
  const token = newDemoToken();
  say(out.colors.bold('gh-worker: one issue from sync to pull request. The agent is scripted; all else is real.'));
  say(`Everything of it is in ${directory}`);
  const { owner, name } = splitRepositoryName(subject.repository);
  const github = await startLocalGitHub({
    directory: join(directory, 'github'),
    token,
    login: demoIdentity.login,
    repositories: [
      {
        owner,
        name,
        ...subject.source,
        permissions: { [demoIdentity.login]: 'WRITE' },
        issues: [{ ...subject.issue, labels: ['ghw'] }],
      },
    ],
  });
  try {
    const configPath = await writeDemoConfig(directory, { subject, githubUrl: github.url, taskQueue: `ghw-${owner}` });
    const stage = await startStage({
      configPath,
      directory,
      env: { ...io.env, GITHUB_TOKEN: token, GHW_CONFIG: configPath },
      say,
    });
    try {
      await play(context, stage, subject);
      const summary = await stage.issue({ repository: subject.repository, number: 1 });
      showPlaces(say, { summary, stage, githubUrl: github.url, subject, directory });
      if (options.keep ?? context.interactive) await untilInterrupted(say);
      say(`\n${pullRequestOf(summary)}`);
    } finally {
      await stage.stop();
    }
  } finally {
    await github.stop();
  }
}

function pullRequestOf({ implementation }: IssueSummary): string {
  if (implementation.pullRequest) return implementation.pullRequest.url;
  throw new GhwError('Internal', 'The demonstration ended without a pull request.', {
    hint: 'What went wrong stands above.',
  });
}

/** The main job, command by command. */
async function play({ io, out }: CommandContext, stage: Stage, { repository }: DemoSubject): Promise<void> {
  const typist = createTypist(io, stage.env, out.colors);
  const type = (...words: string[]): Promise<void> => typist.type(...words);
  await type('issues', 'sync', repository);
  await type('issues', 'plan', `${repository}#1`);
  await type('plans', 'review', `${repository}#1`);
  await type('plans', 'approve', `${repository}#1`, '--note', 'looks right');
  await type('issues', 'implement', `${repository}#1`, '--no-push');
  await type('issues', 'review', `${repository}#1`);
  await type('implementations', 'review', `${repository}#1`, '--yes');
  await type('issues', 'list');
}

function showPlaces(
  say: (text: string) => void,
  at: {
    readonly summary: IssueSummary;
    readonly stage: Stage;
    readonly githubUrl: string;
    readonly subject: DemoSubject;
    readonly directory: string;
  },
): void {
  const { summary, stage, githubUrl, subject, directory } = at;
  const remote = join(directory, 'github', 'state');
  say('\nWhere to look');
  say(`  workflow      ${stage.workflowUrl({ repository: subject.repository, number: 1 }) ?? '(no Web UI known)'}`);
  say(`  issue         ${summary.url ?? githubUrl}`);
  say(`  plan          ${summary.plan.commentUrl ?? '(not posted)'}`);
  say(`  pull request  ${summary.implementation.pullRequest?.url ?? '(none)'}`);
  say(`  git remote    git clone ${githubUrl}/${subject.repository}.git   (kept below ${remote})`);
  say(`  worker's log  ${stage.logFile}`);
}

async function untilInterrupted(say: (text: string) => void): Promise<void> {
  say('\nAll of it is still running. Ctrl-C ends it.');
  await new Promise<void>((done) => process.once('SIGINT', () => done()));
}
