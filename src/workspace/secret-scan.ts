import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { SecretLintRuleContext, SecretLintSourceCode } from '@secretlint/types';
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

/**
 * Looks through added lines for known secrets, our own token shapes, and those of secretlint's recommended rules.
 *
 * The rules are run without secretlint's core: its profiler keeps every mark of the process for ever, and its comments let a
 * file switch the scan off.
 */
export async function scanAddedLines(added: AddedLines, knownSecrets: readonly string[]): Promise<SecretPlace[]> {
  const text = added.lines.map((line) => line.text).join('\n');
  const found = [...findSecrets(text, knownSecrets), ...(await runRules(added.path, text))];
  const places = new Map<number, SecretPlace>();
  for (const { start, kind } of found) {
    const line = added.lines[text.slice(0, start).split('\n').length - 1]?.number ?? 0;
    if (!places.has(line)) places.set(line, { path: added.path, line, kind });
  }
  return [...places.values()].sort((a, b) => a.line - b.line);
}

async function runRules(path: string, text: string): Promise<{ start: number; kind: string }[]> {
  const found: { start: number; kind: string }[] = [];
  const source = sourceOf(path, text);
  for (const rule of rules) {
    if (rule.meta.type !== 'scanner') continue;
    const context: SecretLintRuleContext = {
      sharedOptions: {},
      createTranslator: () => (messageId, data) => ({ message: '', messageId: String(messageId), data }),
      report: ({ range }) => found.push({ start: range[0], kind: kindOf(rule.meta.id) }),
      ignore: () => undefined,
    };
    await rule.create(context, {}).file?.(source);
  }
  return found;
}

/** Named so that a rule which looks for the file itself (a `.p12` key store) finds none on this host. */
function sourceOf(path: string, content: string): SecretLintSourceCode {
  const filePath = `/dev/null/${path.split('/').at(-1) ?? ''}`;
  return {
    content,
    filePath,
    physicalFilePath: undefined,
    ext: /\.[^./]*$/.exec(path)?.[0] ?? '',
    contentType: 'text',
    hasBOM: false,
    getFilePath: () => filePath,
    getPhysicalFilePath: () => undefined,
    ...positionsUnused,
  };
}

/** No scanner asks for positions; those that would are told so at once. */
const positionsUnused = {
  locationToRange: unused,
  rangeToLocation: unused,
  positionToIndex: unused,
  indexToPosition: unused,
};

function unused(): never {
  throw new Error('Positions are not counted here');
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
