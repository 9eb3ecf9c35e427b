import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { histories, liveThrough } from './histories.ts';
import { memoryLedger } from './memory-ledger.ts';

describe('whatever happens on GitHub, and wherever the worker dies', () => {
  it('is heard exactly once, and what is known at the end is what is there', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => await liveThrough(history, memoryLedger(), 'R_1')),
      { numRuns: 300 },
    );
  });
});
