import { z } from 'zod';
import { duration, section } from '../fields.ts';

/** How pull requests and their checks are read. */
export const discoverySection = section(
  'Reading pull requests and checks from GitHub.',
  {
    enabled: z.boolean().describe('Whether a worker sees to it that the schedule `discovery` is there.'),
    frequency: duration.describe('Time between two cycles.'),
    concurrency: z
      .int()
      .min(1)
      .max(32)
      .describe('Requests to GitHub at a time, each for up to 25 repositories or pull requests.'),
    pause_below_points: z
      .int()
      .min(0)
      .max(100_000)
      .describe('Discovery pauses while GitHub has fewer points than this left for the hour.'),
    reserve_points: z
      .int()
      .min(0)
      .max(100_000)
      .describe('The last points of the hour, kept for comments and pull requests: nothing is read with them.'),
  },
  { enabled: true, frequency: '5m', concurrency: 4, pause_below_points: 500, reserve_points: 100 },
);
