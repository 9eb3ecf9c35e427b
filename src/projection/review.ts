import type { ReviewFinding } from '../domain/agent-run.ts';
import type { ProjectedFile } from './projected-file.ts';
import type { ProjectionInput } from './input.ts';
import { plain, plainLine, withFrontMatter } from './markdown.ts';

/** `review.md`: the last verdict with its findings, once there is one. */
export function reviewFile({ nameWithOwner, number, progress }: ProjectionInput): readonly ProjectedFile[] {
  const { report, headSha } = progress?.review ?? {};
  if (!progress || !report) return [];
  const facts = {
    issue: `${nameWithOwner}#${String(number)}`,
    verdict: report.verdict.replace('_', ' '),
    head: headSha ?? null,
    // A change that was reworked after its review has not been reviewed.
    current: headSha === progress.implementation.headSha,
    findings: report.findings.length,
  };
  const text = [
    `# Review: ${facts.verdict}`,
    '',
    plain(report.summary).trim(),
    ...(report.findings.length === 0 ? [] : ['', '## Findings', '', ...report.findings.map(findingLine)]),
  ].join('\n');
  return [{ name: 'review.md', kind: 'markdown', text: withFrontMatter(facts, text) }];
}

function findingLine({ severity, path, line, message }: ReviewFinding): string {
  const place =
    path === null ? '' : ` \`${plainLine(path).replaceAll('`', "'")}${line === null ? '' : `:${String(line)}`}\``;
  return `- **${severity}**${place}: ${plain(message).trim().replaceAll('\n', '\n  ')}`;
}
