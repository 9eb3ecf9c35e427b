import type { z } from 'zod';

/** A line that fits the schema; null for any other, and for what is no JSON. */
export function readJsonLine<T>(schema: z.ZodType<T>, text: string): T | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

const SUMMARY = 200;

/** One line of the argument that says most about a tool call: the command, the file, the pattern. */
export function summaryOf(input: unknown): string {
  if (typeof input !== 'object' || input === null) return '';
  const values = input as Record<string, unknown>;
  const names = ['command', 'file_path', 'filePath', 'pattern', 'path', 'dir_path', 'description'];
  const telling = names.map((name) => values[name]);
  const found = telling.find((value): value is string => typeof value === 'string') ?? '';
  return oneLine(found);
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, SUMMARY);
}
