import { stringify } from 'yaml';
import { visibleControls, visibleLine } from '../domain/visible.ts';

/** YAML of which every text is one quoted or plain scalar, however hostile it is. */
export function yamlOf(values: Readonly<Record<string, unknown>>): string {
  return stringify(clean(values), { lineWidth: 0 });
}

/** Markdown with its facts in front. */
export function withFrontMatter(facts: Readonly<Record<string, unknown>>, text: string): string {
  return `---\n${yamlOf(facts)}---\n\n${text.trimEnd()}\n`;
}

/** Text of others, whose control characters are seen and do nothing to whoever prints the file. */
export function plain(text: string): string {
  return visibleControls(text);
}

/** The same on one line. */
export function plainLine(text: string): string {
  return visibleLine(text).trim();
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return plain(value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, clean(each)]));
}

/** A time in one form, however precisely it was told; what is no time stays as it is. */
export function isoTime(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? plainLine(text) : new Date(time).toISOString();
}
