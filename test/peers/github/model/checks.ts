import type { Hub } from './hub.ts';
import type { CheckAnnotation, CheckConclusion, CheckRunRecord, CheckStatus, RepositoryRecord } from './records.ts';

/** A check run as it is reported; what is absent stays as it is, or is empty. */
export interface CheckRunReport {
  readonly status?: CheckStatus;
  readonly conclusion?: CheckConclusion;
  readonly title?: string;
  readonly summary?: string;
  readonly text?: string;
  readonly detailsUrl?: string;
}

/** Adds a check run to the suite of its commit. No pull request is thereby updated, as on GitHub. */
export function createCheckRun(
  hub: Hub,
  repository: RepositoryRecord,
  input: CheckRunReport & {
    readonly oid: string;
    readonly name: string;
    readonly isRequired?: boolean;
    readonly annotations?: readonly CheckAnnotation[];
    readonly log?: string;
  },
): CheckRunRecord {
  const { store } = hub;
  const known = store.children(repository.id, 'CheckSuite').find(({ headOid }) => headOid === input.oid);
  const suite = known ?? store.insert('CheckSuite', repository.id, { headOid: input.oid, appName: 'github-actions' });
  const status = input.status ?? (input.conclusion === undefined ? 'IN_PROGRESS' : 'COMPLETED');
  return store.insert('CheckRun', suite.id, {
    name: input.name,
    status,
    conclusion: input.conclusion ?? null,
    startedAt: status === 'QUEUED' ? null : hub.now(),
    completedAt: status === 'COMPLETED' ? hub.now() : null,
    title: input.title ?? null,
    summary: input.summary ?? null,
    text: input.text ?? null,
    detailsUrl: input.detailsUrl ?? null,
    isRequired: input.isRequired ?? false,
    annotations: [...(input.annotations ?? [])],
    log: input.log ?? null,
  });
}

/** Changes a run in place: it goes on, ends, or begins anew. */
export function updateCheckRun(hub: Hub, run: CheckRunRecord, report: CheckRunReport): void {
  const status = report.status ?? (report.conclusion === undefined ? run.status : 'COMPLETED');
  const isEnded = status === 'COMPLETED';
  const { title = run.title, summary = run.summary, text = run.text, detailsUrl = run.detailsUrl } = report;
  hub.store.change(run, {
    ...{ status, title, summary, text, detailsUrl },
    conclusion: isEnded ? (report.conclusion ?? run.conclusion) : null,
    startedAt: status === 'QUEUED' ? null : isEnded || run.status === status ? (run.startedAt ?? hub.now()) : hub.now(),
    completedAt: isEnded ? hub.now() : null,
  });
}
