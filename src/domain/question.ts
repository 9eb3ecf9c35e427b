export const questionTypes = ['text', 'choice', 'yes_no'] as const;
export type QuestionType = (typeof questionTypes)[number];

/** What an agent asks at the end of its turn. */
export interface AskedQuestion {
  readonly type: QuestionType;
  readonly text: string;
  /** Of a `choice`; else empty. */
  readonly options: readonly string[];
  /** What a person should know to answer it. */
  readonly context: string | null;
}

/** How a question came to its end. */
export type Resolution =
  | { readonly how: 'answered'; readonly text: string; readonly by: string; readonly door: string; readonly at: string }
  | { readonly how: 'assumed' | 'expired' | 'withdrawn'; readonly at: string };

/** A question that stands in an issue's state. */
export interface Question extends AskedQuestion {
  /** `q1`, `q2`, …: counted over the life. */
  readonly id: string;
  readonly track: 'plan' | 'implementation';
  readonly agent: string;
  /** The session it was asked in; the answer goes to the same. */
  readonly conversation: string;
  /** ISO 8601. */
  readonly askedAt: string;
  /** ISO 8601; null if it waits for ever. */
  readonly expiresAt: string | null;
  /** Null while it waits for an answer. */
  readonly resolution: Resolution | null;
}

/** The info string of the fenced block that holds a question. */
export const QUESTION_FENCE = 'ghw-question';

export const MAX_QUESTION = 4_000;
export const MAX_ANSWER = 20_000;
const MAX_OPTIONS = 20;
const MAX_OPTION = 300;

/**
 * The question that an agent ends its turn with; null if it asks none. A block that does not hold what was agreed on is
 * a question in its own words rather than no question.
 */
export function questionIn(answer: string): AskedQuestion | null {
  const content = lastBlock(answer);
  if (content === null) return null;
  const parsed = parseObject(content);
  if (parsed === null) return freeText(content);
  const text = textOf(parsed.question) ?? textOf(parsed.text);
  if (text === null) return freeText(content);
  const options = optionsOf(parsed.options);
  const context = textOf(parsed.context);
  const type = typeOf(parsed.type, options);
  return { type, text: cut(text, MAX_QUESTION), options: type === 'choice' ? options : [], context };
}

/** The content of a question's block, if the text ends with one. */
function lastBlock(answer: string): string | null {
  const lines = answer.trimEnd().split(/\r\n|\r|\n/);
  const isMark = (line: string): RegExpExecArray | null => /^ {0,3}(`{3,}|~{3,})[ \t]*(\S*)[ \t]*$/.exec(line);
  const last = isMark(lines.at(-1) ?? '');
  // A block that is cut short, or never closed, ends with the text.
  const end = last?.[2] === '' ? lines.length - 1 : lines.length;
  for (let index = end - 1; index >= 0; index -= 1) {
    const mark = isMark(lines[index] ?? '');
    if (!mark) continue;
    return mark[2] === QUESTION_FENCE
      ? lines
          .slice(index + 1, end)
          .join('\n')
          .trim()
      : null;
  }
  return null;
}

function freeText(content: string): AskedQuestion | null {
  return content === '' ? null : { type: 'text', text: cut(content, MAX_QUESTION), options: [], context: null };
}

function parseObject(content: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? cut(value.trim(), MAX_QUESTION) : null;
}

function optionsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  const texts = value.flatMap((option) => textOf(option) ?? []).map((option) => cut(option, MAX_OPTION));
  return [...new Set(texts)].slice(0, MAX_OPTIONS);
}

function typeOf(value: unknown, options: readonly string[]): QuestionType {
  if (value === 'yes_no') return 'yes_no';
  // Nobody can choose from fewer than two.
  if (options.length >= 2 && value !== 'text') return 'choice';
  return 'text';
}

/** The beginning of a text; of a character that has two halves, both or none. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')} …`;
}

/**
 * An answer in the form in which the agent gets it: of a choice the option itself, also where its number was given.
 *
 * @returns null if it answers nothing
 */
export function answerTo({ type, options }: AskedQuestion, answer: string): string | null {
  const text = answer.trim();
  if (text === '') return null;
  const said = text.toLowerCase();
  switch (type) {
    case 'text':
      return text;
    case 'yes_no':
      if (['yes', 'y', 'true'].includes(said)) return 'yes';
      return ['no', 'n', 'false'].includes(said) ? 'no' : null;
    case 'choice': {
      const numbered = /^[1-9]\d?$/.test(text) ? options[Number(text) - 1] : undefined;
      return options.find((option) => option.toLowerCase() === said) ?? numbered ?? null;
    }
  }
}

/** What answers a question, for the reader. */
export function answersOf({ type, options }: AskedQuestion): string {
  switch (type) {
    case 'text':
      return 'any text';
    case 'yes_no':
      return 'yes or no';
    case 'choice':
      return options.map((option, index) => `${String(index + 1)}. ${option}`).join('; ');
  }
}
