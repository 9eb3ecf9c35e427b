/** Where the host has what an agent must not reach. */
export interface Targets {
  /** A file of the host outside everything that is shown. */
  readonly secretFile: string;
  readonly home: string;
  readonly otherTree: string;
  /** Ports of the host's loopback: where Temporal and the ledger are, for one. */
  readonly ports: readonly number[];
  /** Address of the host on another interface; null if there is none. */
  readonly hostAddress: string | null;
  /** What stands in the secret file, and the model's real key. */
  readonly secrets: readonly string[];
}

/** What each attempt has to come to; `true` is that it was refused. */
export const expectedProbes: Readonly<Record<string, boolean>> = {
  'reads a file of the host': false,
  'reads the host’s home': false,
  'reads the worker’s root through /proc': false,
  'sees a secret in any environment': false,
  'sees a secret in any file': false,
  'sees processes of the host': false,
  'reads another workspace': false,
  'writes to another workspace': false,
  'reaches a port of the host': false,
  'reaches the host by its address': false,
  'reaches the network': false,
  'reaches a socket of the host': false,
  'writes to the system': false,
  'writes beside the workspace': false,
  'plants a git hook': false,
  'changes the git configuration': false,
  'replaces .git': false,
  'is root': false,
  'becomes root': false,
  mounts: false,
  'makes a larger file than it may': false,
  'asks the gateway without a token': false,
  'asks the gateway for what is no model': false,
  'writes in the workspace': true,
};

/** A shell script that tries everything and notes in `probes.txt` what could be done. */
export function probeScript(targets: Targets, fileBytes: number): string {
  const { secretFile, home, otherTree, ports, hostAddress, secrets } = targets;
  const connect = (port: number | string, host: string): string =>
    `node -e "const s = require('net').connect({ port: ${String(port)}, host: '${host}', timeout: 3000 }); s.on('connect', () => process.exit(0)); s.on('error', () => process.exit(1)); s.on('timeout', () => process.exit(1))"`;
  // Pieces that are put together here, so that the script itself holds no secret.
  const found = secrets.map((secret) => `-e "${secret.slice(0, 8)}""${secret.slice(8)}"`).join(' ');
  const ask = (path: string, headers: string): string =>
    `node -e "fetch('http://127.0.0.1:8787${path}', { method: 'POST', body: '{}', headers: ${headers} }).then((r) => process.exit(r.status < 400 ? 0 : 1), () => process.exit(1))"`;
  const tokens = `{ 'x-api-key': process.env.ANTHROPIC_API_KEY || process.env.GEMINI_API_KEY || process.env.GHW_MODEL_KEY || '' }`;
  const probes: Readonly<Record<string, string>> = {
    'reads a file of the host': `cat ${secretFile}`,
    // On the way to its own CLI it sees folders, and nothing in them.
    'reads the host’s home': `find ${home} -maxdepth 2 -type f | grep -q .`,
    'reads the worker’s root through /proc': `cat /proc/*/root${secretFile}`,
    'sees a secret in any environment': `cat /proc/*/environ | grep -a ${found}`,
    'sees a secret in any file': `grep -rasl ${found} /home /run /tmp /etc /workspace /var`,
    'sees processes of the host': 'grep -lsa "[j]est.js" /proc/*/cmdline',
    'reads another workspace': `ls ${otherTree}`,
    'writes to another workspace': `touch ${otherTree}/planted`,
    'reaches a port of the host': ports.map((port) => connect(port, '127.0.0.1')).join(' || '),
    'reaches the host by its address':
      hostAddress === null ? 'false' : ports.map((port) => connect(port, hostAddress)).join(' || '),
    'reaches the network': connect(53, '192.0.2.1'),
    'reaches a socket of the host': 'ls /run/docker.sock /var/run/docker.sock /run/dbus',
    'writes to the system': 'touch /usr/planted || touch /etc/planted || touch /planted || touch /dev/planted',
    'writes beside the workspace': `touch /workspace/../planted || touch ${secretFile}.planted`,
    'plants a git hook': 'echo evil > /workspace.git/hooks/pre-commit || echo evil > .git/hooks/pre-commit',
    'changes the git configuration': 'git config core.hooksPath /workspace/hooks',
    'replaces .git': 'rm -f .git || mv .git other || (echo evil > .git)',
    'is root': 'test $(id -u) = 0',
    'becomes root': 'su -c true || sudo -n true || unshare --user --map-root-user true',
    mounts: 'mount -t tmpfs none /mnt || unshare --mount true',
    'makes a larger file than it may': `(head -c ${(fileBytes * 2).toString()} /dev/zero > big); test $(stat -c %s big) -gt ${fileBytes.toString()}`,
    'asks the gateway without a token': ask('/v1/messages', '{}'),
    'asks the gateway for what is no model': ask('/v1/files', tokens),
    'writes in the workspace': 'touch written',
  };
  const lines = Object.entries(probes).map(
    ([name, script]) =>
      `if (${script}) >/dev/null 2>&1; then echo "${name}=true"; else echo "${name}=false"; fi >> probes.txt`,
  );
  return `cd /workspace\nrm -f probes.txt\n${lines.join('\n')}\nid -u >> uid.txt\n`;
}

/** Forks until it may not any more, and notes how many there were. */
export const forkScript = `(while :; do sleep 3 & done) >/dev/null 2>&1
set -- /proc/[0-9]*
echo $# > /workspace/forks.txt
sleep 4`;

/** Writes file after file. */
export const fillScript = 'n=0; while :; do n=$((n+1)); head -c 1000000 /dev/zero > /workspace/fill-$n; done';
