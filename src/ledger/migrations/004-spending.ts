import type { Migration } from './migration.ts';

export const spending: Migration = {
  version: 4,
  sql: `
    CREATE TABLE ghw.spending (
      key text PRIMARY KEY,
      repository_id text NOT NULL REFERENCES ghw.repositories (id) ON UPDATE CASCADE ON DELETE CASCADE,
      number integer NOT NULL CHECK (number > 0),
      started_at timestamp(3) with time zone NOT NULL,
      cost_usd double precision NOT NULL CHECK (cost_usd >= 0)
    );
    CREATE INDEX ON ghw.spending (repository_id, number);
    CREATE INDEX ON ghw.spending (started_at);

    -- What was spent before budgets were kept counts too.
    INSERT INTO ghw.spending (key, repository_id, number, started_at, cost_usd)
      SELECT execution || '/' || sequence, repository_id, number, at, cost_usd
      FROM ghw.agent_runs WHERE cost_usd > 0;
  `,
};
