import type { ReviewReport } from '../../domain/agent-run.ts';
import type { ValidationReport } from '../../domain/change.ts';
import { MAX_PLAN_BYTES } from '../../domain/plan.ts';
import type { Message } from '../../domain/conversation.ts';
import { QUESTION_FENCE } from '../../domain/question.ts';
import { readTemplate } from '../../domain/template.ts';
import { cutEnd, cutStart, fence, withoutInvisible } from './fence.ts';
import { dataNotice, issueText, titleText, type IssueForPrompt } from './issue-text.ts';
import { earlierText, messagesText, type EarlierWork } from './messages.ts';
import { promptHead, type PromptTask } from './subject.ts';
import { builtInTemplate, templateOf, type OwnTemplates } from './templates.ts';

const MAX_GUIDANCE_BYTES = 60_000;
const MAX_FEEDBACK_BYTES = 60_000;
const MAX_OUTPUT_BYTES = 24_000;
/** Bytes of a diff that {@link reviewPrompt} takes; the reviewer has the tree besides. */
export const MAX_DIFF_BYTES = 400_000;

/** What every prompt is made from. */
export interface PromptContext extends IssueForPrompt {
  /**
   * The repository's own instructions for agents (`AGENTS.md`, `CLAUDE.md`, `GEMINI.md`), from its base branch and never
   * from a change; null if it has none.
   */
  readonly guidance: string | null;
  /**
   * True if the agent's session already holds the issue (and the plan); they are then named and not repeated. Ask
   * `CodingAgent.sessionFile` before.
   */
  readonly remembered: boolean;
  /** What people have to say to the agent now. */
  readonly messages?: readonly Message[];
  /** What is left of an earlier session that is lost. */
  readonly earlier?: EarlierWork | null;
  /** The commands that will check a change, each as a person would write it. */
  readonly validation?: readonly string[];
  /** Of the configuration, in the place of ours. */
  readonly templates?: OwnTemplates;
}

/** Asks for a plan, as Markdown. `wishes` are a person's, given with the command. */
export function planPrompt(context: PromptContext, wishes: string | null = null): string {
  return assemble('plan', context, { wishes: wishes === null ? null : personText('wishes', wishes) });
}

/** Asks for the next version of a plan. */
export function revisePlanPrompt(context: PromptContext, plan: string, feedback: string): string {
  return assemble('revise_plan', context, {
    plan: context.remembered ? null : planText(plan),
    feedback: personText('feedback', feedback),
  });
}

/** Asks for the change that an approved plan describes. */
export function implementPrompt(context: PromptContext, plan: string): string {
  return assemble('implement', context, { plan: planText(plan) });
}

/** Gives the output of a failed validation back. */
export function fixValidationPrompt(context: PromptContext, plan: string, report: ValidationReport): string {
  const failed = report.steps.find((step) => !step.ok);
  const how =
    failed?.exitCode == null
      ? 'was ended by a signal or its time limit'
      : `ended with exit code ${failed.exitCode.toString()}`;
  const output = cutStart(withoutInvisible(failed?.outputTail ?? ''), MAX_OUTPUT_BYTES);
  return assemble('fix_validation', context, {
    how,
    command: failed === undefined ? null : fence('validation command', withoutInvisible(failed.command)),
    output: failed === undefined ? null : fence('validation output', output),
    plan: context.remembered ? null : planText(plan),
  });
}

/** Gives a review that asks for changes back to the author. */
export function addressReviewPrompt(context: PromptContext, plan: string, review: ReviewReport): string {
  const findings = review.findings.map(({ severity, path, line, message }) => {
    const place = path === null ? 'the change as a whole' : `${path}${line === null ? '' : `:${line.toString()}`}`;
    return `- ${severity}, ${place}: ${message}`;
  });
  const text = withoutInvisible([review.summary, ...findings].join('\n\n'));
  return assemble('address_review', context, {
    review: fence('review', cutEnd(text, MAX_FEEDBACK_BYTES)),
    plan: context.remembered ? null : planText(plan),
  });
}

/** Asks for a review of a change; the answer has the form of `reviewSchema`. `plan` is null where there was none. */
export function reviewPrompt(context: PromptContext, plan: string | null, diff: string): string {
  return assemble('review', context, {
    plan: plan === null ? null : planText(plan),
    diff: fence('diff', cutEnd(withoutInvisible(diff), MAX_DIFF_BYTES)),
  });
}

/** Goes on in the same session with what people say: `plan` null while planning. */
export function followUpPrompt(context: PromptContext, plan: string | null): string {
  const isAnswer = context.messages?.some(({ kind }) => kind !== 'steer') ?? false;
  return assemble(isAnswer ? 'answer' : 'steer', context, goingOn(context, plan));
}

/** Goes on with a plan (`plan` null) or an implementation that was interrupted: a crash, a pause, another host. */
export function continuePrompt(context: PromptContext, plan: string | null): string {
  return assemble('continue', context, goingOn(context, plan));
}

function goingOn(context: PromptContext, plan: string | null): Values {
  return {
    plan: context.remembered || plan === null ? null : planText(plan),
    answer_form: plan === null ? planForm(context) : workForm(),
  };
}

type Values = Readonly<Record<string, string | null>>;

/**
 * The prompt of a task: its template within our frame, which no configuration replaces. What the template does not show
 * itself of issue and guidance follows it.
 */
function assemble(task: PromptTask, context: PromptContext, values: Values): string {
  const { issue, remembered, validation = [] } = context;
  const template = templateOf(task, context.templates);
  const guidance = context.guidance === null || remembered ? null : guidanceText(context.guidance);
  const whole = remembered ? null : issueText(context);
  const title = titleText(issue.title);
  const commands = validation.map((command) => withoutInvisible(command)).join('\n');
  const text = template.fill({
    ...subjectOfIssue(context),
    title,
    issue: whole,
    guidance,
    validation: commands === '' ? null : fence('validation commands', commands),
    answer_form: answerForm(task, context),
    ...values,
  });
  const unlessShown = (name: string, value: string | null): string | null => (template.names.has(name) ? null : value);
  return builtInTemplate('frame')
    .fill({
      head: promptHead(task, issue.repository.nameWithOwner, issue.number),
      data_notice: dataNotice,
      task: text,
      earlier: context.earlier ? earlierText(context.earlier) : null,
      messages: messagesText(context.messages ?? []),
      guidance: unlessShown('guidance', guidance),
      issue: unlessShown('issue', whole),
      // Without the issue, its title says what this is about.
      title: whole === null ? unlessShown('title', title) : null,
    })
    .concat('\n');
}

function subjectOfIssue({ issue }: PromptContext): Values {
  return { repository: issue.repository.nameWithOwner, number: issue.number.toString() };
}

function answerForm(task: PromptTask, context: PromptContext): string {
  if (task === 'review') return builtInTemplate('answer_review').fill({});
  return task === 'plan' || task === 'revise_plan' ? planForm(context) : workForm();
}

function questionForm(): string {
  return builtInTemplate('question_form').fill({ fence: QUESTION_FENCE });
}

function workForm(): string {
  return builtInTemplate('answer_work').fill({ question_form: questionForm() });
}

function planForm(context: PromptContext): string {
  const own = context.templates?.plan_form;
  const form = own === undefined ? null : readTemplate('plan_form', own).fill(subjectOfIssue(context));
  return builtInTemplate('answer_plan').fill({
    plan_form: form,
    free_form: form === null ? 'yes' : null,
    max_bytes: MAX_PLAN_BYTES.toString(),
    question_form: questionForm(),
  });
}

function guidanceText(guidance: string): string {
  return fence('repository guidance', cutEnd(withoutInvisible(guidance), MAX_GUIDANCE_BYTES));
}

function planText(plan: string): string {
  return fence('plan', cutEnd(withoutInvisible(plan).trim(), MAX_PLAN_BYTES));
}

function personText(what: string, text: string): string {
  return fence(what, cutEnd(withoutInvisible(text).trim(), MAX_FEEDBACK_BYTES));
}
