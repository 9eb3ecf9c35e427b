import { randomBytes } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { GhwError } from '../../domain/errors.ts';
import { git } from '../../workspace/git.ts';
import type { LocalGitHubSeed } from './local-github.ts';
import { sampleFiles, sampleIssue, sampleScript } from './sample.ts';

export interface DemoWishes {
  /** A git repository on disk; the sample where absent. */
  readonly repository?: string;
  readonly issueTitle?: string;
  readonly issueBody?: string;
}

/** What the demonstration is about. */
export interface DemoSubject {
  readonly repository: string;
  readonly issue: { readonly title: string; readonly body: string };
  /** How the local GitHub gets the repository. */
  readonly source: Pick<LocalGitHubSeed, 'fromGitRepository' | 'files'>;
  readonly isSample: boolean;
}

/** GitHub's longest name of a repository. */
const MAX_NAME = 100;

/**
 * Settles what the demonstration is about.
 *
 * @throws GhwError `InvalidInput` if the repository named is none or has no commit, or the title says nothing
 */
export async function demoSubject(wishes: DemoWishes): Promise<DemoSubject> {
  if (wishes.issueTitle?.trim() === '') {
    throw new GhwError('InvalidInput', 'The title of an issue cannot be empty.', { hint: '--issue-title <text>' });
  }
  if (wishes.repository === undefined) {
    const issue = { title: wishes.issueTitle ?? sampleIssue.title, body: wishes.issueBody ?? sampleIssue.body };
    return { repository: 'octo/greeter', issue, source: { files: sampleFiles }, isSample: true };
  }
  const path = await gitRepository(resolve(wishes.repository));
  const name = basename(path)
    .replace(/\.git$/, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^\.+|^-+/, '')
    .slice(0, MAX_NAME);
  return {
    repository: `octo/${name === '' ? 'repository' : name}`,
    issue: {
      title: wishes.issueTitle ?? 'Tell what this repository is about',
      body: wishes.issueBody ?? 'A short note for newcomers would help.',
    },
    source: { fromGitRepository: path },
    isSample: false,
  };
}

/** The top of the repository that `path` lies in. */
async function gitRepository(path: string): Promise<string> {
  const hint = 'Give --repository a git repository on disk that has a commit.';
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw new GhwError('InvalidInput', `${path} is not a directory.`, { hint });
  async function ask(...question: string[]): Promise<string | undefined> {
    const { stdout, exitCode } = await git(['-C', path, 'rev-parse', ...question], { answers: [0, 1, 128] });
    return exitCode === 0 ? stdout.toString('utf8').replace(/\n$/, '') : undefined;
  }
  const gitDirectory = await ask('--absolute-git-dir');
  if (gitDirectory === undefined) {
    throw new GhwError('InvalidInput', `${path} is not in a git repository.`, { hint });
  }
  if ((await ask('--verify', '--quiet', 'HEAD^{commit}')) === undefined) {
    throw new GhwError('InvalidInput', `The repository at ${path} has no commit yet.`, { hint });
  }
  return (await ask('--show-toplevel')) ?? gitDirectory;
}

/** The identity that gh-worker has on the local GitHub. */
export const demoIdentity = { login: 'ghw-demo' };

export function newDemoToken(): string {
  return `demo_${randomBytes(20).toString('hex')}`;
}

/** Writes the demonstration's configuration and returns its path. */
export async function writeDemoConfig(
  directory: string,
  options: { readonly subject: DemoSubject; readonly githubUrl: string; readonly taskQueue: string },
): Promise<string> {
  const { subject, githubUrl, taskQueue } = options;
  await mkdir(directory, { recursive: true });
  const script = join(directory, 'agent-script.yaml');
  if (subject.isSample) await writeFile(script, stringify(sampleScript));
  const path = join(directory, 'config.yaml');
  const config = {
    data_path: join(directory, 'data'),
    github: { api_url: githubUrl },
    temporal: { task_queue: taskQueue },
    agent: { default: 'scripted' },
    agents: { scripted: { script: subject.isSample ? script : null } },
    workers: { types: ['feature'] },
    // A project's own checks may need what is not installed; a demonstration on it shows the way, not the checks.
    validation: { commands: subject.isSample ? null : [] },
    repositories: [{ name: subject.repository }],
  };
  await writeFile(path, `# The demonstration's configuration. Nothing here is yours.\n${stringify(config)}`, {
    mode: 0o600,
  });
  return path;
}
