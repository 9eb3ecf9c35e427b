import { Context } from '@temporalio/activity';
import { GhwError } from '../../domain/errors.ts';
import { checkpointRef } from '../../domain/implementation.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import { formatIssue } from '../../domain/issue.ts';
import { harmlessLine } from '../../domain/harmless.ts';
import { questionIn } from '../../domain/question.ts';
import { redact } from '../../domain/redact.ts';
import type { Change } from '../../domain/change.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { conductRun } from './conduct-run.ts';
import type { AgentDependencies, WorkSettings } from './dependencies.ts';
import { earlierWork } from './earlier-work.ts';
import { readIssueText, type IssueText } from './issue-text.ts';
import { assignmentPrompt, planIn, readGuidance } from './prompt.ts';
import { lastWordsOf } from './run-trace.ts';
import { validationCommands } from './validation-hint.ts';
import type { CheckpointOptions, SavedWork } from './run-parts.ts';
import type { RunAgentInput, RunAgentResult } from './types.ts';

/** The author's runs: plan, revision, implementation and rework, all in one session where the agent can. */
export function createRunAgent(deps: AgentDependencies): (input: RunAgentInput) => Promise<RunAgentResult> {
  return async (input) => {
    const { assignment, baseOid, issue } = input;
    const planning = assignment.kind === 'plan' || assignment.kind === 'revise_plan';
    const settings = await deps.settingsOf(issue);
    const text = await readIssueText(deps, input);
    const exportTree = (workspace: Workspace, how?: CheckpointOptions): Promise<Change | null> =>
      deps.workspaces.exportChange(workspace, {
        ...how,
        baseOid,
        parentOid: input.parent?.oid ?? baseOid,
        message: commitMessage(settings, text),
        committedAt: input.committedAt,
        author: settings.author,
      });
    const checkpointOf = async (workspace: Workspace, how?: CheckpointOptions): Promise<SavedWork | null> => {
      if (planning) return null;
      const change = await exportTree(workspace, how);
      if (change && settings.checkpointRef) await pushCheckpoint(deps, issue, change);
      return change && { commit: { oid: change.headOid, bundle: change.bundle }, treeOid: change.treeOid };
    };
    return conductRun<RunAgentResult>(deps, input, {
      phase: planning ? 'plan' : 'implement',
      home: 'author',
      treeWritable: !planning,
      start: (saved) => ({ baseOid, parent: input.parent, work: saved ?? input.work }),
      prompt: async (workspace, { remembered, interrupted, resumed }) => {
        const guidance = await readGuidance(deps.workspaces, workspace, baseOid);
        const validation = await validationCommands(deps, workspace, { baseOid, settings });
        const { templates } = settings;
        const { snapshot, trustedCommenters } = text;
        const { messages } = input;
        const earlier = resumed ? null : await earlierWork(deps.workspaces, workspace, input);
        const context = {
          issue: snapshot,
          trustedCommenters,
          guidance,
          remembered,
          messages,
          earlier,
          validation,
          templates,
        };
        // Without its session, what was asked for in planning has to be said again.
        const goesOn = input.continues && (resumed || !planning);
        return assignmentPrompt(context, assignment, { interrupted: interrupted || goesOn, resumed });
      },
      finish: async (workspace, result, trace) => {
        const secrets = await deps.knownSecrets();
        const lastWords = lastWordsOf(result, secrets);
        const question = questionIn(redact(result.text, secrets));
        if (question) {
          const checkpoint = (await checkpointOf(workspace))?.commit ?? null;
          return { trace: { ...trace, checkpoint }, question, plan: null, change: null, lastWords };
        }
        if (planning) {
          return { trace, question: null, plan: planIn(result, input, secrets), change: null, lastWords };
        }
        const change = await exportTree(workspace);
        // A finding may be wrong; the author is asked to leave the code then, and to say why.
        if (!change && assignment.kind !== 'address_review') throw nothingChanged(input);
        return { trace, question: null, plan: null, change, lastWords };
      },
      checkpoint: checkpointOf,
    });
  };
}

/** A worker that stops has little time to save what counts: a remote that is slow must not take it. */
const CHECKPOINT_PUSH_MS = 10_000;

/** A copy more: that it could not be pushed costs the run nothing. */
async function pushCheckpoint(deps: AgentDependencies, issue: IssueIdentity, change: Change): Promise<void> {
  const ref = checkpointRef(issue.number);
  const about = { issue: formatIssue(issue), ref };
  try {
    const remote = deps.remoteOf(issue.repository);
    const late = AbortSignal.timeout(CHECKPOINT_PUSH_MS);
    const isPushed = await deps.publisher.pushCheckpoint(remote, ref, change, late);
    if (!isPushed)
      Context.current().log.warn(
        'Unfinished work holds what may not leave without a person, and was not pushed',
        about,
      );
  } catch (error) {
    Context.current().log.warn('Unfinished work could not be pushed', { ...about, error });
  }
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
