import type { Migration } from './migration.ts';

export const pullRequestTables: Migration = {
  version: 2,
  sql: `
    ALTER TABLE ghw.repositories
      ADD COLUMN url text,
      ADD COLUMN configuration jsonb,
      ADD COLUMN last_checked_at timestamp(3) with time zone,
      ADD COLUMN last_problem jsonb,
      ADD COLUMN created_at timestamp(3) with time zone NOT NULL DEFAULT now();

    CREATE TABLE ghw.pull_requests (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      repository_id text NOT NULL REFERENCES ghw.repositories (id) ON UPDATE CASCADE ON DELETE CASCADE,
      pr_number integer NOT NULL CHECK (pr_number > 0),
      node_id text NOT NULL UNIQUE,
      title text NOT NULL,
      author text NOT NULL,
      viewer_did_author boolean NOT NULL,
      url text NOT NULL,
      branch text NOT NULL,
      head_oid text NOT NULL,
      head_repository text,
      base_branch text NOT NULL,
      is_draft boolean NOT NULL,
      state text NOT NULL CHECK (state IN ('open', 'closed', 'merged')),
      labels text[] NOT NULL,
      mergeable text NOT NULL CHECK (mergeable IN ('mergeable', 'conflicting', 'unknown')),
      rollup text CHECK (rollup IN ('expected', 'pending', 'success', 'failure', 'error')),
      checks_total integer,
      checks_pending integer,
      checks_passed integer,
      checks_failed integer,
      checks_observed_at timestamp(3) with time zone,
      created_at timestamp(3) with time zone NOT NULL,
      updated_at timestamp(3) with time zone NOT NULL,
      merged_at timestamp(3) with time zone,
      closed_at timestamp(3) with time zone,
      last_checked_at timestamp(3) with time zone NOT NULL,
      revision integer NOT NULL CHECK (revision >= 0),
      skipped_by text,
      UNIQUE (repository_id, pr_number),
      CHECK (num_nonnulls(checks_total, checks_pending, checks_passed, checks_failed, checks_observed_at) IN (0, 5))
    );
    CREATE INDEX ON ghw.pull_requests (repository_id) WHERE state = 'open';
    CREATE INDEX ON ghw.pull_requests (state, updated_at);

    CREATE TABLE ghw.check_runs (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      pr_id uuid NOT NULL REFERENCES ghw.pull_requests (id) ON DELETE CASCADE,
      external_id text NOT NULL,
      kind text NOT NULL CHECK (kind IN ('check_run', 'status_context')),
      check_name text NOT NULL,
      workflow text,
      app text,
      head_oid text NOT NULL,
      status text NOT NULL
        CHECK (status IN ('requested', 'queued', 'waiting', 'pending', 'in_progress', 'completed')),
      conclusion text
        CHECK (conclusion IN ('success', 'neutral', 'skipped', 'failure', 'error', 'timed_out', 'cancelled',
          'action_required', 'startup_failure', 'stale')),
      started_at timestamp(3) with time zone,
      completed_at timestamp(3) with time zone,
      log_url text,
      is_current boolean NOT NULL,
      is_skipped boolean NOT NULL,
      created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
      UNIQUE (pr_id, external_id),
      CHECK ((status = 'completed') = (conclusion IS NOT NULL))
    );
    CREATE INDEX ON ghw.check_runs (pr_id, head_oid) WHERE is_current;

    CREATE TABLE ghw.analysis_results (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      check_run_id uuid NOT NULL REFERENCES ghw.check_runs (id) ON DELETE CASCADE,
      provider text NOT NULL,
      category text NOT NULL
        CHECK (category IN ('compilation', 'test', 'lint', 'format', 'types', 'dependencies', 'security', 'deployment',
          'infrastructure', 'flaky', 'other')),
      root_cause text NOT NULL,
      confidence integer CHECK (confidence >= 0 AND confidence <= 100),
      fix_strategy jsonb,
      evidence jsonb,
      created_at timestamp(3) with time zone NOT NULL DEFAULT now()
    );
    CREATE INDEX ON ghw.analysis_results (check_run_id);

    CREATE TABLE ghw.fix_attempts (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      analysis_id uuid NOT NULL REFERENCES ghw.analysis_results (id) ON DELETE CASCADE,
      status text NOT NULL CHECK (status IN ('pending', 'in_progress', 'succeeded', 'failed', 'cancelled')),
      commit_sha text CHECK (commit_sha ~ '^[0-9a-f]{40}$'),
      error_message text,
      validation_results jsonb,
      created_at timestamp(3) with time zone NOT NULL DEFAULT now()
    );
    CREATE INDEX ON ghw.fix_attempts (analysis_id);

    CREATE TABLE ghw.reviews (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      pr_id uuid NOT NULL REFERENCES ghw.pull_requests (id) ON DELETE CASCADE,
      reviewer_name text NOT NULL,
      provider text NOT NULL,
      decision text NOT NULL CHECK (decision IN ('approve', 'request_changes', 'comment')),
      confidence integer CHECK (confidence >= 0 AND confidence <= 100),
      comments jsonb,
      focus_areas text[],
      head_oid text NOT NULL,
      created_at timestamp(3) with time zone NOT NULL DEFAULT now()
    );
    CREATE INDEX ON ghw.reviews (pr_id, head_oid);

    -- What happened to a pull request, and whether its workflow was told: history and outbox in one.
    CREATE TABLE ghw.pull_request_states (
      id text PRIMARY KEY,
      sequence bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
      pr_id uuid NOT NULL REFERENCES ghw.pull_requests (id) ON DELETE CASCADE,
      revision integer NOT NULL CHECK (revision > 0),
      kind text NOT NULL
        CHECK (kind IN ('new', 'updated', 'renamed', 'head_moved', 'base_changed', 'drafted', 'ready', 'closed', 'merged',
          'reopened', 'checks_changed', 'check_started', 'check_finished', 'check_failed', 'skipped', 'unskipped')),
      from_value text,
      to_value text,
      check_run jsonb,
      fields text[] NOT NULL,
      insignificant text,
      at timestamp(3) with time zone NOT NULL,
      told_at timestamp(3) with time zone
    );
    CREATE INDEX ON ghw.pull_request_states (pr_id, sequence);
    CREATE INDEX ON ghw.pull_request_states (sequence) WHERE told_at IS NULL AND insignificant IS NULL;
  `,
};
