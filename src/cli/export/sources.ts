import { join } from 'node:path';
import { createDirectoryStore } from '../../artifacts/directory-store.ts';
import type { ArtifactStore } from '../../artifacts/store.ts';
import type { IssueClient } from '../../client/issues.ts';
import { liveIssues } from '../../client/live-issues.ts';
import { findsWorker } from '../../client/worker-presence.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { issueWorkflowId } from '../../workflows/protocol.ts';
import type { Listed } from '../../projection/input.ts';
import type { CommandContext } from '../context.ts';
import { asGhwError } from '../output.ts';

/** From where files are made again: as much of it as can be reached. */
export interface Sources {
  readonly ledger: Ledger | null;
  readonly artifacts: ArtifactStore;
  /** Null where no workflow can answer. */
  readonly live: { readonly client: IssueClient; readonly ids: ReadonlySet<string> } | null;
}

/**
 * Reaches for the ledger and for what is live, and says on standard error what cannot be reached.
 *
 * @throws GhwError `LedgerUnreachable`, `LedgerFailed` if neither is there
 */
export async function reachSources(context: CommandContext): Promise<Sources> {
  const { config } = await context.config();
  const [ledger, live] = await Promise.allSettled([context.ledger(), reachLive(context)]);
  const reached = live.status === 'fulfilled' ? live.value : null;
  if (ledger.status === 'rejected' && reached === null) throw ledger.reason;
  if (ledger.status === 'rejected') {
    context.out.note(`${asGhwError(ledger.reason).message} Only what lives is written, as its workflows tell it.`);
  }
  if (live.status === 'rejected') {
    context.out.note(`${asGhwError(live.reason).message} Files are written as the ledger knows it.`);
  } else if (reached === null) {
    context.out.note('No worker answers, so that workflows cannot be asked. Files are written as the ledger knows it.');
  }
  return {
    ledger: ledger.status === 'fulfilled' ? ledger.value : null,
    artifacts: createDirectoryStore(join(config.data_path, 'artifacts')),
    live: reached,
  };
}

async function reachLive(context: CommandContext): Promise<Sources['live']> {
  const client = await context.issues();
  const { temporal, taskQueue } = client;
  if (!(await findsWorker(temporal, taskQueue))) return null;
  return { client, ids: await liveIssues(temporal, taskQueue).ids() };
}

/** True if the issue's workflow can be asked. */
export function isLive({ live }: Sources, { repository, number }: IssueIdentity): boolean {
  return live?.ids.has(issueWorkflowId(repository, number)) ?? false;
}

/** An issue to export, with what a list has already told of it. */
export interface ExportTarget extends IssueIdentity {
  readonly listed?: Listed;
}

/** The issues of a repository: those that the ledger knows, and those that live. */
export async function issuesIn(
  { ledger, live }: Sources,
  repository: Omit<IssueIdentity, 'number'>,
): Promise<readonly ExportTarget[]> {
  const found = ledger && (await ledger.repositories.find(repository.repositoryId ?? repository.repository));
  const listed = found && ledger ? await ledger.issues.list({ repositoryIds: [found.id], state: 'all' }) : [];
  const targets = new Map<number, ExportTarget>();
  for (const number of liveNumbers(live?.ids ?? new Set(), repository.repository)) {
    targets.set(number, { ...repository, number });
  }
  for (const issue of listed) {
    const { number } = issue;
    targets.set(number, { ...repository, number, ...(found ? { listed: { repository: found, issue } } : {}) });
  }
  return [...targets.values()].sort((a, b) => a.number - b.number);
}

function liveNumbers(ids: ReadonlySet<string>, repository: string): readonly number[] {
  const prefix = issueWorkflowId(repository, 1).slice(0, -1);
  return [...ids].filter((id) => id.startsWith(prefix)).map((id) => Number(id.slice(prefix.length)));
}
