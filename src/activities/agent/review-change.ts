import { MAX_DIFF_BYTES, reviewPrompt } from '../../agents/prompts/prompts.ts';
import { formatIssue } from '../../domain/issue.ts';
import { redact } from '../../domain/redact.ts';
import type { ReviewReport } from '../../domain/agent-run.ts';
import { parseReviewReport, reviewSchema } from '../../domain/schemas/review-report.ts';
import { conductRun } from './conduct-run.ts';
import type { AgentDependencies } from './dependencies.ts';
import { readIssueText } from './issue-text.ts';
import { refuseSecrets } from './no-secret.ts';
import { readGuidance } from './prompt.ts';
import { validationCommands } from './validation-hint.ts';
import type { ReviewChangeInput, ReviewChangeResult } from './types.ts';

/** Room for the line that says that a diff was cut: the prompt, cutting once more, would take just that away. */
const CUT_NOTICE_BYTES = 200;

/** The reviewer's run: another home and another session than the author's, a tree that it cannot write. */
export function createReviewChange(deps: AgentDependencies): (input: ReviewChangeInput) => Promise<ReviewChangeResult> {
  return async (input) => {
    const { baseOid, headOid } = input;
    const { snapshot, trustedCommenters } = await readIssueText(deps, input);
    return conductRun<ReviewChangeResult>(deps, input, {
      phase: 'review',
      home: 'reviewer',
      treeWritable: false,
      answerSchema: reviewSchema,
      // A head that the remote already has is the commit to stand on.
      start: () => ({ baseOid: input.work ? baseOid : headOid, parent: null, work: input.work }),
      prompt: async (workspace, { remembered }) => {
        const guidance = await readGuidance(deps.workspaces, workspace, baseOid);
        const diff = await deps.workspaces.diff(workspace, baseOid, headOid, MAX_DIFF_BYTES - CUT_NOTICE_BYTES);
        const settings = await deps.settingsOf(input.issue);
        const validation = await validationCommands(deps, workspace, { baseOid, settings });
        const { templates } = settings;
        const context = { issue: snapshot, trustedCommenters, guidance, remembered, validation, templates };
        return reviewPrompt(context, input.plan, diff);
      },
      finish: async (_workspace, result, trace) => {
        const secrets = await deps.knownSecrets();
        const report = parseReviewReport(result.structured ?? jsonIn(result.text));
        const posted = [report.summary, ...report.findings.map(({ message }) => message)].join('\n');
        refuseSecrets(`${formatIssue(input.issue)}: the review`, posted, secrets);
        return { trace, report: withoutSecrets(report, secrets) };
      },
    });
  };
}

/** The JSON object of an agent that has no structured answers; undefined where there is none. */
function jsonIn(text: string): unknown {
  const [start, end] = [text.indexOf('{'), text.lastIndexOf('}')];
  try {
    return JSON.parse(text.slice(start, end + 1));
  } catch {
    return undefined;
  }
}

function withoutSecrets(report: ReviewReport, secrets: readonly string[]): ReviewReport {
  return {
    ...report,
    summary: redact(report.summary, secrets),
    findings: report.findings.map((finding) => ({ ...finding, message: redact(finding.message, secrets) })),
  };
}
