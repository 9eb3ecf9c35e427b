import { duration, section } from '../fields.ts';

/** How long what agents did can be read. */
export const transcriptsSection = section(
  'What agents did, for `ghw monitor` and `ghw transcript`.',
  { keep: duration.describe('How long the events of a run stay in the ledger after its last one.') },
  { keep: '30d' },
);
