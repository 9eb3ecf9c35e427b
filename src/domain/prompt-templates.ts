/** What can stand in every template for a prompt. What people wrote comes between marks, as data. */
const everywhere = ['repository', 'number', 'title', 'issue', 'guidance', 'validation', 'answer_form'] as const;

/** What an agent is asked for, and what the template of that prompt can hold. */
export const promptPlaceholders = {
  plan: [...everywhere, 'wishes'],
  revise_plan: [...everywhere, 'plan', 'feedback'],
  implement: [...everywhere, 'plan'],
  fix_validation: [...everywhere, 'plan', 'how', 'command', 'output'],
  address_review: [...everywhere, 'plan', 'review'],
  review: [...everywhere, 'plan', 'diff'],
  continue: [...everywhere, 'plan'],
  answer: [...everywhere, 'plan'],
  steer: [...everywhere, 'plan'],
  /** The form of plans: headings, and what belongs below them. */
  plan_form: ['repository', 'number'],
} as const;

/** Templates that a configuration can replace. */
export type TemplateName = keyof typeof promptPlaceholders;

export const templateNames = Object.keys(promptPlaceholders) as TemplateName[];
