import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { everyCommand } from '../every-command.ts';
import { ghw, temporaryHome } from '../ghw.ts';
import { expectGolden, transcriptOf } from './golden.ts';

let home: Awaited<ReturnType<typeof temporaryHome>>;
const commands = await everyCommand();

beforeAll(async () => {
  home = await temporaryHome();
});
afterAll(() => home.remove());

async function help(path: readonly string[]): Promise<string> {
  const args = [...path, '--help'];
  return transcriptOf(args, await ghw(args, home.path));
}

describe('help', () => {
  it('of everything', async () => {
    await expectGolden('help/ghw', await help([]));
  });

  it.each([...commands])('of ghw %s', async (group, paths) => {
    const all = [[group], ...paths.filter((path) => path.length > 1)];
    const texts = [];
    for (const path of all) texts.push(await help(path));
    await expectGolden(`help/${group}`, texts.join(''));
  });
});
