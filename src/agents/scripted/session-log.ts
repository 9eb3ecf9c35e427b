import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ScriptedRun } from './script.ts';

/** One line of a session's file. */
export type SessionEntry =
  | {
      readonly type: 'prompt';
      readonly phase: string;
      readonly task: string | null;
      readonly turn: number;
      readonly prompt: string;
    }
  | { readonly type: 'subject'; readonly subject: NonNullable<ScriptedRun['subject']> }
  /** Written before the step is played, so that a step which ends the process is not played twice. */
  | { readonly type: 'step'; readonly index: number }
  | { readonly type: 'end' };

/** What the agent remembers of a session. */
export interface Session {
  readonly entries: readonly SessionEntry[];
  add(entry: SessionEntry): void;
}

export function openSession(path: string): Session {
  mkdirSync(dirname(path), { recursive: true });
  const entries = readEntries(path);
  return {
    entries,
    add: (entry) => {
      appendFileSync(path, `${JSON.stringify(entry)}\n`);
      entries.push(entry);
    },
  };
}

/** A line that a killed process did not finish is left out. */
function readEntries(path: string): SessionEntry[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .map((line) => {
      try {
        return JSON.parse(line) as SessionEntry;
      } catch {
        return undefined;
      }
    })
    .filter((entry) => entry !== undefined);
}
