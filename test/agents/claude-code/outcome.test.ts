import { describe, expect, it } from '@jest/globals';
import { classifyEnd, failureKind, sessionConflict } from '../../../src/agents/claude-code/outcome.ts';
import type { ProcessOutcome } from '../../../src/agents/run-process.ts';

function outcome(overrides: Partial<ProcessOutcome>): ProcessOutcome {
  return { exitCode: 1, signal: null, stopped: null, startError: null, stderrTail: '', ...overrides };
}

function failed(overrides: Record<string, unknown>) {
  return { type: 'result' as const, subtype: 'success', is_error: true, ...overrides };
}

describe('why Claude Code failed', () => {
  it.each([
    [{ api_error_status: 401 }, 'authentication'],
    [{ api_error_status: 403 }, 'authentication'],
    [{ api_error_status: 429 }, 'retryable'],
    [{ api_error_status: 500 }, 'retryable'],
    [{ api_error_status: 529 }, 'retryable'],
    [{ api_error_status: 400 }, 'fatal'],
    [{ api_error_status: 404 }, 'fatal'],
    [{ api_error_status: 400, terminal_reason: 'prompt_too_long' }, 'fatal'],
    [{ terminal_reason: 'api_error' }, 'retryable'],
    [{ subtype: 'error_max_turns' }, 'limit_reached'],
    [{ subtype: 'error_max_budget_usd' }, 'limit_reached'],
    [{ subtype: 'error_during_execution' }, 'fatal'],
  ])('%j means %s', (result, kind) => {
    expect(failureKind(failed(result), null)).toBe(kind);
  });

  it('goes by the name of the API error where there is no status', () => {
    expect(failureKind(failed({ terminal_reason: 'api_error' }), 'authentication_failed')).toBe('authentication');
  });
});

describe('a run without a final word', () => {
  it.each([
    [{ exitCode: 0 }, 'crashed'],
    [{ exitCode: 143 }, 'crashed'],
    [{ exitCode: null, signal: 'SIGKILL' as const }, 'crashed'],
    [{ exitCode: 1, stderrTail: "error: unknown option '--x'" }, 'fatal'],
  ])('%j means %s', (how, kind) => {
    expect(classifyEnd(outcome(how), null).kind).toBe(kind);
  });

  it('says what stood on standard error', () => {
    expect(classifyEnd(outcome({ stderrTail: 'unknown option' }), null).message).toContain('unknown option');
  });
});

describe('a session that the CLI sees otherwise', () => {
  it.each([
    ['Error: Session ID 11111111-2222-4333-8444-555555555555 is already in use.', 'already_exists'],
    ['No conversation found with session ID: 11111111-2222-4333-8444-555555555555', 'not_found'],
    ['something else', null],
  ])('%s: %s', (stderrTail, conflict) => {
    expect(sessionConflict(outcome({ stderrTail }))).toBe(conflict);
  });

  it('is no conflict in a run that succeeded', () => {
    expect(
      sessionConflict(outcome({ exitCode: 0, stderrTail: 'No conversation found with session ID: x' })),
    ).toBeNull();
  });
});
