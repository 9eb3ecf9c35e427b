import { describe, expect, it } from '@jest/globals';
import { createSpendMeter, type SpendMeter } from '../../src/agents/spend-meter.ts';
import { createAdmission, type Admission } from '../../src/gateway/admission.ts';
import { dollarTokens } from './support.ts';

function spend(meter: SpendMeter, dollars: number): void {
  meter.record('m', { inputTokens: dollars, cachedInputTokens: 0, outputTokens: 0 });
}

/** Whether a call has its answer by now. */
async function settled(call: ReturnType<Admission['enter']>): Promise<boolean> {
  return await Promise.race([call.then(() => true), new Promise<boolean>((done) => setImmediate(() => done(false)))]);
}

describe('what calls of the model cost together', () => {
  it('makes a call wait that could be the second to go beyond the limit', async () => {
    const meter = createSpendMeter({ prices: dollarTokens, limitUsd: 10 });
    const admission = createAdmission(meter);

    const first = await admission.enter(12);
    const second = admission.enter(1);
    const waited = !(await settled(second));
    spend(meter, 4);
    first?.();

    expect(waited).toBe(true);
    expect(await second).not.toBeNull();
  });

  it('refuses those that waited once the limit is reached, and lets them in where it was raised', async () => {
    const meter = createSpendMeter({ prices: dollarTokens, limitUsd: 10 });
    const admission = createAdmission(meter);

    const first = await admission.enter(Infinity);
    const waiting = admission.enter(1);
    spend(meter, 11);
    first?.();
    const refused = await waiting;
    meter.limitUsd = 20;

    expect(refused).toBeNull();
    expect(await admission.enter(1)).not.toBeNull();
  });

  it('knows no limit where there is none', async () => {
    const admission = createAdmission(createSpendMeter({ prices: dollarTokens }));

    expect(await Promise.all([admission.enter(Infinity), admission.enter(Infinity)])).not.toContain(null);
  });
});
