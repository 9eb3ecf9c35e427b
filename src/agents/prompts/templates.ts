import { readFileSync } from 'node:fs';
import type { TemplateName } from '../../domain/prompt-templates.ts';
import { readTemplate, type Template } from '../../domain/template.ts';
import type { PromptTask } from './subject.ts';

/** Texts that replace our own templates, from the configuration; checked by whoever read them. */
export type OwnTemplates = Readonly<Partial<Record<TemplateName, string>>>;

/** Ours beside those of the tasks: the frame around them, and the forms of answers. */
type BuiltIn = 'frame' | 'answer_plan' | 'answer_work' | 'answer_review' | 'question_form';

const loaded = new Map<string, Template>();

/** One of our own templates, read once. */
export function builtInTemplate(name: BuiltIn | PromptTask): Template {
  const known = loaded.get(name);
  if (known) return known;
  const template = readTemplate(name, readFileSync(new URL(`templates/${name}.md`, import.meta.url), 'utf8'));
  loaded.set(name, template);
  return template;
}

/** The template of a task: the configuration's, or else ours. */
export function templateOf(task: PromptTask, own: OwnTemplates = {}): Template {
  const text = own[task];
  return text === undefined ? builtInTemplate(task) : readTemplate(task, text);
}

/** Names the texts that a prompt is made of, for the record of the run. */
export function promptId(task: PromptTask, own: OwnTemplates = {}): string {
  return templateOf(task, own).id;
}
