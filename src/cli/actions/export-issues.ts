import pLimit from 'p-limit';
import { type ErrorName, GhwError } from '../../domain/errors.ts';
import { formatIssue } from '../../domain/issue.ts';
import { readProjectionInput } from '../../projection/input.ts';
import { projectionError } from '../../projection/projection.ts';
import { type FolderReport, type RepairOptions, repairIssue, repairRepository } from '../../projection/repair.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { withLive } from '../export/live-input.ts';
import { type ExportReport, describeExport, exportJson, isOff } from '../export/report.ts';
import { type ExportTarget, type Sources, isLive, issuesIn, reachSources } from '../export/sources.ts';
import { createLiveLine } from '../live-line.ts';
import { asGhwError } from '../output.ts';
import { progressBar } from '../progress-bar.ts';
import { repositoryOf, targetsOf } from '../targets.ts';

export interface ExportOptions {
  readonly check?: boolean;
}

/** Issues whose files are written at a time. */
const PARALLEL = 8;

/** Makes the files about issues what the ledger and live workflows say, or only says which are not. */
export async function exportIssues(
  context: CommandContext,
  options: ExportOptions,
  words: readonly string[],
): Promise<void> {
  const { config } = await context.config();
  const { issues: named, repositories: given } = await targetsOf(context, words);
  const whole =
    named.length + given.length > 0 ? given : config.repositories.map(({ name }) => repositoryOf(config, name));
  const sources = await reachSources(context);
  const repair: RepairOptions = { root: config.issues_path, check: options.check ?? false };
  const listed = await Promise.all(whole.map((repository) => issuesIn(sources, repository)));
  const reports = [
    ...(await exportAll(context, [...named, ...listed.flat()], (issue) => exportIssue(sources, issue, repair))),
    ...(await exportAll(context, whole, (repository) => exportRepository(sources, repository.repository, repair))),
  ];
  context.out.data(exportJson(reports, repair), () => describeExport(reports, repair));
  if (reports.some((report) => report.error !== null || (repair.check && isOff(report)))) {
    context.exitCode = exitCodes.failed;
  }
}

/** What fails so for one would fail so for all. */
const forAll: readonly ErrorName[] = ['DiskFull', 'LedgerUnreachable', 'TemporalUnreachable'];

/** Does them all, a few at a time. One that fails costs the others nothing, but for a disk that is full for all. */
async function exportAll<Target extends { readonly repository: string; readonly number?: number }>(
  context: CommandContext,
  targets: readonly Target[],
  work: (target: Target) => Promise<FolderReport | null>,
): Promise<readonly ExportReport[]> {
  const limit = pLimit(PARALLEL);
  const line = createLiveLine(context.io);
  const { config } = await context.config();
  let done = 0;
  let stopped: GhwError | undefined;
  const one = async (target: Target): Promise<ExportReport> => {
    const { repository, number = null } = target;
    const name = number === null ? repository : formatIssue({ repository, number });
    try {
      if (stopped !== undefined) throw stopped;
      const report = await work(target);
      return { repository, number, report: report ?? { files: [], unknown: [] }, error: report ? null : unknown(name) };
    } catch (error) {
      const known = error instanceof GhwError ? error : fileError(error, name, config.issues_path);
      if (forAll.includes(known.name)) stopped ??= known;
      return { repository, number, report: { files: [], unknown: [] }, error: stopped ?? known };
    } finally {
      done += 1;
      if (context.io.stderr.isTTY && !context.out.json) {
        line.show(`${progressBar(done, targets.length)} ${String(done)} of ${String(targets.length)}`, undefined);
      }
    }
  };
  try {
    return await Promise.all(targets.map((target) => limit(one, target)));
  } finally {
    line.clear();
  }
}

/** What the system says of a file is a matter of files; all else is our own. */
function fileError(error: unknown, name: string, root: string): GhwError {
  const isOfSystem = error instanceof Error && 'code' in error && 'syscall' in error;
  return isOfSystem ? projectionError(error, name, root) : asGhwError(error);
}

/** Null if nobody knows the issue. */
async function exportIssue(
  sources: Sources,
  { listed, ...issue }: ExportTarget,
  repair: RepairOptions,
): Promise<FolderReport | null> {
  const { ledger, artifacts, live } = sources;
  const known = ledger && (await readProjectionInput({ ledger, artifacts }, issue, listed));
  const input =
    live && isLive(sources, issue)
      ? await withLive(live.client, issue, known).catch((error: unknown) => {
          // It has ended since it was listed; then the ledger has its last word.
          if (known && error instanceof GhwError && error.name === 'IssueNotTracked') return known;
          throw error;
        })
      : known;
  return input && repairIssue(input, repair);
}

async function exportRepository(
  { ledger }: Sources,
  repository: string,
  repair: RepairOptions,
): Promise<FolderReport | null> {
  const found = ledger && (await ledger.repositories.find(repository));
  return found?.syncedAt ? repairRepository(found.name, found.syncedAt, repair) : { files: [], unknown: [] };
}

function unknown(name: string): GhwError {
  return new GhwError('IssueNotTracked', `${name} is neither in the ledger nor worked on.`, {
    hint: `ghw issues sync ${name}`,
  });
}
