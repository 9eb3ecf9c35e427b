import type { CheckRunRecord, CheckSuiteRecord, RepositoryRecord, StatusContextRecord } from '../../model/records.ts';
import { connection, sortedConnection, type PageArguments } from '../connection.ts';
import type { RequestContext, TypeResolvers } from '../context.ts';
import { gitCommit } from './git-sources.ts';
import { addressFields, byAge, repositoryField } from './shared.ts';

type Check = CheckRunRecord | StatusContextRecord;

interface RollupSource {
  readonly type: 'StatusCheckRollup';
  readonly id: string;
  readonly repository: RepositoryRecord;
  readonly oid: string;
  readonly checks: readonly Check[];
}

const good: readonly (string | null)[] = ['SUCCESS', 'NEUTRAL', 'SKIPPED'];

/** One word for a check: the state of a status, the conclusion of a finished run, else how far it is. */
function stateOf(check: Check): string {
  if (check.type === 'StatusContext') return check.state;
  return check.status === 'COMPLETED' ? (check.conclusion ?? 'NEUTRAL') : check.status;
}

/** What the checks of one commit come to. */
export function rollupState(checks: readonly Check[]): string {
  const isRunning = (check: Check) =>
    check.type === 'CheckRun' ? check.status !== 'COMPLETED' : check.state === 'PENDING';
  const finished = checks.filter((check) => !isRunning(check)).map(stateOf);
  if (finished.includes('ERROR')) return 'ERROR';
  if (finished.some((state) => state !== 'EXPECTED' && !good.includes(state))) return 'FAILURE';
  if (checks.some(isRunning)) return 'PENDING';
  return finished.includes('EXPECTED') ? 'EXPECTED' : 'SUCCESS';
}

/** All that was reported for one commit, the latest of each name; null as long as nothing was. */
export function rollup(
  context: Pick<RequestContext, 'hub'>,
  repository: RepositoryRecord,
  oid: string,
): RollupSource | null {
  const { store } = context.hub;
  const runs = store
    .children(repository.id, 'CheckSuite')
    .filter(({ headOid }) => headOid === oid)
    .flatMap((suite) => store.children(suite.id, 'CheckRun'));
  const contexts = store.children(repository.id, 'StatusContext').filter(({ headOid }) => headOid === oid);
  const latest = new Map<string, Check>([
    ...runs.map((run) => [`run ${run.name}`, run] as const),
    ...contexts.map((status) => [`status ${status.context}`, status] as const),
  ]);
  if (latest.size === 0) return null;
  const id = `SCR_${Buffer.from(`${repository.databaseId}:${oid}`).toString('base64url')}`;
  return { type: 'StatusCheckRollup', id, repository, oid, checks: [...latest.values()] };
}

function counts(checks: readonly Check[]): { state: string; count: number }[] {
  const byState = new Map<string, number>();
  for (const state of checks.map(stateOf)) byState.set(state, (byState.get(state) ?? 0) + 1);
  return [...byState].map(([state, count]) => ({ state, count }));
}

function suiteOf(run: CheckRunRecord, context: RequestContext): CheckSuiteRecord {
  return context.hub.store.get(run.parentId ?? '', 'CheckSuite');
}

function suiteState(suite: CheckSuiteRecord, context: RequestContext) {
  const runs = context.hub.store.children(suite.id, 'CheckRun');
  const isFinished = runs.every((run) => run.status === 'COMPLETED');
  const worst = runs.find((run) => !good.includes(run.conclusion))?.conclusion ?? 'SUCCESS';
  return { status: isFinished ? 'COMPLETED' : 'IN_PROGRESS', conclusion: isFinished ? worst : null };
}

function commitOf(source: CheckSuiteRecord | StatusContextRecord, _args: unknown, context: RequestContext) {
  return gitCommit(context.hub.store.repositoryOf(source.id), source.headOid);
}

export const checkTypes = {
  StatusCheckRollup: {
    state: (source: RollupSource) => rollupState(source.checks),
    commit: (source: RollupSource) => gitCommit(source.repository, source.oid),
    contexts: (source: RollupSource, args: PageArguments) => {
      const runs = source.checks.filter((check) => check.type === 'CheckRun');
      const contexts = source.checks.filter((check) => check.type === 'StatusContext');
      return {
        ...sortedConnection(source.checks, args, byAge),
        checkRunCount: runs.length,
        checkRunCountsByState: counts(runs),
        statusContextCount: contexts.length,
        statusContextCountsByState: counts(contexts),
      };
    },
  },
  StatusContext: {
    commit: commitOf,
    isRequired: () => false,
  },
  CheckSuite: {
    ...repositoryField,
    ...addressFields(
      (source: CheckSuiteRecord, hub) =>
        `${hub.repositoryPath(hub.store.repositoryOf(source.id))}/commit/${source.headOid}/checks`,
    ),
    commit: commitOf,
    // Nobody runs workflows here.
    workflowRun: () => null,
    app: (source: CheckSuiteRecord) => ({ type: 'App', id: 'A_local', name: source.appName, slug: source.appName }),
    status: (source: CheckSuiteRecord, _args: unknown, context: RequestContext) => suiteState(source, context).status,
    conclusion: (source: CheckSuiteRecord, _args: unknown, context: RequestContext) =>
      suiteState(source, context).conclusion,
    checkRuns: (source: CheckSuiteRecord, args: PageArguments, context: RequestContext) =>
      sortedConnection(context.hub.store.children(source.id, 'CheckRun'), args, byAge),
  },
  CheckRun: {
    ...repositoryField,
    ...addressFields(
      (source: CheckRunRecord, hub) =>
        `${hub.repositoryPath(hub.store.repositoryOf(source.id))}/runs/${source.databaseId}`,
    ),
    checkSuite: (source: CheckRunRecord, _args: unknown, context: RequestContext) => suiteOf(source, context),
    annotations: (source: CheckRunRecord, args: PageArguments) =>
      connection(
        source.annotations.map((annotation) => ({
          path: annotation.path,
          message: annotation.message,
          title: annotation.title,
          annotationLevel: annotation.level,
          location: { start: { line: annotation.startLine }, end: { line: annotation.endLine } },
        })),
        args,
      ),
    isRequired: (source: CheckRunRecord) => source.isRequired,
  },
} satisfies Record<string, TypeResolvers>;
