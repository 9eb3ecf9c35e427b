import { GhwError } from '../../domain/errors.ts';
import { formatIssue } from '../../domain/issue.ts';
import { harmlessLine } from '../../domain/harmless.ts';
import { redact } from '../../domain/redact.ts';
import type { Change } from '../../domain/change.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { conductRun } from './conduct-run.ts';
import type { AgentDependencies, WorkSettings } from './dependencies.ts';
import { readIssueText, type IssueText } from './issue-text.ts';
import { assignmentPrompt, planIn, readGuidance } from './prompt.ts';
import type { RunAgentInput, RunAgentResult } from './types.ts';

const MAX_LAST_WORDS = 1_000;

/** The author's runs: plan, revision, implementation and rework, all in one session where the agent can. */
export function createRunAgent(deps: AgentDependencies): (input: RunAgentInput) => Promise<RunAgentResult> {
  return async (input) => {
    const { assignment, baseOid, issue } = input;
    const planning = assignment.kind === 'plan' || assignment.kind === 'revise_plan';
    const settings = await deps.settingsOf(issue);
    const text = await readIssueText(deps, input);
    const exportTree = (workspace: Workspace): Promise<Change | null> =>
      deps.workspaces.exportChange(workspace, {
        baseOid,
        parentOid: input.parent?.oid ?? baseOid,
        message: commitMessage(settings, text),
        committedAt: input.committedAt,
        author: settings.author,
      });
    return conductRun<RunAgentResult>(deps, input, {
      phase: planning ? 'plan' : 'implement',
      home: 'author',
      treeWritable: !planning,
      start: (saved) => ({ baseOid, parent: input.parent, work: saved ?? input.work }),
      prompt: async (workspace, { remembered, interrupted }) => {
        const guidance = await readGuidance(deps.workspaces, workspace, baseOid);
        const { snapshot, trustedCommenters } = text;
        const context = { issue: snapshot, trustedCommenters, guidance, remembered };
        return assignmentPrompt(context, assignment, interrupted || input.continues);
      },
      finish: async (workspace, result, trace) => {
        const secrets = await deps.knownSecrets();
        const lastWords = redact(result.text.trim(), secrets).slice(0, MAX_LAST_WORDS);
        if (planning) {
          return { trace, plan: planIn(result, input, secrets), change: null, lastWords };
        }
        const change = await exportTree(workspace);
        // A finding may be wrong; the author is asked to leave the code then, and to say why.
        if (!change && assignment.kind !== 'address_review') throw nothingChanged(input);
        return { trace, plan: null, change, lastWords };
      },
      checkpoint: async (workspace) => {
        if (planning) return null;
        const change = await exportTree(workspace);
        return change && { oid: change.headOid, bundle: change.bundle };
      },
    });
  };
}

function nothingChanged({ issue, choice }: RunAgentInput): GhwError {
  return new GhwError('NoChange', `${formatIssue(issue)}: ${choice.agent} ended well but changed no file.`, {
    hint: 'Look at its transcript; then try again with `ghw issues implement --force`, or revise the plan.',
  });
}

function commitMessage({ commitMessage: template }: WorkSettings, { snapshot }: IssueText): string {
  const values: Readonly<Record<string, string>> = {
    number: String(snapshot.number),
    title: harmlessLine(snapshot.title),
    repository: snapshot.repository.nameWithOwner,
  };
  return template.replace(/\{(number|title|repository)\}/g, (_, name: string) => values[name] ?? '');
}
