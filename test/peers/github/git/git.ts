import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A git command that ended with another exit code than 0. */
export class GitFailure extends Error {
  override readonly name = 'GitFailure';
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;

  constructor(args: readonly string[], exitCode: number | null, output: { stdout: string; stderr: string }) {
    super(`git ${args.join(' ')} ended with ${exitCode ?? 'a signal'}: ${output.stderr.trim()}`);
    this.exitCode = exitCode;
    this.stdout = output.stdout;
    this.stderr = output.stderr;
  }
}

export interface GitOptions {
  readonly input?: string | Buffer;
  readonly environment?: Readonly<Record<string, string>>;
}

const maximumOutputBytes = 256 * 1024 * 1024;
const timeLimitMs = 60_000;

/** Runs git with a home of its own and nothing of the machine's configuration. */
export class Git {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
    mkdirSync(home, { recursive: true });
    // Repositories to import may belong to another user.
    writeFileSync(join(home, '.gitconfig'), '[safe]\n\tdirectory = *\n[init]\n\tdefaultBranch = main\n');
  }

  environment(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      HOME: this.#home,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      LC_ALL: 'C',
      TZ: 'UTC',
    };
  }

  /** @throws {@link GitFailure} on any exit code but 0. */
  run(directory: string, args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        'git',
        [...args],
        {
          cwd: directory,
          env: { ...this.environment(), ...options.environment },
          encoding: 'buffer',
          maxBuffer: maximumOutputBytes,
          timeout: timeLimitMs,
        },
        (error, stdout, stderr) => {
          if (error === null) return resolve(stdout);
          const exitCode = typeof error.code === 'number' ? error.code : null;
          const said = stderr.length > 0 ? stderr.toString() : error.message;
          reject(new GitFailure(args, exitCode, { stdout: stdout.toString(), stderr: said }));
        },
      );
      // A command that refuses early closes its input; its exit code tells why.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(options.input);
    });
  }

  async text(directory: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
    return (await this.run(directory, args, options)).toString();
  }
}
