import { hooks, section } from '../fields.ts';

/** What is run, or posted to, when something happens to a pull request. */
export const eventsSection = section(
  'What is told of pull requests: commands, or addresses that are posted to, each with the event as JSON.',
  {
    new_pull_request: hooks.describe('Told of pull requests that are seen for the first time.'),
    state_change: hooks.describe('Told when one is merged, closed, opened again, made a draft or ready.'),
    failed_check: hooks.describe('Told of checks that fail.'),
  },
  { new_pull_request: [], state_change: [], failed_check: [] },
);
