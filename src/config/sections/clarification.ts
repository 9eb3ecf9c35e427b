import { z } from 'zod';
import { expiries } from '../../domain/policy.ts';
import { duration } from '../fields.ts';

/** What becomes of an agent's questions; the file has it for all repositories, and a repository may have its own. */
export const clarificationFields = {
  on_expiry: z
    .enum(expiries)
    .describe(
      'What a question comes to that nobody answers in time. fail: the work fails. assume: the agent goes on with the most reasonable assumption and writes it down. never: it waits on.',
    ),
  expires_after: duration.describe('Time in which a question is to be answered.'),
  max_rounds: z
    .int()
    .min(0)
    .max(20)
    .describe('Questions that an agent may ask in one piece of work; with one more, the work fails.'),
};

export const clarificationDefaults = { on_expiry: 'fail' as const, expires_after: '30m', max_rounds: 3 };
