import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { loadConfig } from '../../src/config/load.ts';
import { type Settings, watchSettings } from '../../src/workers/settings.ts';

let home: string;
let path: string;
let env: Record<string, string>;
let log: Record<string, unknown>[];
let minutes: number;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ghw-settings-'));
  path = join(home, 'config.yaml');
  env = { HOME: home, GHW_CONFIG: path };
  log = [];
  minutes = 0;
});
afterEach(() => rm(home, { recursive: true }));

/** A worker's settings, begun with this file. */
async function started(text: string): Promise<Settings> {
  await writeFile(path, text);
  const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>) });
  return watchSettings({ env }, await loadConfig({ env }), logger, () => minutes * 60_000);
}

/** What the log says, without what every line has. */
function told(): unknown[] {
  return log.map(({ msg, reason, changed, afterRestart }) => ({ msg, reason, changed, afterRestart }));
}

describe('the settings of a worker', () => {
  it('are read again as soon as the file has changed, and the log says what has', async () => {
    const settings = await started('review: { max_rounds: 1 }\n');
    expect((await settings()).review.max_rounds).toBe(1);

    await writeFile(path, 'review: { max_rounds: 3 }\ngithub: { api_url: https://ghe.test }\n');

    expect((await settings()).review.max_rounds).toBe(3);
    expect(told()).toEqual([
      {
        msg: 'configuration has changed',
        changed: ['review.max_rounds', 'github.api_url'],
        afterRestart: ['github.api_url'],
      },
    ]);
  });

  it('see a change between the start and the first step, and a file that was put in place of the old one', async () => {
    const settings = await started('review: { max_rounds: 1 }\n');

    await writeFile(path, 'review: { max_rounds: 2 }\n');
    expect((await settings()).review.max_rounds).toBe(2);

    await writeFile(`${path}.new`, 'review: { max_rounds: 4 }\n');
    await rename(`${path}.new`, path);
    expect((await settings()).review.max_rounds).toBe(4);
  });

  it('are never older than a minute, also where nothing of the file shows a change', async () => {
    env.ROUNDS = '1';
    const settings = await started('review: { max_rounds: "${ROUNDS}" }\n');
    await settings();

    env.ROUNDS = '5';
    expect((await settings()).review.max_rounds).toBe(1);
    minutes = 1;

    expect((await settings()).review.max_rounds).toBe(5);
  });

  it('stay the last good ones while the file is broken, say once why, and take up the mended file', async () => {
    const settings = await started('review: { max_rounds: 1 }\n');

    await writeFile(path, 'review: { max_rounds: many }\n');
    for (const minute of [0, 1, 2]) {
      minutes = minute;
      expect((await settings()).review.max_rounds).toBe(1);
    }
    await writeFile(path, 'review: { max_rounds: 2 }\n');

    expect((await settings()).review.max_rounds).toBe(2);
    expect(told()).toEqual([
      {
        msg: 'configuration cannot be used; the last good one counts',
        reason: `${path}:1:23: review.max_rounds must be a number, not "many".`,
      },
      { msg: 'configuration can be used again' },
      { msg: 'configuration has changed', changed: ['review.max_rounds'], afterRestart: [] },
    ]);
  });

  it.each([
    ['named by a person', 'config.yaml'],
    ['where it is looked for', '.config/gh-worker/config.yaml'],
  ])('stay the last good ones while the file, %s, is empty or gone', async (_, place) => {
    path = join(home, place);
    await mkdir(dirname(path), { recursive: true });
    env = place === 'config.yaml' ? env : { HOME: home };
    const settings = await started('repositories: [{ name: octo/hello }]\n');

    await writeFile(path, '');
    expect((await settings()).repositories).toHaveLength(1);
    await rm(path);
    expect((await settings()).repositories).toHaveLength(1);

    expect(log[0]).toMatchObject({ reason: `${path} is gone or empty.` });
  });

  it('are read once for steps that ask at the same moment', async () => {
    const settings = await started('review: { max_rounds: 1 }\n');
    await settings();
    await writeFile(path, 'review: { max_rounds: many }\n');

    await Promise.all([settings(), settings(), settings()]);

    expect(log).toHaveLength(1);
  });
});
