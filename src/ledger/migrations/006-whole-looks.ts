import type { Migration } from './migration.ts';

/** When discovery last saw all of a repository: what is over and has changed since is news. */
export const wholeLooks: Migration = {
  version: 6,
  sql: `ALTER TABLE ghw.repositories ADD COLUMN last_whole_look_at timestamptz(3);`,
};
