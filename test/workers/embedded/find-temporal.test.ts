import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import type { GhwError } from '../../../src/domain/errors.ts';
import { findTemporal } from '../../../src/workers/embedded/find-temporal.ts';

const works = 'exit 0';
const isBroken = 'exit 1';

describe('findTemporal', () => {
  let directory: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ghw-find-'));
    const bin = join(directory, 'bin');
    // Nothing listens there, so the SDK's download is refused at once, with or without a network.
    env = { PATH: bin, GHW_CACHE_DIR: join(directory, 'cache'), HTTPS_PROXY: 'http://127.0.0.1:1' };
    await mkdir(bin);
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  async function program(name: string, script: string): Promise<string> {
    const path = join(directory, 'bin', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  }

  /** A Go that "builds" a program, as `go install` puts it into GOBIN. */
  async function goThatBuilds(script: string): Promise<void> {
    await program(
      'go',
      `echo built >> ${directory}/builds; printf '#!/bin/sh\\n${script}\\n' > $GOBIN/temporal; chmod +x $GOBIN/temporal`,
    );
  }

  it('takes the address in the environment first', async () => {
    await program('temporal', works);

    const found = await findTemporal({ env: { ...env, TEMPORAL_ADDRESS: 'temporal.example:7233' } });

    expect(found).toEqual({ kind: 'address', address: 'temporal.example:7233' });
  });

  it('takes a working temporal on the PATH', async () => {
    const path = await program('temporal', works);

    expect(await findTemporal({ env })).toEqual({ kind: 'executable', path, from: 'path' });
  });

  it('builds with Go where nothing else works, says so, and takes the cache from then on', async () => {
    await program('temporal', isBroken);
    await goThatBuilds(works);
    const progress: string[] = [];

    const built = await findTemporal({ env, onProgress: (message) => progress.push(message) });
    const cached = await findTemporal({ env });

    expect(built).toMatchObject({ kind: 'executable', from: 'go' });
    expect(cached).toEqual({ ...built, from: 'cache' });
    expect(progress).toEqual([expect.stringContaining('Downloading'), expect.stringContaining('with Go')]);
  });

  it('builds once when two ask at the same moment', async () => {
    await goThatBuilds(works);

    await Promise.all([findTemporal({ env }), findTemporal({ env })]);

    const { stdout } = await execa('cat', [join(directory, 'builds')]);
    expect(stdout).toBe('built');
  });

  it('says in one message what it tried, and what to do', async () => {
    await program('temporal', isBroken);
    await program('go', 'echo "go: module lookup disabled" >&2; exit 1');

    const error = (await findTemporal({ env }).catch((thrown: unknown) => thrown)) as GhwError;

    expect(error.name).toBe('TemporalUnreachable');
    const lines = error.message.split('\n').slice(1);
    expect(lines).toEqual([
      expect.stringContaining('TEMPORAL_ADDRESS'),
      expect.stringContaining(join(directory, 'bin', 'temporal')),
      expect.stringContaining(join(directory, 'cache')),
      expect.stringContaining("the Temporal SDK's download"),
      expect.stringContaining('go: module lookup disabled'),
    ]);
    expect(error.hint).toContain('TEMPORAL_ADDRESS');
  });

  it('only looks when it is not to install', async () => {
    await goThatBuilds(works);

    await expect(findTemporal({ env, install: false })).rejects.toMatchObject({ name: 'TemporalUnreachable' });
    await expect(execa('ls', [join(directory, 'cache')])).rejects.toThrow();
  });
});
