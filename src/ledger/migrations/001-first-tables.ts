import type { Migration } from './migration.ts';

export const firstTables: Migration = {
  version: 1,
  sql: `
    CREATE TABLE ghw.repositories (
      id text PRIMARY KEY,
      name text NOT NULL,
      name_with_owner text NOT NULL,
      priority integer NOT NULL DEFAULT 0,
      active boolean NOT NULL DEFAULT false,
      archived boolean NOT NULL DEFAULT false,
      problem text,
      watermark timestamp(3) with time zone,
      synced_at timestamp(3) with time zone,
      observed_at timestamp(3) with time zone
    );
    CREATE INDEX ON ghw.repositories (lower(name_with_owner));
    CREATE INDEX ON ghw.repositories (lower(name));

    CREATE TABLE ghw.issues (
      repository_id text NOT NULL REFERENCES ghw.repositories (id) ON UPDATE CASCADE ON DELETE CASCADE,
      number integer NOT NULL CHECK (number > 0),
      id text NOT NULL,
      title text NOT NULL,
      body text,
      url text NOT NULL,
      state text NOT NULL CHECK (state IN ('open', 'closed')),
      author text,
      labels text[] NOT NULL,
      assignees text[] NOT NULL,
      milestone text,
      created_at timestamp(3) with time zone NOT NULL,
      updated_at timestamp(3) with time zone NOT NULL,
      closed_at timestamp(3) with time zone,
      gone_how text CHECK (gone_how IN ('deleted', 'transferred')),
      gone_to_repository text,
      gone_to_number integer,
      progress jsonb,
      progress_at timestamp(3) with time zone,
      workflow_id text,
      phase text,
      plan_state text,
      implementation_state text,
      waits_for text,
      paused boolean,
      reviewed boolean,
      outcome text,
      pull_request integer,
      agent text,
      cost_usd double precision,
      failure text,
      PRIMARY KEY (repository_id, number),
      CHECK ((gone_how IS NOT DISTINCT FROM 'transferred') = (gone_to_repository IS NOT NULL)),
      CHECK ((gone_to_repository IS NULL) = (gone_to_number IS NULL)),
      CHECK ((progress IS NULL) = (progress_at IS NULL) AND (progress IS NULL) = (workflow_id IS NULL))
    );
    CREATE INDEX ON ghw.issues (state, updated_at) WHERE gone_how IS NULL;

    CREATE TABLE ghw.plans (
      repository_id text NOT NULL,
      number integer NOT NULL,
      version integer NOT NULL CHECK (version > 0),
      digest text NOT NULL,
      text text,
      issue_text_digest text NOT NULL,
      author text NOT NULL,
      door text NOT NULL CHECK (door IN ('agent', 'person')),
      created_at timestamp(3) with time zone NOT NULL,
      PRIMARY KEY (repository_id, number, version, digest),
      FOREIGN KEY (repository_id, number) REFERENCES ghw.issues ON UPDATE CASCADE ON DELETE CASCADE
    );

    CREATE TABLE ghw.agent_runs (
      execution text NOT NULL,
      sequence integer NOT NULL CHECK (sequence > 0),
      repository_id text NOT NULL,
      number integer NOT NULL,
      phase text NOT NULL,
      agent text NOT NULL,
      model text,
      outcome text NOT NULL CHECK (outcome IN ('ok', 'failed', 'cancelled')),
      cost_usd double precision NOT NULL,
      input_tokens bigint NOT NULL,
      output_tokens bigint NOT NULL,
      cached_input_tokens bigint NOT NULL,
      resumed boolean NOT NULL,
      transcript_sha256 text,
      transcript_bytes bigint,
      files_modified integer,
      tests_passed boolean,
      at timestamp(3) with time zone NOT NULL,
      PRIMARY KEY (execution, sequence),
      CHECK ((transcript_sha256 IS NULL) = (transcript_bytes IS NULL)),
      FOREIGN KEY (repository_id, number) REFERENCES ghw.issues ON UPDATE CASCADE ON DELETE CASCADE
    );
    CREATE INDEX ON ghw.agent_runs (repository_id, number, at);
    CREATE INDEX ON ghw.agent_runs (at);

    CREATE TABLE ghw.audit (
      key text PRIMARY KEY,
      entity_type text NOT NULL,
      entity_id text NOT NULL,
      at timestamp(3) with time zone NOT NULL,
      action text NOT NULL,
      actor text NOT NULL,
      door text NOT NULL,
      details text NOT NULL
    );
    CREATE INDEX ON ghw.audit (entity_type, lower(entity_id), at);
    CREATE INDEX ON ghw.audit (at);

    CREATE TABLE ghw.cycles (
      id text PRIMARY KEY,
      name text NOT NULL,
      started_at timestamp(3) with time zone NOT NULL,
      ended_at timestamp(3) with time zone,
      outcome text NOT NULL CHECK (outcome IN ('running', 'done', 'failed', 'cancelled', 'backed_off')),
      result jsonb,
      CHECK ((outcome = 'running') = (ended_at IS NULL))
    );
    CREATE INDEX ON ghw.cycles (name, started_at);
    CREATE INDEX ON ghw.cycles (started_at);

    CREATE TABLE ghw.artifacts (
      sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
      bytes bytea NOT NULL
    );
    -- What agents leave is compressed or random already.
    ALTER TABLE ghw.artifacts ALTER COLUMN bytes SET STORAGE EXTERNAL;
  `,
};
