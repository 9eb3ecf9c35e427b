import { parseMoment } from '../../domain/duration.ts';
import { countInput, parseInput } from '../../domain/schemas/input.ts';
import { auditTable, readAudit } from '../audit.ts';
import type { CommandContext } from '../context.ts';
import { issueOf } from '../targets.ts';

export interface AuditOptions {
  readonly since?: string;
  readonly limit: string;
}

/** Prints who did what, to one issue or to everything. */
export async function showAudit(
  context: CommandContext,
  options: AuditOptions,
  words: readonly string[],
): Promise<void> {
  const limit = parseInput(countInput, options.limit, 'The limit');
  const since = options.since === undefined ? undefined : parseMoment(options.since, new Date());
  const issue = words.length === 0 ? undefined : await issueOf(context, words);
  const { entries, ledgerError } = await readAudit(context, {
    limit,
    ...(since === undefined ? {} : { since }),
    ...(issue === undefined ? {} : { issue }),
  });
  context.out.data(entries, () =>
    entries.length === 0 ? 'Nothing was done yet.' : auditTable(context, entries, issue === undefined),
  );
  if (ledgerError !== null) context.out.warn(`Only what the issue itself remembers is shown: ${ledgerError.message}`);
  if (entries.length === limit) context.out.note(`The newest ${String(limit)}; --limit shows more.`);
}
