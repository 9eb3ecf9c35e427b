import type { AgentResult } from '../../agents/agent.ts';
import {
  addressReviewPrompt,
  continuePrompt,
  followUpPrompt,
  fixValidationPrompt,
  implementPrompt,
  planPrompt,
  revisePlanPrompt,
  type PromptContext,
} from '../../agents/prompts/prompts.ts';
import { digestText, utf8Bytes } from '../../domain/digest.ts';
import { GhwError } from '../../domain/errors.ts';
import { formatIssue } from '../../domain/issue.ts';
import { MAX_PLAN_BYTES } from '../../domain/plan.ts';
import type { WrittenPlan } from '../../domain/progress/plan.ts';
import { redact } from '../../domain/redact.ts';
import type { Workspace, Workspaces } from '../../workspace/workspace.ts';
import { refuseSecrets } from './no-secret.ts';
import type { Assignment, AgentRunInput } from './types.ts';

/** Where repositories keep what they have to say to agents, of whatever kind; the first is meant for all. */
const guidanceFiles = ['AGENTS.md', 'CLAUDE.md', 'GEMINI.md'];

/** The repository's own guidance, from its base branch and never from a change. One text under two names is told once. */
export async function readGuidance(
  workspaces: Workspaces,
  workspace: Workspace,
  baseOid: string,
): Promise<string | null> {
  const texts = new Map<string, string>();
  for (const path of guidanceFiles) {
    const text = (await workspaces.readFile(workspace, baseOid, path))?.trim() ?? '';
    if (text !== '' && !texts.has(text)) texts.set(text, path);
  }
  if (texts.size === 0) return null;
  return [...texts].map(([text, path]) => (texts.size === 1 ? text : `${path}:\n\n${text}`)).join('\n\n');
}

/** What the author is told. @param start - whether this piece of work was begun before, and its session goes on */
export function assignmentPrompt(
  context: PromptContext,
  assignment: Assignment,
  start: { readonly interrupted: boolean; readonly resumed: boolean },
): string {
  const plan = 'plan' in assignment && assignment.kind !== 'revise_plan' ? assignment.plan : null;
  const isFollowUp = start.resumed && isAboutThis(context, start.interrupted);
  if (isFollowUp) return followUpPrompt(context, plan);
  if (start.interrupted) return continuePrompt(context, plan);
  switch (assignment.kind) {
    case 'plan':
      // The whole issue once more: there may be new comments.
      return planPrompt({ ...context, remembered: false }, assignment.guidance);
    case 'revise_plan':
      return revisePlanPrompt(context, assignment.plan, assignment.feedback);
    case 'implement':
      return implementPrompt(context, assignment.plan);
    case 'fix_validation':
      return fixValidationPrompt(context, assignment.plan, assignment.validation);
    case 'address_review':
      return addressReviewPrompt(context, assignment.plan, assignment.review);
  }
}

/** An answer is always to the turn before; what else people say goes with the assignment, unless it was begun already. */
function isAboutThis({ messages = [] }: PromptContext, interrupted: boolean): boolean {
  return messages.some(({ kind }) => kind !== 'steer') || (interrupted && messages.length > 0);
}

/**
 * The plan in an agent's answer.
 *
 * @throws GhwError `AgentAnswerInvalid` if there is none, or a secret in it; `PlanTooLong`
 */
export function planIn(result: AgentResult, input: AgentRunInput, secrets: readonly string[]): WrittenPlan {
  const where = formatIssue(input.issue);
  refuseSecrets(`${where}: the plan`, result.text.trim(), secrets);
  const text = redact(result.text.trim(), secrets);
  if (text === '') {
    throw new GhwError('AgentAnswerInvalid', `${where}: the agent ended well but wrote no plan.`, {
      hint: 'Ask again with `ghw issues plan`, with guidance or another agent.',
    });
  }
  const bytes = utf8Bytes(text);
  if (bytes > MAX_PLAN_BYTES) {
    throw new GhwError(
      'PlanTooLong',
      `${where}: the plan has ${bytes} bytes; at most ${MAX_PLAN_BYTES} fit into one comment.`,
      {
        hint: 'Ask for a shorter one: ghw issues plan --guidance "at most two pages"',
      },
    );
  }
  return { text, digest: digestText(text), issueTextDigest: input.issueTextDigest, agent: input.choice.agent };
}
