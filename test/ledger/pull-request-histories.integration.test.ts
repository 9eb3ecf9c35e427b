import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { histories, liveThrough } from '../domain/pull-request/histories.ts';
import { createEmbeddedLedger, type TestLedger } from '../setup/ledger.ts';
import { aConfiguredRepository } from './support.ts';

describe('whatever happens on GitHub, and wherever the worker dies', () => {
  let place: TestLedger;
  let ledger: Ledger;

  beforeAll(async () => {
    place = await createEmbeddedLedger();
    ledger = await openLedger(place.url);
  });
  afterAll(async () => {
    await ledger.close();
    await place.remove();
  });

  it('the ledger has it told exactly once, and knows at the end what is there', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const repository = aConfiguredRepository();
        await ledger.repositories.mirror([repository]);
        await liveThrough(history, ledger.pullRequests, repository.id);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });
});
