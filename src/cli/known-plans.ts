import type { IssueClient } from '../client/issues.ts';
import { GhwError, type ErrorName } from '../domain/errors.ts';
import type { IssueIdentity } from '../domain/issue-state.ts';
import { formatIssue } from '../domain/issue.ts';
import type { PlanVersion } from '../domain/plan.ts';
import type { IssueSummary } from '../domain/summary.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { CommandContext } from './context.ts';
import { asGhwError } from './output.ts';

/** Where an issue stands, as its workflow or the ledger tells. */
export type KnownState = Omit<IssueSummary, 'runs'>;

/** An issue's plans, wherever they are known from. */
export interface KnownPlans {
  readonly summary: KnownState;
  /** Oldest first; the text of an old one may be kept nowhere. */
  readonly versions: readonly PlanVersion[];
  /** False if the ledger told, because no workflow answers. */
  readonly isLive: boolean;
}

/** Where one of these is the reason, the ledger may know what the workflow does not answer. */
const unanswered: readonly ErrorName[] = ['NoWorker', 'IssueNotTracked', 'TemporalUnreachable'];

/**
 * Every version of an issue's plan: from its workflow, or, where that is over or nobody answers, from the ledger, which
 * is said.
 *
 * @throws GhwError as {@link IssueClient.state} does, if the ledger knows nothing either
 */
export async function knownPlans(context: CommandContext, issue: IssueIdentity): Promise<KnownPlans> {
  try {
    const live = await livePlans(await context.issues(), issue);
    return { ...live, isLive: true, versions: await withTexts(context, issue, live.versions) };
  } catch (error) {
    const known = asGhwError(error);
    if (!unanswered.includes(known.name)) throw error;
    const told = await fromLedger(context, issue);
    if (told === undefined) throw error;
    context.out.note(`${known.message} This is what the ledger knows.`);
    return told;
  }
}

/**
 * What an issue's workflow answers about itself and its plans.
 *
 * @throws GhwError as {@link IssueClient.state} does
 */
export async function livePlans(
  client: IssueClient,
  issue: IssueIdentity,
): Promise<{ readonly summary: IssueSummary; readonly versions: readonly PlanVersion[] }> {
  const summary = await client.state(issue);
  const numbers = Array.from({ length: summary.plan.version ?? 0 }, (_, index) => index + 1);
  const versions = await Promise.all(numbers.map((number) => client.plan(issue, number)));
  return { summary, versions: versions.filter((version) => version !== null) };
}

/** A workflow lets go of old texts; the ledger keeps them. */
async function withTexts(
  context: CommandContext,
  issue: IssueIdentity,
  versions: readonly PlanVersion[],
): Promise<readonly PlanVersion[]> {
  if (versions.every(({ text }) => text !== null)) return versions;
  const kept = (await ledgerPlans(context, issue))?.versions ?? [];
  return versions.map((version) =>
    version.text === null ? (kept.find(({ digest }) => digest === version.digest) ?? version) : version,
  );
}

async function fromLedger(context: CommandContext, issue: IssueIdentity): Promise<KnownPlans | undefined> {
  const told = await ledgerPlans(context, issue);
  return told?.progress ? { summary: told.progress, versions: told.versions, isLive: false } : undefined;
}

async function ledgerPlans(
  context: CommandContext,
  issue: IssueIdentity,
): Promise<
  | { readonly progress: Awaited<ReturnType<Ledger['issues']['progress']>>; readonly versions: readonly PlanVersion[] }
  | undefined
> {
  try {
    const { issues } = await context.ledger();
    const [progress, versions] = await Promise.all([issues.progress(issue), issues.plans(issue)]);
    return { progress, versions };
  } catch {
    // What is already known, or the reason why it is not, says more than that the ledger is away too.
    return undefined;
  }
}

/**
 * One of the versions, by number or the newest.
 *
 * @throws GhwError `NotApplicable`
 */
export function planOf(issue: IssueIdentity, { versions }: KnownPlans, number?: number): PlanVersion {
  const found = number === undefined ? versions.at(-1) : versions.find(({ version }) => version === number);
  if (found !== undefined) return found;
  const name = formatIssue(issue);
  throw versions.length === 0
    ? new GhwError('NotApplicable', `${name} has no plan yet.`, { hint: `ghw issues plan ${name}` })
    : new GhwError('NotApplicable', `${name} has no plan version ${String(number)}.`, {
        hint: `See which there are: ghw plans list ${name}`,
      });
}
