import { z } from 'zod';
import { parseDuration } from '../domain/duration.ts';
import { isRepositoryName } from '../domain/repository-name.ts';

/** The kinds of values that the keys of the configuration hold. What is wrong is worded to follow the key's name. */

export const printable = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !/\p{Cc}/u.test(text), 'must hold no control characters');

/** `~` is the home directory; a relative path starts at the configuration file. */
export const path = printable;

export const duration = z
  .string()
  .refine(isDuration, 'must be a duration such as 30s, 10m, 1h30m or 2d12h')
  .meta({ pattern: '^(?=.)(?:\\d+d)?(?:\\d+h)?(?:\\d+m)?(?:\\d+s)?$' });

export const address = z
  .url({ protocol: /^https?$/ })
  .refine((text) => !/\/\/[^/]*@/.test(text), 'must hold no user name or password')
  .overwrite((text) => text.replace(/\/+$/, ''));

export const databaseUrl = z
  .string()
  .max(4096)
  .refine(
    (text) => /^postgres(?:ql)?:\/\/[^\s\p{Cc}]+$/u.test(text) && URL.canParse(text),
    'must be an address such as postgres://user@host:5432/database',
  )
  .meta({ pattern: '^postgres(?:ql)?://\\S+$' });

export const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens');

export const model = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,127}$/, 'must be the name of a model');

export const environmentVariable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable, not its value');

export const repositoryName = z
  .string()
  .refine(isRepositoryName, 'must be owner/repo')
  .meta({ pattern: '^[^/\\s]+/[^/\\s]+$' });

/** Commands without a shell, and addresses. */
export const hooks = z.array(printable).max(20);

export const parallelism = z.int().min(1).max(32);

type WithDefaults<F extends z.core.$ZodLooseShape> = { [K in keyof F]: z.ZodDefault<F[K]> };

/** A section whose every key has a default, so that the whole section may be missing. */
export function section<F extends Record<string, z.ZodType>>(
  description: string,
  fields: F,
  defaults: { [K in keyof F]: z.output<F[K]> },
): z.ZodPrefault<z.ZodObject<WithDefaults<F>, z.core.$strict>> {
  return z
    .strictObject(withDefaults(fields, defaults))
    .describe(description)
    .prefault({} as never);
}

/** The same fields, each with a default. */
export function withDefaults<F extends Record<string, z.ZodType>>(
  fields: F,
  defaults: { [K in keyof F]: z.output<F[K]> },
): WithDefaults<F> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [key, field.default(defaults[key])]),
  ) as unknown as WithDefaults<F>;
}

/** A section of one repository: what it holds comes before the section of the same name above; no key has a default. */
export function ownSection<F extends Record<string, z.ZodType>>(
  description: string,
  fields: F,
): z.ZodOptional<z.ZodObject<{ [K in keyof F]: z.ZodOptional<F[K]> }, z.core.$strict>> {
  return z.strictObject(fields).partial().describe(description).optional();
}

function isDuration(text: string): boolean {
  try {
    return parseDuration(text) > 0;
  } catch {
    return false;
  }
}
