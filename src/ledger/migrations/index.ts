import { firstTables } from './001-first-tables.ts';
import type { Migration } from './migration.ts';

/** Every migration, oldest first. */
export const migrations: readonly Migration[] = [firstTables];
