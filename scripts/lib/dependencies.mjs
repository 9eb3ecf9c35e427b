import { readFileSync } from 'node:fs';
import { fromRoot } from './paths.mjs';
import { run } from './run.mjs';
import { step } from './step.mjs';

/** Installs what package-lock.json says unless exactly that is there already. */
export async function ensureDependencies() {
  if (dependenciesMatch()) return;
  await step('Installing dependencies', async () => {
    // Under `npm run`, npm tells where it is; its own script runs on every system without a shell.
    const npm = process.env.npm_execpath;
    const [file, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
    await run(file, [...first, 'ci', '--include=dev', '--prefer-offline', '--loglevel=error']);
  });
}

/** npm writes down what it has installed, as the last thing it does. */
function dependenciesMatch() {
  const installed = packagesOf('node_modules', '.package-lock.json');
  const wanted = packagesOf('package-lock.json');
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

/**
 * @param {string[]} path
 * @returns {Record<string, { version: string, optional?: boolean }>}
 */
function packagesOf(...path) {
  try {
    return JSON.parse(readFileSync(fromRoot(...path), 'utf8')).packages;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}
