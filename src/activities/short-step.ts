import { beating } from './beating.ts';
import { activity } from './failures.ts';

/** Wraps a short step: its worker's life shows, and whatever it throws reaches the workflow in our form. */
export function shortStep<Args extends unknown[], Result>(
  run: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return activity(beating(run));
}
