import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { GhwError } from '../../domain/errors.ts';
import { questionTypes } from '../../domain/question.ts';
import { reviewReport } from '../../domain/schemas/review-report.ts';
import { promptTasks, type PromptTask } from '../prompts/subject.ts';
import { defaultScript } from './default-script.ts';
import type { Script } from './script.ts';

const file = z.strictObject({ path: z.string().min(1), content: z.string() });

const step = z.union([
  z.strictObject({ write: file }),
  z.strictObject({ append: file }),
  z.strictObject({ delete: z.string().min(1) }),
  z.strictObject({ run: z.array(z.string()).min(1) }),
  z.strictObject({ sleep: z.number().int().nonnegative() }),
  z.strictObject({ text: z.string() }),
  z.strictObject({ plan: z.string().min(1) }),
  z.strictObject({ review: reviewReport }),
  z.strictObject({
    question: z.strictObject({
      type: z.enum(questionTypes).optional(),
      question: z.string().min(1),
      options: z.array(z.string().min(1)).optional(),
      context: z.string().optional(),
    }),
  }),
  z.strictObject({ cost: z.number().nonnegative() }),
  z.strictObject({ exit: z.number().int().min(0).max(255) }),
  z.strictObject({ hang: z.literal(true) }),
  z.strictObject({ crash: z.literal(true) }),
]);

const turn = z.strictObject({
  on: z.enum(Object.keys(promptTasks) as [PromptTask, ...PromptTask[]]).optional(),
  steps: z.array(step),
});

const script = z.strictObject({
  plan: z.array(turn).min(1).optional(),
  implement: z.array(turn).min(1).optional(),
  review: z.array(turn).min(1).optional(),
});

/**
 * Checks a script; phases that it leaves out are played from the built-in one.
 *
 * @param source - for the message: where the script comes from
 * @throws GhwError `InvalidConfiguration`
 */
export function parseScript(value: unknown, source: string): Script {
  const parsed = script.safeParse(value ?? {});
  if (parsed.success) {
    const { plan, implement, review } = parsed.data;
    return {
      plan: plan ?? defaultScript.plan,
      implement: implement ?? defaultScript.implement,
      review: review ?? defaultScript.review,
    };
  }
  throw new GhwError('InvalidConfiguration', `The script ${source} does not fit:\n${z.prettifyError(parsed.error)}`, {
    hint: 'See the list of steps in docs/agents.md.',
  });
}

/** Reads a script from a YAML or JSON file. @throws GhwError `InvalidConfiguration` */
export async function readScript(path: string): Promise<Script> {
  let value: unknown;
  try {
    value = parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new GhwError('InvalidConfiguration', `The script ${path} cannot be read: ${String(error)}`, {
      hint: 'Name a YAML or JSON file that exists.',
      cause: error,
    });
  }
  return parseScript(value, path);
}
