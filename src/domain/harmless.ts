/** Between `@` and a name, or `#` and a number, it is not seen and leaves GitHub nothing to act on. */
const INVISIBLE = '\u200B';

/** GitHub tells everyone who is named so. An address such as `a@b.c` names nobody. */
const mention = /(^|[^\w`/])@(?=[A-Za-z0-9])/g;

/**
 * What closes an issue when it stands in a pull request's description or in a commit that reaches the default branch.
 *
 * @see https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
 */
const closing =
  /\b((?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:[\w.-]+\/[\w.-]+)?#|(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+https?:\/\/\S*?\/(?:issues|pull)\/)(?=\d)/gi;

/** Code is shown as it is, and GitHub acts on nothing in it. */
const code = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/;

/**
 * Text of others, or of an agent that read it, for our own hand to post: it names people without calling them, and
 * issues without closing them. Reads as before.
 */
export function harmless(text: string): string {
  return text
    .split(code)
    .map((part, index) => (index % 2 === 1 ? part : disarm(part)))
    .join('');
}

/** The same for one line that is not Markdown: a title, a commit's subject. */
export function harmlessLine(text: string): string {
  return disarm(text.replace(/\p{Cc}+/gu, ' ').trim());
}

function disarm(text: string): string {
  return text.replace(mention, `$1@${INVISIBLE}`).replace(closing, `$1${INVISIBLE}`);
}
