import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** A page of the documentation. */
export interface Page {
  /** Relative to the checkout. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The text without its fenced blocks. */
  readonly prose: string;
}

/** A fenced block. */
export interface Block {
  /** What stands behind the fence: `sh`, `yaml config`. */
  readonly info: string;
  readonly content: string;
}

/** Everything that users and contributors read. */
export function pages(): readonly Page[] {
  const docs = readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return ['README.md', 'CONTRIBUTING.md', ...docs].map(page);
}

export function page(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  const fenced = /^```([^\n]*)\n([\s\S]*?)^```$/gm;
  const blocks = [...text.matchAll(fenced)].map(([, info = '', content = '']) => ({ info: info.trim(), content }));
  return { path, text, blocks, prose: text.replace(fenced, '') };
}

/** What stands between single backticks. */
export function codeSpans(markdown: string): readonly string[] {
  return [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** The cells of every table row, header rows included. A `|` in a cell is written `\|`. */
export function tableRows(markdown: string): readonly (readonly string[])[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^[|\s:-]+$/.test(line))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}
