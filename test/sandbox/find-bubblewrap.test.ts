import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findBubblewrap } from '../../src/sandbox/find-bubblewrap.ts';

const works = 'exit 0';
const isForbidden = 'echo "bwrap: No permissions to create new namespace" >&2; exit 1';

describe('findBubblewrap', () => {
  let directory: string;
  let bin: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ghw-bwrap-'));
    bin = join(directory, 'bin');
    env = { PATH: bin, GHW_CACHE_DIR: join(directory, 'cache') };
    await mkdir(bin);
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  async function program(name: string, script: string): Promise<string> {
    const path = join(bin, name);
    await writeFile(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  }

  /** A package manager whose bubblewrap does as the script says. */
  async function distributionWith(bubblewrap: string): Promise<void> {
    await program('apt-get', 'touch bubblewrap_1_amd64.deb');
    const unpack = `mkdir -p "$3/usr/bin" && printf '#!/bin/sh\\n${bubblewrap}\\n' > "$3/usr/bin/bwrap"`;
    await program('dpkg-deb', `${unpack} && chmod +x "$3/usr/bin/bwrap"`);
  }

  it('takes one on the PATH that runs a program in namespaces', async () => {
    const path = await program('bwrap', works);

    expect(await findBubblewrap({ install: false, env })).toEqual({ path });
  });

  it('does not take one that is forbidden to make namespaces, and says what it said', async () => {
    const path = await program('bwrap', isForbidden);

    const found = await findBubblewrap({ install: false, env });

    expect(found).toEqual({ problem: expect.stringContaining(`${path}: bwrap: No permissions`) as unknown });
  });

  it("unpacks the distribution's package into the cache, once, and leaves nothing else there", async () => {
    await distributionWith(works);

    const installed = await findBubblewrap({ install: true, env });
    await rm(join(bin, 'apt-get'));
    const found = await findBubblewrap({ install: false, env });

    expect(installed).toEqual({ path: expect.stringMatching(/cache\/bubblewrap\/.*\/usr\/bin\/bwrap$/) as unknown });
    expect(found).toEqual(installed);
  });

  it('fetches package lists of its own where the package manager has none', async () => {
    const needsLists = `
      case "$*" in
        *Dir::State=*update) touch lists-are-here ;;
        *Dir::State=*download*) test -e lists-are-here && touch bubblewrap_1_amd64.deb ;;
        *) echo "E: Unable to locate package bubblewrap" >&2; exit 100 ;;
      esac`;
    await distributionWith(works);
    await program('apt-get', needsLists);

    expect(await findBubblewrap({ install: true, env })).toHaveProperty('path');
  });

  it('says what was tried and what to do when there is none', async () => {
    await program('apt-get', 'echo "E: Unable to locate package bubblewrap" >&2; exit 100');

    const found = await findBubblewrap({ install: true, env });

    expect(found).toHaveProperty('problem');
    const problem = 'problem' in found ? found.problem : '';
    expect(problem).toContain('no bwrap on the PATH');
    expect(problem).toContain('E: Unable to locate package bubblewrap');
    expect(problem).toContain('Install the package "bubblewrap"');
  });

  it('says so where the installed package does not work either', async () => {
    await distributionWith('exit 3');

    expect(await findBubblewrap({ install: true, env })).toHaveProperty('problem');
  });
});
