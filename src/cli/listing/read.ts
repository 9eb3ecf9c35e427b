import type { TrackedIssue } from '../../client/issue-list.ts';
import { GhwError } from '../../domain/errors.ts';
import type { LedgerIssue } from '../../ledger/ledger.ts';
import { type Attempt, attempt } from '../attempt.ts';
import type { CommandContext } from '../context.ts';
import { type IssueLine, type Sources, joinIssues } from './line.ts';

/** What is read. */
export interface Reading {
  readonly state: 'open' | 'closed' | 'all';
  /** Configured repositories, under the names that their workflows have; all if absent. */
  readonly repositories?: readonly { readonly repository: string; readonly repositoryId: string | null }[];
}

/** All issues of a state, with what could not be reached. */
export interface ReadLines {
  readonly lines: readonly IssueLine[];
  readonly ledgerError: GhwError | null;
  readonly temporalError: GhwError | null;
}

/**
 * Reads ledger and Temporal at once, and joins them. Where one of them cannot be reached, the other is shown alone.
 *
 * Temporal takes most of a millisecond for each workflow that it lists. So it lists those with which something was begun,
 * and counts all; if the ledger knows as many others that live, these are as the ledger says. Else it lists them all.
 *
 * @throws GhwError as Temporal's if neither can be reached; `InvalidConfiguration`
 */
export async function readLines(context: CommandContext, reading: Reading): Promise<ReadLines> {
  const { config } = await context.config();
  // Temporal takes longer to answer: it is asked first, and what the ledger needs is loaded meanwhile.
  const asked = await attempt(askLive(context, reading));
  const [live, ledger] = await Promise.all([attempt(answerOf(asked)), attempt(readLedger(context, reading))]);
  if (live.error !== null && ledger.error !== null) throw neither(live.error, ledger.error);
  const sources = await sourcesOf(context, reading, live.value, ledger.value);
  return {
    lines: joinIssues(sources, config.repositories),
    ledgerError: ledger.error,
    temporalError: live.error,
  };
}

/** What Temporal says at first. */
interface Live {
  /** With which something was begun. */
  readonly begun: readonly TrackedIssue[];
  /** How many live. */
  readonly count: number;
}

async function sourcesOf(
  context: CommandContext,
  reading: Reading,
  temporal: Live | undefined,
  ledger: readonly LedgerIssue[] | undefined,
): Promise<Sources> {
  if (temporal === undefined) return { ledger, live: undefined };
  // The ledger knows what is over; alone, Temporal has to say that too.
  if (ledger === undefined)
    return { ledger, live: await listLive(context, reading, { all: reading.state !== 'open' }) };
  const { begun, count } = temporal;
  const ids = new Set(begun.map(({ workflowId }) => workflowId));
  const others = new Set(ledger.flatMap((issue) => idOfOther(issue, ids) ?? []));
  if (ids.size + others.size === count) return { ledger, live: begun, liveByLedger: others };
  return { ledger, live: await listLive(context, reading, {}) };
}

/** The workflow of an issue that lives and with which nothing was begun, by the ledger's word; null if it has none. */
function idOfOther({ progress }: LedgerIssue, begun: ReadonlySet<string>): string | null {
  if (progress?.phase !== 'new' || progress.outcome !== null || begun.has(progress.workflowId)) return null;
  return progress.workflowId;
}

async function readLedger(context: CommandContext, { state, repositories }: Reading): Promise<readonly LedgerIssue[]> {
  const ledger = await context.ledger();
  if (repositories === undefined) return ledger.issues.list({ state });
  return ledger.issues.list({
    state,
    repositoryIds: repositories.flatMap(({ repositoryId }) => repositoryId ?? []),
    // One that nobody has asked GitHub about has no id in the configuration.
    repositoryNames: repositories.flatMap(({ repository, repositoryId }) => (repositoryId === null ? repository : [])),
  });
}

/** The request is on its way; a promise alone would be waited for as well. */
interface Asked {
  readonly answer: Promise<Live>;
}

async function askLive(context: CommandContext, reading: Reading): Promise<Asked> {
  const [temporal, { countIssues, listIssues }] = await Promise.all([
    context.temporal(),
    import('../../client/issue-list.ts'),
  ]);
  const options = optionsOf(reading);
  const answer = Promise.all([listIssues(temporal, { ...options, begun: true }), countIssues(temporal, options)]).then(
    ([begun, count]): Live => ({ begun, count }),
  );
  // Whoever takes the answer hears of its failure, even if that is there before.
  answer.catch(() => undefined);
  // The socket is written to before whatever takes the processor next.
  await new Promise((resolve) => setImmediate(resolve));
  return { answer };
}

async function listLive(
  context: CommandContext,
  reading: Reading,
  options: { readonly all?: boolean },
): Promise<readonly TrackedIssue[]> {
  const { listIssues } = await import('../../client/issue-list.ts');
  return listIssues(await context.temporal(), { ...optionsOf(reading), ...options });
}

function optionsOf({ repositories }: Reading): { readonly repositories?: readonly string[] } {
  return repositories === undefined ? {} : { repositories: repositories.map(({ repository }) => repository) };
}

async function answerOf(asked: Attempt<Asked>): Promise<Live> {
  if (asked.error !== null) throw asked.error;
  return asked.value.answer;
}

function neither(temporal: GhwError, ledger: GhwError): GhwError {
  return new GhwError(temporal.name, `${temporal.message} ${ledger.message}`, {
    hint: temporal.hint ?? '',
    cause: temporal,
  });
}
