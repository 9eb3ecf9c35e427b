import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createSandbox } from '../../src/sandbox/create-sandbox.ts';
import { enclose, groupPlaces, type Enclosure } from '../../src/sandbox/enclosure.ts';
import { noLimits } from '../../src/sandbox/limits.ts';
import type { CageLimits, Sandbox } from '../../src/sandbox/sandbox.ts';
import { makeScratch, processesWith, spawnConfined, until, type Scratch } from './support.ts';

const MIB = 1_048_576;

let sandbox: Sandbox;
let scratch: Scratch;
let enclosure: Enclosure;

beforeAll(async () => {
  sandbox = await createSandbox({ kind: 'auto' });
}, 120_000);

beforeEach(async () => {
  scratch = await makeScratch();
});

afterEach(async () => {
  await scratch.remove();
});

/** Runs a script in a cage with these limits to its end. */
async function run(limits: Partial<CageLimits>, script: string): Promise<{ code: number | null; output: string }> {
  let pid = 0;
  const cage = { ...scratch.cage, limits: { ...noLimits, ...limits } };
  enclosure = await enclose(sandbox, cage, () => sandbox.end(pid, 'now'));
  try {
    const child = spawnConfined(sandbox.confine('/bin/sh', ['-c', script], enclosure.cage));
    pid = child.pid ?? 0;
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  } finally {
    await enclosure.close();
  }
}

describe('the limits of a cage', () => {
  it('hold the size of a file', async () => {
    const { output } = await run({ fileBytes: MIB }, 'head -c 5000000 /dev/zero > big; stat -c %s big');

    expect(output).toContain('1048576');
  });

  it.each(['/tmp', '/dev/shm', '/var/tmp'])('hold what is written to %s', async (place) => {
    const { output } = await run(
      { tmpBytes: MIB },
      `head -c 5000000 /dev/zero > ${place}/big; stat -c %s ${place}/big`,
    );

    expect(output).toContain('No space left on device');
    expect(output).toContain('1048576');
  });

  it('end a run that fills the disk with many files', async () => {
    const script = 'i=0; while :; do i=$((i+1)); head -c 1000000 /dev/zero > file-$i; done';

    const { code } = await run({ diskBytes: 20 * MIB }, script);

    expect([code, enclosure.exceeded()]).toEqual([null, 'disk']);
  });

  it('hold the number of processes, and leave none', async () => {
    const mark = randomUUID();
    const bomb = `bomb() { bomb | bomb & }; : ${mark}; bomb 2>/dev/null; for i in $(seq 200); do sleep 1000 & done 2>&1 | head -c 500; wait`;
    // What holds the cage open is started first: a shell that cannot fork any more ends at once.
    const done = run({ processes: 40 }, `sleep 4 & held=$!; (${bomb}) & wait $held`);
    let most = 0;
    await until(async () => {
      most = Math.max(most, (await processesWith(mark)).length);
      return (
        (await Promise.race([done.then(() => true), new Promise((end) => setTimeout(() => end(false), 50))])) === true
      );
    });

    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(45);
    expect(await processesWith(mark)).toEqual([]);
  });

  it('hold the memory of all together, where there are control groups', async () => {
    if (groupPlaces().parents.memory === undefined) return;
    const eat = `node -e "const kept = []; for (;;) kept.push(Buffer.alloc(10000000, 1));"`;

    const { code } = await run({ memoryBytes: 200 * MIB }, `exec ${eat}`);

    expect([code, enclosure.exceeded()]).toEqual([137, 'memory']);
  });
});
