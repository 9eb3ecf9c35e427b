import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { findSecrets } from '../domain/redact.ts';

/** Lines that a change adds to one file. */
export interface AddedLines {
  /** As git shows it. */
  readonly path: string;
  readonly lines: readonly { readonly number: number; readonly text: string }[];
}

/** Where something looks like a secret, and like what. Never the secret itself. */
export interface SecretPlace {
  readonly path: string;
  readonly line: number;
  readonly kind: string;
}

const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] };

/** Looks through added lines for known secrets, our own token shapes, and those of secretlint's recommended rules. */
export async function scanAddedLines(added: AddedLines, knownSecrets: readonly string[]): Promise<SecretPlace[]> {
  const text = added.lines.map((line) => line.text).join('\n');
  const own = findSecrets(text, knownSecrets).map(({ start, kind }) => ({ start, kind }));
  const linted = await lintSource({
    source: { content: text, filePath: `/${added.path}`, ext: extensionOf(added.path), contentType: 'text' },
    options: { config, maskSecrets: true, noPhysicFilePath: true },
  });
  const known = linted.messages.map(({ range, ruleId }) => ({ start: range[0], kind: kindOf(ruleId) }));
  const places = new Map<number, SecretPlace>();
  for (const { start, kind } of [...own, ...known]) {
    const line = added.lines[text.slice(0, start).split('\n').length - 1]?.number ?? 0;
    if (!places.has(line)) places.set(line, { path: added.path, line, kind });
  }
  return [...places.values()].sort((a, b) => a.line - b.line);
}

/** Reads a unified diff without context (`-U0`): what it adds, by file. */
export function parseAddedLines(diff: string): AddedLines[] {
  const files: { path: string; lines: { number: number; text: string }[] }[] = [];
  let next = 0;
  let left = 0;
  for (const line of diff.split('\n')) {
    // Inside a hunk every line is content, whatever it looks like.
    if (left > 0) {
      if (line.startsWith('+')) {
        files.at(-1)?.lines.push({ number: next, text: line.slice(1) });
        next += 1;
        left -= 1;
      }
      continue;
    }
    if (line.startsWith('+++ ')) files.push({ path: line.slice(4).replace(/\t$/, ''), lines: [] });
    const [, start, count] = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    if (start !== undefined) {
      next = Number(start);
      left = Number(count ?? '1');
    }
  }
  return files.filter((file) => file.lines.length > 0);
}

function kindOf(ruleId: string): string {
  return ruleId.replace(/^.*secretlint-rule-/, '').replaceAll('-', ' ');
}

function extensionOf(path: string): string {
  return /\.[^./]*$/.exec(path)?.[0] ?? '';
}
