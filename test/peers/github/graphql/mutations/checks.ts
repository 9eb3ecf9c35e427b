import { createCheckRun, updateCheckRun, type CheckRunReport } from '../../model/checks.ts';
import type { CheckConclusion, CheckStatus } from '../../model/records.ts';
import type { RequestContext } from '../context.ts';
import { requireRight, target, unprocessable, type Mutation } from './guards.ts';

interface CheckRunInput {
  readonly repositoryId: string;
  readonly name?: string | null;
  readonly status?: CheckStatus | null;
  readonly conclusion?: CheckConclusion | null;
  readonly detailsUrl?: string | null;
  readonly output?: { readonly title: string; readonly summary: string; readonly text?: string | null } | null;
}

function reportOf({ conclusion, detailsUrl, output, status }: CheckRunInput): CheckRunReport {
  if (status === 'COMPLETED' && conclusion == null) throw unprocessable('A completed check run needs a conclusion.');
  return {
    ...(status == null ? {} : { status }),
    ...(conclusion == null ? {} : { conclusion }),
    ...(detailsUrl == null ? {} : { detailsUrl }),
    ...(output == null ? {} : { title: output.title, summary: output.summary }),
    ...(output?.text == null ? {} : { text: output.text }),
  };
}

function repositoryFor(context: RequestContext, id: string, action: string) {
  const repository = target(context, id, 'Repository');
  requireRight(context, repository, { action, areas: ['checks'], permission: 'WRITE' });
  return repository;
}

export const checkMutations = {
  createCheckRun: async (input: CheckRunInput & { name: string; headSha: string }, context: RequestContext) => {
    const repository = repositoryFor(context, input.repositoryId, 'CreateCheckRun');
    const commit = await context.hub.objects.resolve(repository, input.headSha);
    if (commit?.type !== 'commit') throw unprocessable(`No commit found for SHA: ${input.headSha}`);
    const { headSha: oid, name } = input;
    const report = { ...(input.status == null && input.conclusion == null ? { status: 'QUEUED' as const } : {}) };
    return { checkRun: createCheckRun(context.hub, repository, { oid, name, ...report, ...reportOf(input) }) };
  },

  updateCheckRun: (input: CheckRunInput & { checkRunId: string }, context: RequestContext) => {
    const repository = repositoryFor(context, input.repositoryId, 'UpdateCheckRun');
    const checkRun = target(context, input.checkRunId, 'CheckRun');
    if (context.hub.store.repositoryOf(checkRun.id).id !== repository.id)
      throw unprocessable('Not in this repository.');
    updateCheckRun(context.hub, checkRun, reportOf(input));
    return { checkRun };
  },
} satisfies Record<string, Mutation>;
