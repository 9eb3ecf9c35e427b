import type { GhwError } from '../domain/errors.ts';
import type { AuditEntry, IssueIdentity } from '../domain/issue-state.ts';
import { formatIssue } from '../domain/issue.ts';
import type { LedgerAuditEntry } from '../ledger/ledger.ts';
import { attempt } from './attempt.ts';
import type { CommandContext } from './context.ts';
import { renderTable } from './table.ts';

export interface AuditQuestion {
  /** Everything if absent. */
  readonly issue?: IssueIdentity;
  /** ISO 8601. */
  readonly since?: string;
  readonly limit: number;
}

export interface AuditAnswer {
  /** Newest first. */
  readonly entries: readonly LedgerAuditEntry[];
  /** Why the ledger told nothing; null if it did. */
  readonly ledgerError: GhwError | null;
}

/**
 * Who did what, from the ledger, and of one issue also what its workflow has not told the ledger yet.
 *
 * @throws GhwError the ledger's, if the workflow answers nothing either
 */
export async function readAudit(context: CommandContext, question: AuditQuestion): Promise<AuditAnswer> {
  const { issue, since, limit } = question;
  const [kept, live] = await Promise.all([
    attempt(fromLedger(context, question)),
    // What the ledger has says more than why there is no more.
    issue === undefined ? undefined : attempt(fromWorkflow(context, issue)),
  ]);
  if (kept.error !== null && !live?.value) throw kept.error;
  const entries = merged(kept.value ?? [], live?.value ?? [], since);
  return { entries: entries.slice(0, limit), ledgerError: kept.error };
}

async function fromLedger(
  context: CommandContext,
  { issue, since, limit }: AuditQuestion,
): Promise<readonly LedgerAuditEntry[]> {
  const ledger = await context.ledger();
  return ledger.audit.list({
    ...(issue === undefined ? {} : { entityType: 'issue' as const, entityId: formatIssue(issue) }),
    ...(since === undefined ? {} : { since }),
    limit,
  });
}

async function fromWorkflow(context: CommandContext, issue: IssueIdentity): Promise<readonly LedgerAuditEntry[]> {
  const entries = await (await context.issues()).audit(issue);
  return entries.map((entry) => ({ ...entry, entityType: 'issue', entityId: formatIssue(issue) }));
}

function merged(
  kept: readonly LedgerAuditEntry[],
  live: readonly LedgerAuditEntry[],
  since: string | undefined,
): readonly LedgerAuditEntry[] {
  const known = new Set(kept.map(keyOf));
  const news = live.filter((entry) => !known.has(keyOf(entry)) && (since === undefined || entry.at >= since));
  return [...news, ...kept].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

function keyOf({ at, action, by, door, detail }: AuditEntry): string {
  return JSON.stringify([Date.parse(at), action, by, door, detail]);
}

/** @param showsEntity - whether it says of each entry what it is about */
export function auditTable(
  context: CommandContext,
  entries: readonly LedgerAuditEntry[],
  showsEntity: boolean,
): string {
  const head = [
    { title: 'at', optional: true },
    ...(showsEntity ? ['about'] : []),
    'action',
    'by',
    { title: 'door', optional: true },
    'detail',
  ];
  const rows = entries.map(({ at, entityId, action, by, door, detail }) => [
    shortTime(at),
    ...(showsEntity ? [entityId] : []),
    ...[action, by, door, detail],
  ]);
  return renderTable(head, rows, { width: context.out.width, head: context.out.colors.bold });
}

/** To the second, in UTC, as everything that is printed. */
export function shortTime(iso: string): string {
  return new Date(iso).toISOString().replace(/\.\d+Z$/, 'Z');
}
