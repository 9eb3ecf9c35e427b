import { isOpen } from './business-hours.ts';
import { wallTimeIn } from './time-zone.ts';

/** When a repository is looked at. */
export interface LookPlan {
  readonly active: boolean;
  /** Is looked at outside of business hours too, and before all others. */
  readonly isCritical: boolean;
  /** 1 for critical to 4 for low. */
  readonly priority: number;
  /** Least time between two looks, in milliseconds; null for every time somebody looks at all. */
  readonly pollingIntervalMs: number | null;
  readonly timeZone: string;
  /** As `business-hours.ts` reads them; none for at all times. */
  readonly businessHours: readonly string[];
  /** ISO 8601; null before the first. */
  readonly lastLookAt: string | null;
}

/** Why a repository is not looked at now. */
export type RestReason = 'inactive' | 'business_hours' | 'polling_interval';

export interface DueRepositories<Repository> {
  /** By priority, critical ones first; among equals, the one that waits longest. */
  readonly due: readonly Repository[];
  readonly resting: readonly { readonly repository: Repository; readonly reason: RestReason }[];
}

/** A look that comes this much early is the one that was meant: cycles start by a clock of their own, with jitter. */
const MOST_SLACK_MS = 30_000;

/** Why a repository rests now; null if it is due. */
export function restReason(plan: LookPlan, now: Date): RestReason | null {
  if (!plan.active) return 'inactive';
  const { businessHours, isCritical, lastLookAt, pollingIntervalMs, timeZone } = plan;
  if (!isCritical && businessHours.length > 0 && !isOpen(businessHours, wallTimeIn(timeZone, now))) {
    return 'business_hours';
  }
  if (lastLookAt === null || pollingIntervalMs === null) return null;
  const slack = Math.min(MOST_SLACK_MS, pollingIntervalMs / 10);
  const since = now.getTime() - Date.parse(lastLookAt);
  // A look from the future is a clock that was set back.
  return since >= 0 && since < pollingIntervalMs - slack ? 'polling_interval' : null;
}

/** The repositories to look at now, in order, and why the others rest. */
export function dueRepositories<Repository extends LookPlan>(
  repositories: readonly Repository[],
  now: Date,
): DueRepositories<Repository> {
  const judged = repositories.map((repository) => ({ repository, reason: restReason(repository, now) }));
  return {
    due: judged
      .filter(({ reason }) => reason === null)
      .map(({ repository }) => repository)
      .sort((a, b) => urgency(a) - urgency(b) || lastLook(a) - lastLook(b)),
    resting: judged.flatMap(({ reason, repository }) => (reason === null ? [] : [{ repository, reason }])),
  };
}

function urgency({ isCritical, priority }: LookPlan): number {
  return isCritical ? 0 : priority;
}

function lastLook({ lastLookAt }: LookPlan): number {
  return lastLookAt === null ? 0 : Date.parse(lastLookAt);
}
