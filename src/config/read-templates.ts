import { readFile } from 'node:fs/promises';
import { GhwError } from '../domain/errors.ts';
import { promptPlaceholders, templateNames, type TemplateName } from '../domain/prompt-templates.ts';
import { templateProblems } from '../domain/template.ts';

/** Where the configuration has templates of its own; null for none. */
export type TemplateFiles = Readonly<Partial<Record<TemplateName, string | null>>>;

const MAX_BYTES = 100_000;

/**
 * The texts of the templates that a configuration names.
 *
 * @throws GhwError `InvalidConfiguration` for a file that cannot be read or used
 */
export async function readTemplates(files: TemplateFiles): Promise<Readonly<Partial<Record<TemplateName, string>>>> {
  const texts: Partial<Record<TemplateName, string>> = {};
  for (const name of templateNames) {
    const path = files[name] ?? null;
    if (path === null) continue;
    const { text, problems } = await inspectTemplate(name, path);
    if (problems.length === 0) texts[name] = text;
    else throw unusable(name, path, problems);
  }
  return texts;
}

/** All that keeps the named templates from being used, for the reader. */
export async function templateFaults(
  files: TemplateFiles,
): Promise<readonly { readonly name: TemplateName; readonly path: string; readonly what: string }[]> {
  const faults = await Promise.all(
    templateNames.map(async (name) => {
      const path = files[name] ?? null;
      if (path === null) return [];
      return (await inspectTemplate(name, path)).problems.map((what) => ({ name, path, what }));
    }),
  );
  return faults.flat();
}

async function inspectTemplate(
  name: TemplateName,
  path: string,
): Promise<{ readonly text: string; readonly problems: readonly string[] }> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => error as NodeJS.ErrnoException);
  if (typeof text !== 'string') return { text: '', problems: [`it cannot be read (${text.code ?? text.message})`] };
  if (Buffer.byteLength(text) > MAX_BYTES)
    return { text, problems: [`it has more than ${MAX_BYTES.toString()} bytes`] };
  return { text, problems: templateProblems(text, promptPlaceholders[name]) };
}

function unusable(name: TemplateName, path: string, problems: readonly string[]): GhwError {
  return new GhwError('InvalidConfiguration', `The template ${path} cannot be used: ${problems.join('; ')}.`, {
    hint: `Mend the file, or go back to our own: ghw config unset templates.${name}`,
    retryable: false,
  });
}
