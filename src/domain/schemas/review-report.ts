import { z } from 'zod';
import { GhwError } from '../errors.ts';
import { reviewVerdicts, type ReviewReport } from '../agent-run.ts';

const finding = z.strictObject({
  severity: z.enum(['blocking', 'important', 'minor']),
  path: z.string().max(4_096).nullable().default(null),
  line: z.number().int().positive().nullable().default(null),
  message: z.string().min(1).max(10_000),
});

/** A reviewer's answer. */
export const reviewReport = z.strictObject({
  verdict: z.enum(reviewVerdicts),
  summary: z.string().min(1).max(20_000),
  findings: z.array(finding).max(200).default([]),
});

/** The same as JSON Schema, for agents that take one. */
export const reviewSchema: Readonly<Record<string, unknown>> = withoutDialect(
  z.toJSONSchema(reviewReport, { io: 'input' }),
);

/**
 * Checks what a reviewer answered. An approval that names a blocking finding contradicts itself and asks for changes.
 *
 * @throws GhwError `AgentAnswerInvalid`
 */
export function parseReviewReport(value: unknown): ReviewReport {
  const parsed = reviewReport.safeParse(value);
  if (!parsed.success) {
    throw new GhwError('AgentAnswerInvalid', `The reviewer's answer does not fit:\n${z.prettifyError(parsed.error)}`, {
      hint: 'Ask for the review again; if it happens again, use another agent or model.',
    });
  }
  const blocked = parsed.data.findings.some((item) => item.severity === 'blocking');
  return blocked ? { ...parsed.data, verdict: 'request_changes' } : parsed.data;
}

/** `$schema` names a dialect that not every agent accepts; what we use is in all of them. */
function withoutDialect({ $schema: _dialect, ...schema }: Record<string, unknown>): Record<string, unknown> {
  return schema;
}
