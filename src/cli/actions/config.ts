import { existsSync } from 'node:fs';
import { stringify } from 'yaml';
import { setValue, type Edited } from '../../config/edit.ts';
import { type Key, formatKey, leafKeys, parseKey } from '../../config/key.ts';
import { locateConfig } from '../../config/location.ts';
import { findRepository } from '../../config/policy.ts';
import type { Config } from '../../config/schema.ts';
import type { CommandContext } from '../context.ts';
import { renderTable } from '../table.ts';
import { plainText } from '../text.ts';

export async function getConfig(context: CommandContext, [text = '']: readonly string[]): Promise<void> {
  const key = parseKey(text);
  const { config } = await context.config();
  const value = valueAt(config, key);
  context.out.data({ key: formatKey(key), value: value ?? null }, () => plainText(shown(value)));
}

export async function setConfig(context: CommandContext, [text = '', ...values]: readonly string[]): Promise<void> {
  const key = parseKey(text);
  const edited = await setValue(key, values, context.configOptions);
  context.out.data({ path: edited.path, key: formatKey(key) }, () => `Set ${formatKey(key)} in ${edited.path}.`);
  tellRest(context, edited);
}

export async function listConfig(context: CommandContext): Promise<void> {
  const { config, path, exists } = await context.config();
  context.out.note(exists ? `# ${path}` : `# ${path} does not exist: all values are defaults`);
  context.out.data(config, () => {
    const rows = leafKeys()
      .filter((key) => key !== 'repositories')
      .map((key) => [key, shown(valueAt(config, parseKey(key)))]);
    const names = config.repositories.map(({ name }) => name).join(', ');
    return renderTable(['key', 'value'], [...rows, ['repositories', names]], { width: context.out.width });
  });
}

export function configPath(context: CommandContext): Promise<void> {
  const { path } = locateConfig(context.configOptions);
  context.out.data({ path, exists: existsSync(path) }, () => path);
  return Promise.resolve();
}

/** What is still wrong in the file after a change, and where its broken predecessor was kept. */
export function tellRest(context: CommandContext, { backup, remaining, path }: Edited): void {
  if (backup !== undefined) context.out.note(`The file's YAML was broken; it is kept as ${backup}.`);
  for (const { key, line, what, mend } of remaining) {
    context.out.note(
      `Still wrong in ${path}${line === undefined ? '' : `:${String(line)}`}: ${formatKey(key)} ${what} ${mend}`,
    );
  }
}

function valueAt(config: Config, key: Key): unknown {
  const [section, name, ...rest] = key;
  if (section === 'repositories' && typeof name === 'string') {
    return follow(findRepository(config, name), rest);
  }
  return follow(config, key);
}

function follow(value: unknown, key: Key): unknown {
  return key.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[part] : undefined),
    value,
  );
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
}
