import { z } from 'zod';
import { agentKinds } from '../agent-kind.ts';
import { GhwError } from '../errors.ts';
import { isIssueNumber, isRepositoryName } from '../repository-name.ts';

const controlCharacters = /\p{Cc}/u;
const controlCharactersOfText = /[^\P{Cc}\n\r\t]/u;

/** `owner/repo` as a person writes it. */
export const repositoryInput = z.string().refine(isRepositoryName, 'must be owner/repo, such as octo/hello');

/** `owner/repo` in which `*` stands for anything but a slash. */
export const repositoryPatternInput = z
  .string()
  .refine(
    (text) => isRepositoryName(text.replace(/\*+/g, 'x')) && !/\*{2}/.test(text),
    'must be owner/repo, or a pattern such as octo/*',
  );

/** A person or organisation on GitHub. */
export const ownerInput = z
  .string()
  .refine((text) => isRepositoryName(`${text}/x`), 'must be the name of an owner on GitHub, such as octo');

/** Names a schedule. */
export const scheduleNameInput = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'must be lower-case letters, digits, dots, hyphens and underscores')
  .refine((text) => text !== 'once', 'must not be once, which means cycles by hand');

/** Five fields; what is in them is Temporal's to judge. */
export const cronInput = z
  .string()
  .trim()
  .regex(/^[0-9A-Za-z*,/?#-]+(?: +[0-9A-Za-z*,/?#-]+){4}$/, 'must be five fields, such as "0 9 * * 1-5"');

/** A time zone by its name. */
export const timeZoneInput = z.string().refine(isTimeZone, 'must be a time zone such as Europe/Berlin, or UTC');

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** An issue number as a person writes it. */
export const issueNumberInput = z
  .string()
  .regex(/^\d{1,10}$/, 'must be a whole number from 1')
  .transform(Number)
  .refine(isIssueNumber, 'must be a whole number from 1');

/** A plan's digest, or its beginning. */
export const digestInput = z
  .string()
  .regex(/^[0-9a-fA-F]{8,64}$/, 'must be the digest’s first 8 to 64 hexadecimal digits')
  .transform((text) => text.toLowerCase());

/** US dollars as a person writes them. */
export const usdInput = z
  .string()
  .regex(/^\$?\d{1,6}(?:\.\d{1,4})?$/, 'must be US dollars, such as 5 or 2.50')
  .transform((text) => Number(text.replace('$', '')))
  .refine((usd) => usd > 0 && usd <= 100_000, 'must be more than 0 and at most 100000');

/** A commit's SHA, whole. */
export const commitInput = z
  .string()
  .regex(/^(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/, 'must be a commit’s whole SHA')
  .transform((text) => text.toLowerCase());

/** A login on GitHub, with an app's suffix, or `@me`. */
export const assigneeInput = z
  .string()
  .regex(/^(?:@me|[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?)$/, 'must be a login on GitHub, or @me');

/** What GitHub's search takes, but for what the command itself says. */
export const searchInput = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(256, 'must be at most 256 characters long')
  .refine((text) => !controlCharacters.test(text), 'must be one line without control characters')
  .refine(
    (text) => !/(?:^|[\s(])-?(?:repo|org|user|sort|created):/i.test(text),
    'must hold none of repo:, org:, user:, sort: and created:, which the command sets itself',
  );

/** Which of GitHub's two states an issue is in. */
export const issueStateInput = z.enum(['open', 'closed', 'all'], { error: 'must be open, closed or all' });

/** Names an agent. */
export const agentInput = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be the name of an agent');

/** Names an agent of our own: where there is no configuration yet, there is none of another name. */
export const ownAgentInput = z.enum(agentKinds, `must be one of ${agentKinds.join(', ')}`);

/** Names a model. */
export const modelInput = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,127}$/, 'must be the name of a model');

/** Names an environment variable. */
export const variableInput = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,254}$/, 'must be the name of an environment variable, not its value');

/** One line of text: a name, a reason. */
export const lineInput = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(2_000, 'must be at most 2000 characters long')
  .refine((text) => !controlCharacters.test(text), 'must be one line without control characters');

/** Who asks. */
export const personInput = lineInput.max(100, 'must be at most 100 characters long');

/** A longer text: guidance, feedback. */
export const textInput = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(20_000, 'must be at most 20000 characters long')
  .refine((text) => !controlCharactersOfText.test(text), 'must hold no control characters');

/** A whole number from 1. */
export const countInput = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'must be a whole number from 1')
  .transform(Number);

/**
 * Reads what a person wrote.
 *
 * @param what - names it for the message: `the issue number`
 * @throws GhwError `InvalidInput`
 */
export function parseInput<T>(schema: z.ZodType<T>, text: string, what: string): T {
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  throw new GhwError('InvalidInput', `${what} ${parsed.error.issues[0]?.message ?? 'is invalid'}, not ${shown}.`);
}
