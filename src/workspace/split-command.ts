import { GhwError } from '../domain/errors.ts';

/** What only a shell understands. */
const shellOnly = /[|&;<>()$`*?[\]{}~#!\n]/;

/**
 * Splits a configured command into program and arguments. Quotes group words, and a backslash takes the next character as
 * it is; nothing else of a shell is understood, and what a shell would act on is refused instead of passed on.
 *
 * @throws GhwError `InvalidConfiguration`
 */
export function splitCommand(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (quote !== null) {
      if (char === quote) quote = null;
      else if (char === '\\' && quote === '"' && (next === '"' || next === '\\'))
        word = `${word ?? ''}${text.charAt(++at)}`;
      else word = `${word ?? ''}${char}`;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === '\\' && next !== '') {
      word = `${word ?? ''}${text.charAt(++at)}`;
    } else if (char === ' ' || char === '\t') {
      if (word !== null) words.push(word);
      word = null;
    } else if (shellOnly.test(char) || char === '\\') {
      throw invalid(text, `it holds ${JSON.stringify(char)} outside of quotes`);
    } else {
      word = `${word ?? ''}${char}`;
    }
  }
  if (quote !== null) throw invalid(text, 'a quote is not closed');
  if (word !== null) words.push(word);
  if ((words[0] ?? '') === '') throw invalid(text, 'it names no program');
  return words;
}

/** The other way round, for the reader. */
export function joinCommand(words: readonly string[]): string {
  return words.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`)).join(' ');
}

function invalid(text: string, why: string): GhwError {
  return new GhwError('InvalidConfiguration', `The validation command ${JSON.stringify(text)} cannot be run: ${why}.`, {
    hint: `No shell reads it. Name a script of the project, or a shell yourself: sh -c '…'`,
  });
}
