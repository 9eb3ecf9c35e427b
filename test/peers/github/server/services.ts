import type { Hub } from '../model/hub.ts';
import type { PushHook } from '../git/push.ts';
import type { Faults } from './faults.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { RequestLog } from './request-log.ts';

/** What the routes share. */
export interface Services {
  readonly hub: Hub;
  readonly faults: Faults;
  readonly limiter: RateLimiter;
  readonly log: RequestLog;
  readonly pushHooks: Set<PushHook>;
  /** Resolves when all changes so far are on disk, where the state is kept at all. */
  persist(): Promise<void>;
}
