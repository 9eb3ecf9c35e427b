import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Shows an address in a browser: the one that `BROWSER` names, else the system's own.
 *
 * @returns false if there is none, or it failed
 */
export async function openInBrowser(url: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const [program = '', ...args] = programOf(env);
  try {
    // A browser of the terminal needs the terminal, until it ends.
    const child = spawn(program, [...args, url], { stdio: 'inherit', env });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code === 0;
  } catch {
    return false;
  }
}

function programOf({ BROWSER }: NodeJS.ProcessEnv): readonly string[] {
  const named = (BROWSER ?? '').split(' ').filter((word) => word !== '');
  if (named.length > 0) return named;
  return [process.platform === 'darwin' ? 'open' : 'xdg-open'];
}
