import { describe, expect, it } from '@jest/globals';
import { parseReviewReport, reviewSchema } from '../../../src/domain/schemas/review-report.ts';

describe('a review report', () => {
  it('is taken with the defaults that the schema allows', () => {
    const report = parseReviewReport({
      verdict: 'approve',
      summary: 'Good.',
      findings: [{ severity: 'minor', message: 'A typo.' }],
    });

    expect(report.findings).toEqual([{ severity: 'minor', path: null, line: null, message: 'A typo.' }]);
  });

  it('asks for changes whenever a finding is blocking', () => {
    const report = parseReviewReport({
      verdict: 'approve',
      summary: 'Good.',
      findings: [{ severity: 'blocking', path: 'a', line: 1, message: 'Deletes everything.' }],
    });

    expect(report.verdict).toBe('request_changes');
  });

  it.each([[undefined], ['approve'], [{ verdict: 'maybe', summary: 'x' }], [{ verdict: 'approve', summary: '' }]])(
    'refuses %j',
    (value) => {
      expect(() => parseReviewReport(value)).toThrow(expect.objectContaining({ name: 'AgentAnswerInvalid' }));
    },
  );

  it('has a JSON Schema that an agent can be given as an argument', () => {
    expect(reviewSchema).toMatchObject({
      type: 'object',
      required: ['verdict', 'summary'],
      additionalProperties: false,
    });
    expect(JSON.stringify(reviewSchema)).not.toContain('$');
  });
});
