import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from '@jest/globals';
import { type Ledger } from '../../../src/ledger/ledger.ts';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import { agentTaskQueue } from '../../../src/workflows/protocol.ts';
import type { ObservedPullRequest } from '../../../src/domain/pull-request/observed.ts';
import { skipNothing } from '../../../src/domain/pull-request/skip.ts';
import { aRepository, aSync, HEAD_OID } from '../../domain/builders.ts';
import { aCheck, aPullRequest, aReading, theChecks } from '../../domain/pull-request/builders.ts';
import {
  aConfiguredRepository,
  anAuditEntry,
  aPlan,
  aProgress,
  aRecord,
  aRun,
  aSyncedIssue,
} from '../../ledger/support.ts';
import { testEnvironment } from '../../setup/environment.ts';
import { createTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { connectToTemporal, type TemporalForTest } from '../../setup/worker.ts';
import { failure, fakeActivities } from '../../workflows/support.ts';
import { ghw, temporaryHome } from '../ghw.ts';
import { expectGolden, moments, steady, transcriptOf } from './golden.ts';

let home: Awaited<ReturnType<typeof temporaryHome>>;
let config: string;

beforeEach(async () => {
  home = await temporaryHome();
  config = join(home.path, '.config', 'gh-worker', 'config.yaml');
  await mkdir(dirname(config), { recursive: true });
});
afterEach(() => home.remove());

/** What each of the commands said, one after the other. */
async function transcript(lines: readonly (readonly string[])[], env: NodeJS.ProcessEnv): Promise<string> {
  const texts: string[] = [];
  for (const args of lines) {
    texts.push(transcriptOf(args, await ghw(args, home.path, { PATH: '', GHW_DEBUG: '', ...env })));
  }
  return steady(texts.join(''), [[home.path, '~'], ...moments]);
}

describe('what is over, from the ledger alone', () => {
  let kept: TestLedger;
  const hello = aConfiguredRepository({ id: 'R_hello', name: 'octo/hello' });
  const world = aConfiguredRepository({ id: 'R_world', name: 'octo/world' });

  beforeAll(async () => {
    kept = await createTestLedger();
    const ledger = await openLedger(kept.url);
    await fill(ledger);
    await ledger.close();
  });
  afterAll(() => kept.remove());

  const checks = theChecks([aCheck({ name: 'lint', conclusion: 'failure' }), aCheck({ name: 'build' })]);
  const pulls = [
    pull(17, { title: 'Greet \u001B[31mred\u001B[0m', checks }),
    pull(18, { headRefName: 'ghw/issue-42', viewerDidAuthor: true, author: 'ghw', checks: theChecks([aCheck()]) }),
    pull(19, { author: 'dependabot', isDraft: true }),
    pull(20, { state: 'merged', mergedAt: '2026-01-02T08:30:00Z', updatedAt: '2026-01-02T08:30:00Z' }),
    pull(21, { author: 'renovate-bot' }),
  ];

  function pull(number: number, over: Partial<ObservedPullRequest>): ObservedPullRequest {
    return aPullRequest({ number, repositoryId: hello.id, ...over });
  }

  async function fill(ledger: Ledger): Promise<void> {
    await ledger.repositories.mirror([hello, world]);
    await ledger.issues.store(hello.id, [
      aSyncedIssue({ number: 7, title: 'Colours \u001B[31mred\u001B[0m and \u202Ereversed', labels: ['bug'] }),
      aSyncedIssue({ number: 8, title: '日本語のタイトル 👩‍👩‍👧‍👦', assignees: [], author: null }),
      aSyncedIssue({ number: 9, state: 'closed', closedAt: '2026-01-02T00:00:00Z', title: 'Done long ago' }),
    ]);
    await ledger.issues.store(world.id, [
      aSyncedIssue({ number: 1, title: 'A whole world', labels: [], assignees: [] }),
    ]);
    await ledger.pullRequests.synchronise(
      [aReading(pulls, { repositoryId: hello.id, nameWithOwner: hello.name })],
      () => ({
        ...skipNothing,
        authors: ['*bot'],
      }),
    );
    await ledger.issues.record(
      aRecord(hello, {
        plans: [aPlan(1), aPlan(2)],
        runs: [aRun(1), aRun(2, { agent: 'claude-code', model: 'opus', costUsd: 1.5, resumed: true })],
        audit: [anAuditEntry(1), anAuditEntry(2, { action: 'revisePlan', by: 'bob', door: 'cli', detail: 'shorter' })],
        progress: aProgress({ costUsd: 1.75 }),
      }),
    );
  }

  it.each([
    [
      'lists',
      [
        ['issues', 'list'],
        ['issues', 'list', '--state', 'all', '--sort', 'title', '--reverse'],
        ['issues', 'list', 'octo/world'],
        ['issues', 'list', '--label', '!bug', '--assignee', 'BOB', '--limit', '1'],
        ['issues', 'list', '--plan', 'waiting-for-local-review'],
        ['issues', 'list', '--search', 'nothing like this'],
        ['list', '--repository', 'octo/world', '--json'],
      ],
    ],
    [
      'one-issue',
      [
        ['issues', 'show', 'octo/hello#42'],
        ['issues', 'show', 'octo/hello#7'],
        ['issues', 'show', 'octo/hello#43'],
        ['issues', 'show', 'octo/hello#42', '--json'],
        ['audit'],
        ['audit', 'octo/hello#42', '--limit', '1', '--json'],
        ['open', 'octo/hello#42'],
        ['open', 'octo/hello', '42', '--json'],
        ['open', 'octo/hello#7', '--plan'],
      ],
    ],
    [
      'prs',
      [
        ['prs', 'list'],
        ['prs', 'list', 'octo/hello', '--checks', 'failed', '--json'],
        ['prs', 'list', '--state', 'all', '--sort', 'updated', '--reverse'],
        ['prs', 'list', '--own'],
        ['prs', 'list', '--author', 'nobody'],
        ['prs', 'show', 'octo/hello#17'],
        ['prs', 'show', 'octo/hello#99'],
        ['prs', 'open', 'octo/hello#17'],
        ['prs', 'open', 'octo/hello', '17', '--json'],
      ],
    ],
    ['status', [['status'], ['status', '--json']]],
    [
      'kept-plans',
      [
        ['plans', 'list', 'octo/hello#42'],
        ['plans', 'review', 'octo/hello#42'],
        ['plans', 'diff', 'octo/hello#42'],
        ['plans', 'list', 'octo/hello#42', '--json'],
        ['plans', 'review', 'octo/hello#7'],
      ],
    ],
    [
      'repositories',
      [
        ['repositories', 'list'],
        ['repositories', 'list', '--json'],
        ['repositories', 'add', 'octo/third', '--no-verify'],
        ['repositories', 'add', 'octo/third', '--no-verify', '--json'],
        ['repositories', 'remove', 'octo/third', '--yes'],
        ['repositories', 'remove', 'octo/third', '--yes'],
      ],
    ],
    [
      'config',
      [
        ['config', 'path'],
        ['config', 'get', 'plan.agent', '--json'],
        ['config', 'set', 'implement.publish', 'branch'],
        ['config', 'set', 'implement.publish', 'everywhere'],
        ['config', 'get', 'implement.publish'],
        ['config', 'unset', 'implement.publish'],
        ['config', 'validate'],
        ['config', 'issues-path', '/srv/issues', '--json'],
      ],
    ],
  ] as const)('%s', async (name, lines) => {
    await writeFile(config, `repositories: [{ name: octo/hello, id: R_hello }, { name: octo/world, id: R_world }]\n`);

    await expectGolden(`answers/${name}`, await transcript(lines, { DATABASE_URL: kept.url }));
  });
});

describe('what is live', () => {
  let server: TemporalForTest;
  let taskQueue: string;
  let repository: string;

  beforeAll(async () => {
    server = await connectToTemporal();
  });
  afterAll(() => server.close());

  beforeEach(async () => {
    taskQueue = `cli-${randomUUID()}`;
    repository = `octo/hello-${randomUUID().slice(0, 8)}`;
    const { temporalAddress, namespace } = testEnvironment();
    await writeFile(
      config,
      `temporal: { address: '${temporalAddress}', namespace: ${namespace}, task_queue: ${taskQueue} }\n` +
        `repositories: [{ name: ${repository} }]\n`,
    );
  });

  async function live(
    name: string,
    lines: readonly (readonly string[])[],
    over: Parameters<typeof fakeActivities>[0] = {},
  ): Promise<void> {
    const { calls: _calls, ...activities } = fakeActivities({
      syncIssue: () => Promise.resolve(aSync({ repository: aRepository({ nameWithOwner: repository }) })),
      ...over,
    });
    const [workflows, agents] = await Promise.all([
      server.createWorker({ taskQueue, activities }),
      server.createWorker({ taskQueue: agentTaskQueue('feature', taskQueue), activities, workflowBundle: undefined }),
    ]);
    const given = lines.map((line) => line.map((word) => word.replace('REPOSITORY', repository)));
    const said = await workflows.runUntil(() => agents.runUntil(() => transcript(given, {})));
    const { temporalAddress } = testEnvironment();
    await expectGolden(
      `answers/${name}`,
      // The same number of letters, so that tables stay in line.
      steady(said, [
        [repository, 'octo/hello-xxxxxxxx'],
        [temporalAddress, '127.0.0.1:7233'],
        // How it goes is told as often as it changes while somebody looks.
        [/^2> \S+: (?:asked for|plan|implementation) .*\n/gm, ''],
      ]),
    );
  }

  const ISSUE = 'REPOSITORY#42';

  it('an issue, from plan to pull request', async () => {
    await live('life', [
      ['issues', 'plan', ISSUE, '--by', 'ana'],
      ['plans', 'approve', ISSUE, '--digest', 'ffffffffffff', '--by', 'ana'],
      ['issues', 'implement', ISSUE, '--by', 'ana'],
      ['plans', 'unapprove', ISSUE, '--by', 'ana'],
      ['plans', 'approve', ISSUE, '--note', 'go on', '--by', 'ana'],
      ['issues', 'implement', ISSUE, '--no-push', '--by', 'ana'],
      ['implementations', 'review', ISSUE],
      ['issues', 'review', ISSUE, '--by', 'ana'],
      ['implementations', 'review', ISSUE, '--yes', '--head', HEAD_OID, '--by', 'ana'],
      ['issues', 'pause', ISSUE, '--reason', 'lunch', '--by', 'ana'],
      ['issues', 'resume', ISSUE, '--by', 'ana'],
      ['issues', 'follow', ISSUE],
      ['issues', 'show', ISSUE],
      ['open', ISSUE, '--pull-request'],
    ]);
  });

  it('a plan that is revised and rejected', async () => {
    await live('plan', [
      ['issues', 'plan', ISSUE, '--no-wait', '--by', 'ana'],
      ['issues', 'follow', ISSUE],
      ['plans', 'revise', ISSUE, '--feedback', 'shorter', '--by', 'ana'],
      ['plans', 'reject', ISSUE, '--reason', 'not now', '--by', 'ana'],
      ['plans', 'approve', ISSUE, '--by', 'ana'],
      ['issues', 'cancel', ISSUE, '--by', 'ana'],
    ]);
  });

  it('an agent that fails, as people and as scripts see it', async () => {
    await live(
      'failure',
      [
        ['issues', 'plan', ISSUE, '--by', 'ana'],
        ['issues', 'plan', ISSUE, '--by', 'ana', '--json'],
      ],
      { runAgent: () => Promise.reject(failure('AgentAuthentication', 'The key is not accepted.')) },
    );
  });
});
