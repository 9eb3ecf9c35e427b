import type { Output } from './output.ts';
import { plainText } from './text.ts';

/**
 * Markdown with headings, code and emphasis set off. Nothing is taken away or moved: whoever approves a text has read
 * all of it, comments and addresses of links too.
 */
export function styledMarkdown(text: string, colors: Output['colors']): string {
  let fence: string | null = null;
  return plainText(text)
    .split('\n')
    .map((line) => {
      const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
      if (fence !== null) {
        if (
          mark !== undefined &&
          mark.startsWith(fence.charAt(0)) &&
          mark.length >= fence.length &&
          /^\s*[`~]+\s*$/.test(line)
        ) {
          fence = null;
          return colors.dim(line);
        }
        return colors.cyan(line);
      }
      if (mark !== undefined) {
        fence = mark;
        return colors.dim(line);
      }
      return styledLine(line, colors);
    })
    .join('\n');
}

function styledLine(line: string, colors: Output['colors']): string {
  if (/^ {0,3}#{1,6}(?:\s|$)/.test(line)) return colors.bold(colors.underline(line));
  if (/^ {0,3}>/.test(line)) return colors.dim(line);
  if (/^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/.test(line)) return colors.dim(line);
  const [, bullet = '', rest = line] = /^(\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?)(.*)$/.exec(line) ?? [];
  return `${colors.yellow(bullet)}${styledWords(rest, colors)}`;
}

/** Code first: what stands in it is no emphasis. */
function styledWords(text: string, colors: Output['colors']): string {
  return text
    .split(/(`+[^`]+`+)/)
    .map((part, index) =>
      index % 2 === 1
        ? colors.cyan(part)
        : part.replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, (whole) => colors.bold(whole)),
    )
    .join('');
}
