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
 * @throws GhwError as Temporal's if neither can be reached; `InvalidConfiguration`
 */
export async function readLines(context: CommandContext, reading: Reading): Promise<ReadLines> {
  const { config } = await context.config();
  // Temporal takes longer to answer: it is asked first, and what the ledger needs is loaded meanwhile.
  const asked = await attempt(askLive(context, reading));
  const [live, ledger] = await Promise.all([attempt(answerOf(asked)), attempt(readLedger(context, reading))]);
  if (live.error !== null && ledger.error !== null) throw neither(live.error, ledger.error);
  const sources: Sources = {
    ledger: ledger.value,
    // The ledger knows what is over; alone, Temporal has to say that too.
    live:
      ledger.error !== null && reading.state !== 'open'
        ? await (
            await askLive(context, reading, true)
          ).answer
        : live.value,
  };
  return {
    lines: joinIssues(sources, config.repositories),
    ledgerError: ledger.error,
    temporalError: live.error,
  };
}

async function readLedger(context: CommandContext, { state, repositories }: Reading): Promise<readonly LedgerIssue[]> {
  const ledger = await context.ledger();
  if (repositories === undefined) return ledger.issues.list({ state });
  const ids = await Promise.all(
    repositories.map(
      // One that nobody has asked GitHub about has no id in the configuration.
      async ({ repository, repositoryId }) => repositoryId ?? (await ledger.repositories.find(repository))?.id,
    ),
  );
  return ledger.issues.list({ state, repositoryIds: ids.filter((id) => id !== undefined) });
}

/** The request is on its way; a promise alone would be waited for as well. */
interface Asked {
  readonly answer: Promise<readonly TrackedIssue[]>;
}

async function askLive(context: CommandContext, { repositories }: Reading, all = false): Promise<Asked> {
  const [temporal, { listIssues }] = await Promise.all([context.temporal(), import('../../client/issue-list.ts')]);
  const answer = listIssues(temporal, {
    all,
    ...(repositories === undefined ? {} : { repositories: repositories.map(({ repository }) => repository) }),
  });
  // Whoever takes the answer hears of its failure, even if that is there before.
  answer.catch(() => undefined);
  // The socket is written to before whatever takes the processor next.
  await new Promise((resolve) => setImmediate(resolve));
  return { answer };
}

async function answerOf(asked: Attempt<Asked>): Promise<readonly TrackedIssue[]> {
  if (asked.error !== null) throw asked.error;
  return asked.value.answer;
}

function neither(temporal: GhwError, ledger: GhwError): GhwError {
  return new GhwError(temporal.name, `${temporal.message} ${ledger.message}`, {
    hint: temporal.hint ?? '',
    cause: temporal,
  });
}
