import { afterEach } from '@jest/globals';
import { graphql, type GraphqlResponseError } from '@octokit/graphql';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startLocalGitHub, type LocalGitHub, type LocalGitHubOptions } from '../../peers/github/local-github.ts';

/** The repository that {@link startWorld} makes: owned by `acme`, with people of every kind. */
export const repositoryName = 'acme/widgets';

export const tokens = {
  owner: 'token-of-acme',
  writer: 'token-of-wanda',
  reader: 'token-of-rita',
  stranger: 'token-of-sam',
  bot: 'token-of-the-app',
} as const;

export interface World {
  readonly github: LocalGitHub;
  readonly repositoryId: string;
}

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Does something after the test, whether it passed or not. */
export function afterThisTest(cleanUp: () => Promise<unknown>): void {
  cleanUps.push(cleanUp);
}

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'github-peer-'));
  afterThisTest(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function startGitHub(options?: LocalGitHubOptions): Promise<LocalGitHub> {
  const github = await startLocalGitHub(options);
  afterThisTest(() => github.stop());
  return github;
}

/** A server with one private repository and a token for each kind of person. */
export async function startWorld(options?: LocalGitHubOptions): Promise<World> {
  const github = await startGitHub(options);
  const { seed } = github;
  seed.addUser({ login: 'ghw-app', type: 'Bot' });
  const { id } = await seed.addRepository({
    owner: 'acme',
    name: 'widgets',
    private: true,
    files: { 'README.md': '# Widgets\n', 'src/index.ts': 'export const one = 1;\n' },
    permissions: { wanda: 'WRITE', rita: 'READ', 'ghw-app': 'WRITE' },
  });
  seed.addToken({ token: tokens.owner, login: 'acme' });
  seed.addToken({ token: tokens.writer, login: 'wanda' });
  seed.addToken({ token: tokens.reader, login: 'rita' });
  seed.addToken({ token: tokens.stranger, login: 'sam' });
  seed.addToken({ token: tokens.bot, login: 'ghw-app' });
  return { github, repositoryId: id };
}

/** A client as gh-worker uses it. */
export function clientOf(github: LocalGitHub, token: string) {
  return graphql.defaults({ baseUrl: github.url, headers: { authorization: `token ${token}` } });
}

/** The errors that a request was answered with; a request that is not refused fails the test. */
export async function refusalOf(request: Promise<unknown>): Promise<GraphqlResponseError<Record<string, unknown>>> {
  const answer = await request.then(
    (data) => ({ data }),
    (error: unknown) => ({ error }),
  );
  if ('data' in answer) throw new Error(`Nothing was refused: ${JSON.stringify(answer.data)}`);
  if (!(answer.error instanceof Error) || answer.error.name !== 'GraphqlResponseError') throw answer.error;
  return answer.error as GraphqlResponseError<Record<string, unknown>>;
}

const run = promisify(execFile);

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real git with nothing of this machine's configuration. A token goes along as a header, never in an address. */
export async function git(directory: string, args: readonly string[], token?: string): Promise<GitResult> {
  const credential = token === undefined ? '' : Buffer.from(`x-access-token:${token}`).toString('base64');
  const header = token === undefined ? [] : ['-c', `http.extraHeader=Authorization: Basic ${credential}`];
  try {
    const { stdout, stderr } = await run('git', [...header, ...args], {
      cwd: directory,
      timeout: 20_000,
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        GIT_AUTHOR_NAME: 'Tess',
        GIT_AUTHOR_EMAIL: 'tess@example.test',
        GIT_COMMITTER_NAME: 'Tess',
        GIT_COMMITTER_EMAIL: 'tess@example.test',
        LC_ALL: 'C',
      },
    });
    return { exitCode: 0, stdout: stdout.trimEnd(), stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { exitCode: code, stdout, stderr };
  }
}

/** A branch with one commit on it, made in the remote. Returns the commit. */
export function addBranch(github: LocalGitHub, branch: string, files: Record<string, string>): Promise<string> {
  return github.seed.addCommit(repositoryName, branch, { from: 'main', message: `Work on ${branch}`, files });
}

const createPullRequestMutation = `
  mutation ($input: CreatePullRequestInput!) {
    createPullRequest(input: $input) { pullRequest { id number url headRefOid baseRefOid isDraft state } }
  }`;

export interface CreatedPullRequest {
  readonly id: string;
  readonly number: number;
  readonly url: string;
  readonly headRefOid: string;
  readonly baseRefOid: string;
  readonly isDraft: boolean;
  readonly state: string;
}

/** Opens a pull request through the API. */
export async function openPullRequest(
  { github, repositoryId }: World,
  input: { headRefName: string; title?: string; body?: string; draft?: boolean; baseRefName?: string },
  token: string = tokens.writer,
): Promise<CreatedPullRequest> {
  const answer = await clientOf(github, token)<{ createPullRequest: { pullRequest: CreatedPullRequest } }>(
    createPullRequestMutation,
    { input: { repositoryId, baseRefName: 'main', title: 'A change', ...input } },
  );
  return answer.createPullRequest.pullRequest;
}
