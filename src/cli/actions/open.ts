import { findRepository } from '../../config/policy.ts';
import { GhwError } from '../../domain/errors.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import { formatIssue } from '../../domain/issue.ts';
import type { IssueSummary } from '../../domain/summary.ts';
import { webUrlOf } from '../../github/clone-url.ts';
import { attempt } from '../attempt.ts';
import { openInBrowser } from '../browser.ts';
import type { CommandContext } from '../context.ts';
import { issueOf } from '../targets.ts';

export interface OpenOptions {
  readonly pullRequest?: boolean;
  readonly workflow?: boolean;
  readonly plan?: boolean;
  readonly print?: boolean;
}

const places = ['pullRequest', 'workflow', 'plan'] as const;
type Place = (typeof places)[number] | 'issue';

/** Shows an issue, or what belongs to it, in a browser; where there is no terminal, its address. */
export async function openIssue(
  context: CommandContext,
  options: OpenOptions,
  words: readonly string[],
): Promise<void> {
  const [place = 'issue', ...more] = places.filter((name) => options[name] === true);
  if (more.length > 0) {
    throw new GhwError('InvalidInput', '--pull-request, --workflow and --plan exclude each other.');
  }
  const issue = await issueOf(context, words);
  const url = await addressOf(context, issue, place);
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

async function addressOf(context: CommandContext, issue: IssueIdentity, place: Place): Promise<string> {
  switch (place) {
    case 'issue':
      return issueAddress(context, issue);
    case 'workflow':
      return workflowAddress(context, issue);
    case 'pullRequest': {
      const state = await stateOf(context, issue);
      return webAddress(state?.implementation.pullRequest?.url, `${formatIssue(issue)} has no pull request yet.`);
    }
    case 'plan': {
      const state = await stateOf(context, issue);
      return webAddress(state?.plan.commentUrl, `${formatIssue(issue)} has no plan on GitHub yet.`);
    }
  }
}

/** From the configuration alone: needs nobody to answer. */
async function issueAddress(context: CommandContext, { repository, number }: IssueIdentity): Promise<string> {
  const { config } = await context.config();
  const name = findRepository(config, repository)?.renamed_to ?? repository;
  return `${config.github.web_url ?? webUrlOf(config.github.api_url)}/${name}/issues/${String(number)}`;
}

async function workflowAddress(context: CommandContext, issue: IssueIdentity): Promise<string> {
  const [{ config }, { resolveTargetOf }, { issueWorkflowId }] = await Promise.all([
    context.config(),
    import('../temporal-target.ts'),
    import('../../workflows/protocol.ts'),
  ]);
  const { uiUrl, namespace } = await resolveTargetOf(config, context.io.env);
  if (uiUrl === null) {
    throw new GhwError('NotApplicable', 'Where the Web UI of this Temporal service is, is not known here.', {
      hint: `Look there for the workflow ${issueWorkflowId(issue.repository, issue.number)}.`,
    });
  }
  const id = encodeURIComponent(issueWorkflowId(issue.repository, issue.number));
  return `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${id}`;
}

/** As the ledger was told, which is at once; else as the workflow says. Undefined if nobody ever worked on it. */
async function stateOf(context: CommandContext, issue: IssueIdentity): Promise<Omit<IssueSummary, 'runs'> | undefined> {
  const told = await attempt(context.ledger().then((ledger) => ledger.issues.progress(issue)));
  if (told.value) return told.value;
  const live = await attempt(context.issues().then((client) => client.state(issue)));
  if (live.error !== null && told.error !== null) throw live.error;
  return live.value;
}

/** What others wrote opens in a browser only if it is an address of the web. */
function webAddress(url: string | null | undefined, missing: string): string {
  if (url == null || !/^https?:\/\//.test(url)) throw new GhwError('NotApplicable', missing);
  return url;
}
