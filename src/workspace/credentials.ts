import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withScratch } from './scratch.ts';

/** Gives the token for git's requests; null where the remote wants none. */
export type GitToken = () => Promise<string | null>;

/** GitHub takes any user name with a token; this is the one it documents for installation tokens. */
const USER = 'x-access-token';

/**
 * Answers git's two questions, and the second one only for the host that the token is for. Git asks
 * `Username for 'https://host': ` and `Password for 'https://user@host': `.
 */
const askPass = `#!/bin/sh
case "$1" in
  "Username for '$GHW_TOKEN_ORIGIN'"*) printf '%s\\n' '${USER}' ;;
  "Password for '$GHW_TOKEN_USER_ORIGIN'"*) cat "$GHW_TOKEN_FILE" ;;
  *) exit 1 ;;
esac
`;

/**
 * Runs `act` with the environment that lets one git process log in at the remote. The token is in a file of its own (0600,
 * in a directory 0700) that is there only for so long; not in an argument, an address, a configuration or the environment.
 */
export async function withToken<T>(
  scratch: string,
  remoteUrl: string,
  token: string | null,
  act: (env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const origin = httpOrigin(remoteUrl);
  if (token === null || origin === null) return await act({});
  return await withScratch(scratch, async (directory) => {
    await writeFile(join(directory, 'token'), `${token}\n`, { mode: 0o600, flag: 'wx' });
    await writeFile(join(directory, 'ask-pass'), askPass, { mode: 0o700, flag: 'wx' });
    return await act({
      GIT_ASKPASS: join(directory, 'ask-pass'),
      GHW_TOKEN_FILE: join(directory, 'token'),
      GHW_TOKEN_ORIGIN: origin.plain,
      GHW_TOKEN_USER_ORIGIN: origin.withUser,
    });
  });
}

/** The header that says the same as the ask-pass helper, for a request of our own. */
export function authorization(token: string): string {
  return `Basic ${Buffer.from(`${USER}:${token}`).toString('base64')}`;
}

function httpOrigin(remoteUrl: string): { plain: string; withUser: string } | null {
  if (!/^https?:/i.test(remoteUrl)) return null;
  const { protocol, host } = new URL(remoteUrl);
  return { plain: `${protocol}//${host}`, withUser: `${protocol}//${USER}@${host}` };
}
