import { describe, expect, it } from '@jest/globals';
import type { Check } from '../../../src/cli/checks/check.ts';
import { type Probe, runChecks } from '../../../src/cli/checks/run-checks.ts';
import { GhwError } from '../../../src/domain/errors.ts';

function ok(name: string): Check {
  return { name, status: 'ok', message: 'fine' };
}

function probe(name: string, look: Probe['look'], timeoutMs = 5_000): Probe {
  return { name, look, timeoutMs };
}

describe('looking at everything', () => {
  it('keeps the order of the probes, whichever answers first', async () => {
    const slow = later();

    const checked = runChecks(
      [probe('slow', () => slow.promise), probe('quick', () => Promise.resolve([ok('quick')]))],
      (open) => {
        if (open.length === 1) slow.resolve([ok('slow'), ok('slower')]);
      },
    );

    expect(await checked).toEqual({ checks: [ok('slow'), ok('slower'), ok('quick')], isStuck: false });
  });

  it('says what fails, with how to mend it, and goes on', async () => {
    const failing = () => Promise.reject(new GhwError('LedgerUnreachable', 'No ledger.', { hint: 'ghw up' }));

    const { checks } = await runChecks([
      probe('ledger', failing),
      probe('broken', () => Promise.reject(new TypeError('oops'))),
      probe('quick', () => Promise.resolve([ok('quick')])),
    ]);

    expect(checks).toEqual([
      { name: 'ledger', status: 'fail', message: 'No ledger.', mend: 'ghw up' },
      { name: 'broken', status: 'fail', message: 'oops', mend: expect.any(String) },
      ok('quick'),
    ]);
  });

  it('does not wait for what never answers', async () => {
    const never = () => new Promise<readonly Check[]>(() => undefined);

    const checked = await runChecks([probe('hung', never, 20), probe('quick', () => Promise.resolve([ok('quick')]))]);

    expect(checked).toEqual({
      isStuck: true,
      checks: [expect.objectContaining({ name: 'hung', status: 'fail', mend: expect.any(String) }), ok('quick')],
    });
  });
});

function later() {
  let resolve: (checks: readonly Check[]) => void = () => undefined;
  const promise = new Promise<readonly Check[]>((done) => (resolve = done));
  return { promise, resolve };
}
