import type { Migration } from './migration.ts';

/** How long runs took, how often they were tried, and what they were told. */
export const runFigures: Migration = {
  version: 5,
  sql: `
    ALTER TABLE ghw.agent_runs
      ADD COLUMN duration_ms bigint,
      ADD COLUMN attempts integer CHECK (attempts > 0),
      ADD COLUMN prompt text;
    CREATE INDEX ON ghw.agent_runs (agent, phase, at);
  `,
};
