import { formatIssue } from '../../domain/issue.ts';
import type { GhwError } from '../../domain/errors.ts';
import type { FolderReport, RepairOptions } from '../../projection/repair.ts';
import type { FileReport, Finding } from '../../projection/write-files.ts';
import { errorJson } from '../output.ts';
import { plainLine } from '../text.ts';

/** What came of the files of one issue, or (number null) of a repository. */
export interface ExportReport {
  readonly repository: string;
  readonly number: number | null;
  readonly report: FolderReport;
  readonly error: GhwError | null;
}

/** Lines that are shown one by one; beyond, they are counted. */
const MAX_LINES = 40;

const words = {
  ok: 'right',
  missing: 'missing',
  outdated: 'out of date',
  empty: 'empty',
  malformed: 'broken',
  misplaced: 'a link or folder in its place',
  edited: 'changed by hand',
} as const satisfies Record<Finding, string>;

/** True if a file is not what it should be. */
export function isOff({ report }: ExportReport): boolean {
  return report.files.some(({ found }) => found !== 'ok');
}

/** What a person reads: what was broken in full, what was merely missing or old by numbers. */
export function describeExport(reports: readonly ExportReport[], { root, check }: RepairOptions): string {
  // What failed for all of one reason is said once.
  const lines = [...new Set(reports.flatMap((report) => linesOf(report, check)))];
  const shown = lines.slice(0, MAX_LINES);
  if (lines.length > shown.length) shown.push(`… and ${String(lines.length - shown.length)} more`);
  return [...shown, totals(reports, check), `Files: ${plainLine(root)}`].join('\n');
}

function linesOf({ repository, number, report, error }: ExportReport, check: boolean): readonly string[] {
  const name = number === null ? repository : formatIssue({ repository, number });
  if (error !== null) {
    return [`${plainLine(error.message)}${error.hint ? ` (${plainLine(error.hint)})` : ''}`];
  }
  const files = report.files
    // A folder that was never there needs no line for every file in it.
    .filter(({ found }) => found !== 'ok' && (check || (found !== 'missing' && found !== 'outdated')))
    .map((file) => `${name}: ${fileLine(file)}`);
  return [...files, ...report.unknown.map((file) => `${name}: ${file}: nothing is known of it; left alone`)];
}

function fileLine({ name, found, keptAs }: FileReport): string {
  return `${name}: ${words[found]}${keptAs === undefined ? '' : `; the changed text is kept as ${keptAs}`}`;
}

function totals(reports: readonly ExportReport[], check: boolean): string {
  const files = reports.flatMap(({ report }) => report.files);
  const off = files.filter(({ found }) => found !== 'ok');
  const failed = reports.filter(({ error }) => error !== null).length;
  const issues = reports.filter(({ number }) => number !== null).length;
  const kinds = [...new Set(off.map(({ found }) => found))]
    .map((kind) => `${String(off.filter(({ found }) => found === kind).length)} ${words[kind]}`)
    .join(', ');
  const what = check ? 'not right' : 'written';
  return [
    `${String(issues)} ${issues === 1 ? 'issue' : 'issues'}, ${String(files.length)} files: `,
    off.length === 0 ? 'all right' : `${String(off.length)} ${what} (${kinds})`,
    failed === 0 ? '' : `; ${String(failed)} failed`,
    check && off.length > 0 ? '. Put them right: ghw issues export' : '',
  ].join('');
}

/** The documented shape of `--json`. */
export function exportJson(reports: readonly ExportReport[], { root, check }: RepairOptions): unknown {
  const files = reports.flatMap(({ report }) => report.files);
  return {
    path: root,
    check,
    issues: reports.filter(({ number }) => number !== null).length,
    files: files.length,
    off: reports.flatMap(({ repository, number, report }) =>
      report.files.filter(({ found }) => found !== 'ok').map((file) => ({ repository, number, ...file })),
    ),
    unknown: reports.flatMap(({ repository, number, report }) =>
      report.unknown.map((name) => ({ repository, number, name })),
    ),
    failed: reports.flatMap(({ repository, number, error }) =>
      error === null ? [] : [{ repository, number, ...errorJson(error) }],
    ),
  };
}
