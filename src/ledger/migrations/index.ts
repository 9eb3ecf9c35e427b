import { firstTables } from './001-first-tables.ts';
import { pullRequestTables } from './002-pull-requests.ts';
import { runStreams } from './003-run-streams.ts';
import { spending } from './004-spending.ts';
import { runFigures } from './005-run-figures.ts';
import { wholeLooks } from './006-whole-looks.ts';
import type { Migration } from './migration.ts';

/** Every migration, oldest first. */
export const migrations: readonly Migration[] = [
  ...[firstTables, pullRequestTables, runStreams, spending, runFigures],
  wholeLooks,
];
