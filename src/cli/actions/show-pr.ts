import type { PullRequestSummary } from '../../domain/pull-request/summary.ts';
import { GhwError } from '../../domain/errors.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import { formatPullRequest } from '../../domain/pull-request/identity.ts';
import { webUrlOf } from '../../github/clone-url.ts';
import { findRepository } from '../../config/policy.ts';
import { attempt } from '../attempt.ts';
import { openInBrowser } from '../browser.ts';
import type { CommandContext } from '../context.ts';
import { describePr, type PrDetails } from '../prs/describe.ts';
import { prLine } from '../prs/line.ts';
import { pullRequestOf } from '../prs/target.ts';

/** Changes that are shown; `--json` has as many. */
const HISTORY = 50;

/** `ghw prs show` */
export async function showPr(context: CommandContext, words: readonly string[]): Promise<void> {
  const pull = await pullRequestOf(context, words);
  const { pullRequests } = await context.ledger();
  const found = await pullRequests.getByRepositoryAndNumber(pull);
  if (found === null) throw unknown(pull);
  const [checks, history, live] = await Promise.all([
    pullRequests.checksOf(pull),
    pullRequests.history(pull, HISTORY),
    attempt(liveState(context, { ...pull, repository: found.registeredName })),
  ]);
  const details: PrDetails = { ...prLine(found), checkRuns: checks, history, workflow: live.value ?? null };
  context.out.data(details, () => describePr(context, details));
  if (live.error !== null && found.state === 'open' && found.skippedBy === null) {
    context.out.warn(`This is what discovery saw last; its workflow does not answer: ${live.error.message}`);
  }
}

async function liveState(context: CommandContext, pull: IssueIdentity): Promise<PullRequestSummary | null> {
  const [temporal, { config }, { readPullRequest }] = await Promise.all([
    context.temporal(),
    context.config(),
    import('../../client/read-pull-request.ts'),
  ]);
  return readPullRequest(temporal, config.temporal.task_queue, pull);
}

function unknown(pull: IssueIdentity): GhwError {
  return new GhwError('IssueNotTracked', `No pull request ${formatPullRequest(pull)} is known here.`, {
    hint: `ghw discovery run ${pull.repository}`,
  });
}

export interface PrOpenOptions {
  readonly workflow?: boolean;
  readonly print?: boolean;
}

/** `ghw prs open` */
export async function openPr(context: CommandContext, options: PrOpenOptions, words: readonly string[]): Promise<void> {
  const pull = await pullRequestOf(context, words);
  const url = options.workflow === true ? await workflowAddress(context, pull) : await pageAddress(context, pull);
  if (options.print === true || !context.interactive) {
    context.out.data({ url }, () => url);
    return;
  }
  context.out.note(`Opening ${url}`);
  if (!(await openInBrowser(url, context.io.env))) {
    context.out.note('No browser could be started: set BROWSER, or open it yourself.');
    context.out.data({ url }, () => url);
  }
}

/** From the configuration alone: needs nobody to answer. */
async function pageAddress(context: CommandContext, { number, repository }: IssueIdentity): Promise<string> {
  const { config } = await context.config();
  const name = findRepository(config, repository)?.renamed_to ?? repository;
  return `${config.github.web_url ?? webUrlOf(config.github.api_url)}/${name}/pull/${String(number)}`;
}

async function workflowAddress(context: CommandContext, { number, repository }: IssueIdentity): Promise<string> {
  const [{ config }, { resolveTargetOf }, { pullRequestWorkflowId }] = await Promise.all([
    context.config(),
    import('../temporal-target.ts'),
    import('../../workflows/protocol.ts'),
  ]);
  const { namespace, uiUrl } = await resolveTargetOf(config, context.io.env);
  const id = pullRequestWorkflowId(repository, number);
  if (uiUrl === null) {
    throw new GhwError('NotApplicable', 'Where the Web UI of this Temporal service is, is not known here.', {
      hint: `Look there for the workflow ${id}.`,
    });
  }
  return `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(id)}`;
}
