import type { Migration } from './migration.ts';

/** What agents did, as it happened. */
export const runStreams: Migration = {
  version: 3,
  sql: `
    CREATE TABLE ghw.run_streams (
      run text PRIMARY KEY,
      workflow_id text NOT NULL,
      phase text NOT NULL,
      agent text NOT NULL,
      model text,
      started_at timestamp(3) with time zone NOT NULL,
      touched_at timestamp(3) with time zone NOT NULL,
      outcome text CHECK (outcome IN ('ok', 'failed', 'stopped'))
    );
    CREATE INDEX ON ghw.run_streams (workflow_id, started_at);
    CREATE INDEX ON ghw.run_streams (touched_at);

    CREATE TABLE ghw.run_chunks (
      run text NOT NULL REFERENCES ghw.run_streams ON DELETE CASCADE,
      attempt integer NOT NULL CHECK (attempt > 0),
      first integer NOT NULL CHECK (first > 0),
      last integer NOT NULL,
      sequence bigserial NOT NULL,
      bytes bytea NOT NULL,
      PRIMARY KEY (run, attempt, first),
      CHECK (last >= first)
    );
    CREATE INDEX ON ghw.run_chunks (run, sequence);
    -- Compressed already.
    ALTER TABLE ghw.run_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
  `,
};
