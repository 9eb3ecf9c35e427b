import { describe, expect, it } from '@jest/globals';
import { renderTable } from '../../bench/lib/table.ts';

describe('renderTable', () => {
  it('has a line per row, numbers on the right and with one decimal at most', () => {
    expect(
      renderTable([
        { step: 'start', ms: 1 },
        { step: 'first prompt', ms: 1234.56 },
      ]),
    ).toBe(['STEP              MS', 'start              1', 'first prompt  1234.6'].join('\n'));
  });
});
