/** What any program needs to start: nothing of it is a secret, and nothing of it changes what the program does. */
const always = ['PATH', 'HOME', 'USERPROFILE', 'SYSTEMROOT', 'TMPDIR', 'TEMP', 'XDG_CACHE_HOME'];

/** How a program reaches the network from behind a company's proxy. */
export const networkVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR'] as const;

/**
 * A child's environment, built from nothing: what every program needs, and the variables named, in either case where
 * custom allows both.
 */
export function pickEnvironment(
  names: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const wanted = new Set([...always, ...names]);
  const picked = Object.entries(env).filter(([name]) => wanted.has(name) || wanted.has(name.toUpperCase()));
  return Object.fromEntries(picked.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}
