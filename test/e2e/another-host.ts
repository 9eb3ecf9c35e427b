import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Scene } from './support.ts';

/** The scene as another host sees it: a home, a data directory and a configuration of its own, and the same services. */
export async function anotherHost(
  scene: Scene,
  name: string,
  config: Readonly<Record<string, unknown>> = {},
): Promise<Scene> {
  const directory = hostDirectory(scene, name);
  await mkdir(directory);
  const configPath = join(directory, 'config.yaml');
  const shared = parse(await readFile(scene.configPath, 'utf8')) as Record<string, unknown>;
  const own = { ...shared, ...config, data_path: join(directory, 'data') };
  await writeFile(configPath, stringify(own), { mode: 0o600 });
  return { ...scene, configPath, env: { ...scene.env, HOME: directory } };
}

/** Where everything is that a host has for itself. */
export function hostDirectory(scene: Scene, name: string): string {
  return join(scene.directory, name);
}
