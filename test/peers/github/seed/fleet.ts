import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fastImportAll } from '../git/fast-import.ts';
import { createCheckRun } from '../model/checks.ts';
import { createPullRequest } from '../model/discussions.ts';
import type { Hub } from '../model/hub.ts';
import type { AccountRecord, CheckConclusion, CheckStatus, Permission, RepositoryRecord } from '../model/records.ts';
import { branchRef, pullRequestRef } from '../model/pull-requests.ts';

/** One check of a pull request; without a conclusion it is still in progress. */
export interface FleetCheck {
  readonly name: string;
  readonly status?: CheckStatus;
  readonly conclusion?: CheckConclusion;
}

/** Many repositories alike: `owner/name-1`, `owner/name-2` …, each with as many open pull requests. */
export interface FleetSeed {
  readonly owner: string;
  readonly name: string;
  readonly repositories: number;
  /** Of each repository. */
  readonly pullRequests: number;
  /** Of a pull request, by the positions of its repository and of itself, both from 0. */
  readonly checks: (repository: number, pullRequest: number) => readonly FleetCheck[];
  readonly permissions?: Readonly<Record<string, Permission>>;
  /** When everything was made. Default now. */
  readonly createdAt?: string;
}

export interface FleetRepository {
  readonly id: string;
  readonly nameWithOwner: string;
  readonly pullRequests: readonly { readonly id: string; readonly number: number; readonly headOid: string }[];
}

interface Template {
  readonly path: string;
  readonly main: string;
  readonly topics: readonly string[];
}

/** Makes a fleet in seconds: its repositories share their objects, and each has its own branches. */
export async function addFleet(hub: Hub, owner: AccountRecord, seed: FleetSeed): Promise<readonly FleetRepository[]> {
  const template = await makeTemplate(hub, seed.pullRequests);
  const made: FleetRepository[] = [];
  for (let index = 0; index < seed.repositories; index += 1) {
    made.push(await addMember(hub, { owner, seed, template, index }));
  }
  return made;
}

/** A repository with a branch `main`, and a branch of one commit for each pull request. */
async function makeTemplate({ objects, remote }: Hub, topics: number): Promise<Template> {
  const path = join(remote.directory, `fleet-${topics}.git`);
  await mkdir(path, { recursive: true });
  await remote.git.run(path, ['init', '--quiet', '--bare', '--template=', path]);
  const date = '2026-01-01T00:00:00Z';
  const commits = Array.from({ length: topics }, (_, index) => ({
    branch: topicName(index),
    from: 'refs/heads/main',
    commit: { message: `Change ${index + 1}`, files: { [`change-${index + 1}.md`]: `${index + 1}\n` }, date },
  }));
  const main = { branch: 'main', from: null, commit: { message: 'Begin', files: { 'README.md': '# Fleet\n' }, date } };
  await remote.git.run(path, ['fast-import', '--quiet', '--force', '--date-format=raw'], {
    input: fastImportAll([main, ...commits]),
  });
  const text = await remote.git.text(path, ['for-each-ref', '--format=%(refname) %(objectname)']);
  const refs = new Map(text.split('\n').map((line) => line.split(' ') as [string, string]));
  const oid = (branch: string): string => refs.get(branchRef(branch)) ?? '';
  const heads = commits.map(({ branch }) => oid(branch));
  await objects.learn(path, heads);
  return { path, main: oid('main'), topics: heads };
}

function topicName(index: number): string {
  return `topic-${index + 1}`;
}

async function addMember(
  hub: Hub,
  about: {
    readonly owner: AccountRecord;
    readonly seed: FleetSeed;
    readonly template: Template;
    readonly index: number;
  },
): Promise<FleetRepository> {
  const { index, owner, seed, template } = about;
  const { createdAt = hub.now() } = seed;
  const permissions = Object.fromEntries(
    Object.entries(seed.permissions ?? {}).map(([login, permission]) => [login.toLowerCase(), permission]),
  );
  const repository = hub.store.insert('Repository', null, {
    ...{ ownerId: owner.id, name: `${seed.name}-${index + 1}`, formerNames: [], description: null, createdAt },
    ...{ isPrivate: false, isArchived: false, hasIssues: true, defaultBranch: 'main', permissions, nextNumber: 1 },
    pushedAt: createdAt,
    allowedMergeMethods: ['MERGE', 'SQUASH', 'REBASE'],
  });
  const refs = new Map([[branchRef('main'), template.main]]);
  const pullRequests = template.topics.map((headOid, position) => {
    const pullRequest = openOne(hub, repository, { headOid, position, createdAt, baseOid: template.main });
    refs.set(branchRef(topicName(position)), headOid).set(pullRequestRef(pullRequest), headOid);
    for (const check of seed.checks(index, position)) createCheckRun(hub, repository, { ...check, oid: headOid });
    return pullRequest;
  });
  await hub.remote.share(repository, template.path, refs);
  return { id: repository.id, nameWithOwner: hub.store.nameWithOwner(repository), pullRequests };
}

function openOne(
  hub: Hub,
  repository: RepositoryRecord,
  {
    position,
    ...ends
  }: { readonly position: number; readonly headOid: string; readonly baseOid: string; readonly createdAt: string },
) {
  return createPullRequest(hub, repository, {
    ...ends,
    baseRefName: 'main',
    headRefName: topicName(position),
    title: `Change ${position + 1}`,
    body: 'What it changes, in a sentence or two.',
    authorId: repository.ownerId,
    isDraft: false,
    maintainerCanModify: true,
  });
}
