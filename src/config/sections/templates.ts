import { templateNames, type TemplateName } from '../../domain/prompt-templates.ts';
import { path } from '../fields.ts';

const what: Readonly<Record<TemplateName, string>> = {
  plan: 'The prompt that asks for a plan',
  revise_plan: 'The prompt that asks for another version of a plan',
  implement: 'The prompt that asks for the change',
  fix_validation: 'The prompt that gives a failed validation back',
  address_review: 'The prompt that gives a review back',
  review: 'The prompt that asks for a review',
  continue: 'The prompt after an interruption',
  answer: 'The prompt with what people answer',
  steer: 'The prompt with what the operator says',
  plan_form: 'The form of plans, as headings with what belongs below them',
};

type Fields = Record<TemplateName, ReturnType<typeof field>>;

/** Files in the place of our own templates. */
export const templateFields = Object.fromEntries(templateNames.map((name) => [name, field(name)])) as Fields;

export const templateDefaults = Object.fromEntries(templateNames.map((name) => [name, null])) as Record<
  TemplateName,
  null
>;

function field(name: TemplateName) {
  return path.nullable().describe(`${what[name]}: a file with placeholders; null for our own.`);
}
