import type { RepositoryConfig } from '../../config/schema.ts';
import { formatDuration } from '../../domain/duration.ts';
import { canonicalRepositoryName } from '../../domain/repository-name.ts';
import type { LedgerRepository } from '../../ledger/ledger.ts';
import type { CommandContext } from '../context.ts';
import { asGhwError } from '../output.ts';
import { renderTable } from '../table.ts';
import { plainLine } from '../text.ts';

/** What the ledger knows of a configured repository. */
type Seen = Pick<LedgerRepository, 'nameWithOwner' | 'archived' | 'problem' | 'syncedAt' | 'watermark' | 'issueCount'>;

interface Line {
  readonly entry: RepositoryConfig;
  /** Null if it was never synced, or if the ledger cannot be reached. */
  readonly seen: Seen | null;
}

/** Prints the configured repositories, with what the last sync saw of each where the ledger can be reached. */
export async function listRepositories(context: CommandContext): Promise<void> {
  const { config } = await context.config();
  const known = config.repositories.length === 0 ? [] : await readLedger(context);
  const lines = config.repositories.map((entry): Line => ({ entry, seen: seenOf(entry, known) }));
  context.out.data(
    lines.map(({ entry, seen }) => ({ ...entry, seen })),
    () => {
      if (lines.length === 0) return 'No repositories yet. Add one: ghw repositories add owner/repo';
      return renderTable(['name', 'priority', 'issues', 'last sync', ''], lines.map(cellsOf), {
        width: context.out.width,
      });
    },
  );
}

async function readLedger(context: CommandContext): Promise<readonly LedgerRepository[]> {
  try {
    const ledger = await context.ledger();
    return await ledger.repositories.list();
  } catch (error) {
    const { message, hint } = asGhwError(error);
    context.out.note(plainLine(`Without what the last sync saw: ${message}${hint === undefined ? '' : ` ${hint}`}`));
    return [];
  }
}

function seenOf({ id, name }: RepositoryConfig, known: readonly LedgerRepository[]): Seen | null {
  const found = known.find((one) =>
    id === undefined ? canonicalRepositoryName(one.name) === canonicalRepositoryName(name) : one.id === id,
  );
  if (found === undefined) return null;
  const { nameWithOwner, archived, problem, syncedAt, watermark, issueCount } = found;
  return { nameWithOwner, archived, problem, syncedAt, watermark, issueCount };
}

function cellsOf({ entry, seen }: Line): string[] {
  const { name, url: _url, id, renamed_to: renamedTo, priority, active, is_critical: isCritical, ...own } = entry;
  const now = seen?.nameWithOwner ?? renamedTo ?? name;
  const asides = [
    canonicalRepositoryName(now) === canonicalRepositoryName(name) ? '' : `now ${now}`,
    isCritical ? 'critical' : '',
    seen?.archived === true ? 'archived' : '',
    id === undefined && seen === null ? 'not verified' : '',
    Object.keys(own).length === 0 ? '' : `own ${Object.keys(own).join(', ')}`,
    seen?.problem ?? '',
  ];
  return [
    name,
    active ? priority : 'inactive',
    seen === null ? '' : String(seen.issueCount),
    seen?.syncedAt == null ? 'never' : `${formatDuration(sinceMs(seen.syncedAt))} ago`,
    asides.filter((aside) => aside !== '').join('; '),
  ];
}

/** In one unit, whole: nobody counts the seconds of yesterday. */
function sinceMs(at: string): number {
  const ms = Math.max(0, Date.now() - Date.parse(at));
  const unit = [86_400_000, 3_600_000, 60_000].find((size) => ms >= size) ?? 1_000;
  return Math.floor(ms / unit) * unit;
}
