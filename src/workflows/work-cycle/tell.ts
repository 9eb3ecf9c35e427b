import { log, upsertSearchAttributes } from '@temporalio/workflow';
import type { PhaseError, PhaseResult } from '../../domain/cycle/cycle.ts';
import { cycleTags } from '../../domain/cycle/describe.ts';
import { searchAttributes } from '../protocol.ts';
import type { CycleRun } from './cycle-run.ts';

/** What every line of a cycle's log carries. */
function fields({ state: { plan, request } }: CycleRun): Record<string, unknown> {
  const { dryRun, frequency, intervalMs, name } = request;
  return {
    name,
    cycle: plan?.cycle ?? null,
    frequency,
    interval_seconds: intervalMs === null ? null : intervalMs / 1000,
    ...(dryRun ? { dryRun } : {}),
  };
}

/** Logs with which configuration a cycle begins. */
export function tellBegin(run: CycleRun): void {
  const { plan } = run.state;
  if (!plan) return;
  const { hooks: _hooks, repositories, ...settings } = plan;
  log.info('work cycle begins', { ...fields(run), ...settings, repositories: repositories.length });
}

export function tellPhase(run: CycleRun, { phase }: PhaseResult): void {
  log.info('phase begins', { ...fields(run), phase });
}

/** Logs what a phase came to, and what went wrong in it. */
export function tellPhaseEnd(run: CycleRun, result: PhaseResult): void {
  const { issues: _issues, repositories: _repositories, errors, ...counts } = result;
  for (const error of errors) tellError(run, error, { phase: result.phase });
  log.info('phase ended', { ...fields(run), ...counts });
}

/** Logs what a cycle came to, and makes it searchable. */
export function tellEnd(run: CycleRun): void {
  const { errors, outcome, plan } = run.state;
  for (const error of errors) tellError(run, error, {});
  log.info('work cycle ended', {
    ...fields(run),
    outcome,
    failuresInARow: plan?.failuresInARow ?? null,
  });
  upsertSearchAttributes([{ key: searchAttributes.tags, value: [...cycleTags(run.state)] }]);
}

/** Logs which hooks went wrong, and why. */
export function tellHooks(run: CycleRun, problems: readonly string[]): void {
  for (const problem of problems) log.warn('hook failed', { ...fields(run), problem });
}

function tellError(run: CycleRun, { message, name, severity, where }: PhaseError, more: object): void {
  const [repository = null, issue = null] = where?.split('#') ?? [];
  const about = { repository, issue: issue === null ? null : Number(issue), error: name, severity };
  log[severity === 'fatal' ? 'error' : 'warn'](message, { ...fields(run), ...more, ...about });
}
