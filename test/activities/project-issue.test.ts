import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createProjectIssue } from '../../src/activities/project-issue.ts';
import type { RecordedProgress } from '../../src/domain/issue-record.ts';
import type { IssueSnapshot } from '../../src/domain/issue.ts';
import type { LedgerIssue } from '../../src/ledger/ledger.ts';
import type { ProjectionSources } from '../../src/projection/input.ts';
import { createProjection } from '../../src/projection/projection.ts';
import { anObservedIssue } from '../domain/builders.ts';
import { aPlan, aProgress, filesBelow, temporaryFolder } from '../projection/support.ts';

const ISSUE = { repositoryId: 'R_1', repository: 'octo/hello', number: 42 };
const SNAPSHOT = { sha256: 'a'.repeat(64), bytes: 10 };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

/** A ledger that knows one issue. */
function sources(over: { found?: LedgerIssue | null; snapshot?: Partial<IssueSnapshot>; isTold?: boolean } = {}) {
  const { isTold = true } = over;
  const found: LedgerIssue = {
    ...anObservedIssue(),
    repositoryId: 'R_1',
    repository: 'Octo/Renamed',
    gone: null,
    progress: null,
    ...over.found,
  };
  const progress: RecordedProgress = { ...aProgress(), approval: null, session: null, snapshot: SNAPSHOT };
  const repository = { id: 'R_1', name: 'octo/hello', nameWithOwner: 'Octo/Renamed', priority: 3, active: true };
  return {
    ledger: {
      issues: {
        find: () => Promise.resolve(over.found === null ? null : found),
        progress: () => Promise.resolve(isTold ? progress : null),
        plans: () => Promise.resolve(isTold ? [aPlan()] : []),
        body: () => Promise.resolve('From the listing.'),
      },
      repositories: {
        find: () =>
          Promise.resolve({
            ...repository,
            archived: false,
            problem: null,
            watermark: null,
            syncedAt: null,
            issueCount: 1,
          }),
      },
    },
    artifacts: {
      get: () => Promise.resolve(over.snapshot && Buffer.from(JSON.stringify(over.snapshot))),
    },
  } satisfies ProjectionSources;
}

async function written(from: ProjectionSources): Promise<readonly string[]> {
  const projection = createProjection({
    root: folder.path,
    warn: (warning) => {
      throw warning;
    },
  });
  await createProjectIssue({ ...from, projection })(ISSUE);
  return filesBelow(folder.path);
}

function description(): Promise<string> {
  return readFile(join(folder.path, 'octo/hello/42/description.md'), 'utf8');
}

describe('the files of an issue, from the ledger', () => {
  it('stay in the folder of the name that the repository was registered under', async () => {
    expect(await written(sources())).toContain('octo/hello/42/description.md');
    expect(await description()).toContain('repository: Octo/Renamed');
  });

  it('show text and comments as the workflow read them', async () => {
    const comment = { author: 'ben', body: 'Me too.', createdAt: 'then', url: 'https://example.test/c' };
    const snapshot = { body: 'From the issue.', updatedAt: '2026-01-02T00:00:00Z', comments: [comment] } as never;

    await written(sources({ snapshot }));

    expect(await description()).toMatch(/From the issue\.[\s\S]*Me too\./);
  });

  it('show what a listing saw, if that is newer', async () => {
    await written(sources({ snapshot: { body: 'Old.', updatedAt: '2026-01-01T00:00:00Z', comments: [] } }));

    expect(await description()).toContain('From the listing.');
  });

  it('show an issue that nobody works on without a plan', async () => {
    expect(await written(sources({ isTold: false }))).toEqual([
      'octo/hello/42/.updated-at',
      'octo/hello/42/description.md',
    ]);
  });

  it('are none where the ledger knows nothing', async () => {
    expect(await written(sources({ found: null, isTold: false }))).toEqual([]);
  });
});
