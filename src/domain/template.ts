import { digestText } from './digest.ts';

/** A text with places that are filled in: `{name}`, and parts that are there for a name with a value only. */
export interface Template {
  /** Names the text exactly, for the record: `plan@1-3fa9c1d2`, and `plan@own-3fa9c1d2` for one from the configuration. */
  readonly id: string;
  /** The names that it uses. */
  readonly names: ReadonlySet<string>;
  /** Fills it in, once: what stands in a value is never filled in itself. A name without a value leaves nothing. */
  fill(values: Readonly<Record<string, string | null>>): string;
}

const VERSION = /^<!-- version: (\d{1,6}) -->\n/;
const NAME = /\{(?:if )?([a-z_]{1,40})\}/g;
const PART = /^\{if ([a-z_]{1,40})\}\n([^]*?)^\{end\}(?:\n|$)/gm;

/** What a reader has to mend in a template, each with its line; empty where it can be used. */
export function templateProblems(text: string, known: readonly string[]): readonly string[] {
  const problems: string[] = [];
  let open: number | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    const where = `line ${(index + 1).toString()}`;
    if (line.startsWith('{if ')) {
      if (open !== null) problems.push(`${where}: a part that begins inside of another; each ends with {end} first`);
      open = index + 1;
    }
    if (line === '{end}') {
      if (open === null) problems.push(`${where}: {end} without an {if …} before it`);
      open = null;
    }
    for (const [whole, name = ''] of line.matchAll(NAME)) {
      if (whole === '{end}' || known.includes(name)) continue;
      problems.push(`${where}: there is no {${name}} here; there are ${known.map((own) => `{${own}}`).join(', ')}`);
    }
  }
  if (open !== null) problems.push(`line ${open.toString()}: this part has no {end}`);
  if (text.replace(VERSION, '').trim() === '') problems.push('line 1: it is empty');
  return problems;
}

/** A template from its text, which has no {@link templateProblems}. @param name - for its id */
export function readTemplate(name: string, text: string): Template {
  const version = VERSION.exec(text)?.[1] ?? 'own';
  const body = text.replace(VERSION, '').trim();
  return {
    id: `${name}@${version}-${digestText(body).slice(0, 8)}`,
    names: new Set([...body.matchAll(NAME)].map(([, found = '']) => found)),
    fill: (values) => {
      const valueOf = (found: string): string => values[found] ?? '';
      // Paragraphs first, while the text is still ours; then values, each of which is taken as it is.
      return body
        .replace(PART, (_, found: string, part: string) => (valueOf(found) === '' ? '' : part))
        .replace(/\n{3,}/g, '\n\n')
        .trim()
        .replace(NAME, (_, found: string) => valueOf(found));
    },
  };
}
