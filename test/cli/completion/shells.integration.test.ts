import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { findOnPath } from '../../../src/config/find-on-path.ts';
import { main, temporaryHome } from '../ghw.ts';

let home: Awaited<ReturnType<typeof temporaryHome>>;
const [zsh, fish] = await Promise.all([findOnPath('zsh'), findOnPath('fish')]);

beforeAll(async () => {
  home = await temporaryHome();
  const folder = join(home.path, '.config', 'gh-worker');
  await Promise.all([mkdir(folder, { recursive: true }), mkdir(join(home.path, 'bin'))]);
  await writeFile(join(folder, 'config.yaml'), 'repositories: [{ name: octo/hello }, { name: acme/x }]\n');
  await symlink(main, join(home.path, 'bin', 'ghw'));
});
afterAll(() => home.remove());

async function shell(program: string, args: readonly string[], script: string): Promise<string> {
  const { stdout, stderr } = await execa(program, [...args, '-c', script], {
    env: { HOME: home.path, PATH: `${join(home.path, 'bin')}:${process.env.PATH ?? ''}`, TERM: 'dumb' },
    extendEnv: false,
  });
  expect(stderr).toBe('');
  return stdout;
}

/** Completes as bash does it: with the line, and with the words that it has broken it into. */
function inBash(line: string, ...words: string[]): Promise<string> {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const script = `source <(ghw completion bash); COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}
    COMP_WORDS=(${quoted}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _ghw; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return shell('bash', ['--norc', '--noprofile'], script);
}

describe('bash', () => {
  it('completes commands, and says for which command it does', async () => {
    expect(await inBash('ghw pl', 'ghw', 'pl')).toBe('plans\nplan');
    expect(await shell('bash', ['--norc'], 'source <(ghw completion bash); complete -p ghw')).toBe(
      'complete -F _ghw ghw',
    );
  });

  it('completes behind the characters at which it breaks words', async () => {
    const agents = await inBash('ghw issues plan --agent=', 'ghw', 'issues', 'plan', '--agent', '=');
    expect(agents.split('\n')).toEqual(expect.arrayContaining(['claude-code', 'scripted']));
    expect(await inBash('ghw issues plan --agent=s', 'ghw', 'issues', 'plan', '--agent', '=', 's')).toBe('scripted');
  });

  it('carries out nothing that stands on the line', async () => {
    const touch = `$(touch ${join(home.path, 'touched')})`;

    await inBash(`ghw issues plan ${touch} `, 'ghw', 'issues', 'plan', touch, '');

    expect(existsSync(join(home.path, 'touched'))).toBe(false);
  });
});

(fish === undefined ? describe.skip : describe)('fish', () => {
  it('completes commands with what they do, and values', async () => {
    const script = (line: string) => `ghw completion fish | source; complete -C '${line}'`;

    expect(await shell('fish', ['--no-config'], script('ghw plans app'))).toMatch(/^approve\tApprove a plan/);
    expect(await shell('fish', ['--no-config'], script('ghw plan oc'))).toBe('octo/hello');
    expect(await shell('fish', ['--no-config'], script('ghw plan --agent=s'))).toBe('--agent=scripted');
  });
});

(zsh === undefined ? describe.skip : describe)('zsh', () => {
  it('completes what is typed', async () => {
    const script = `zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell "PS1=; TERM=dumb; autoload -Uz compinit; compinit -u -D; source <(ghw completion zsh); print re''ady"
      zpty -r shell out '*ready*'
      zpty -w -n shell $'ghw plan oc\\t'
      zpty -r shell out '*octo/hello*' && print -r -- "\${\${out##*ghw }%%[[:space:]]#}"`;

    expect(await shell('zsh', ['-f', '-o', 'extendedglob'], script)).toContain('octo/hello');
  });
});
