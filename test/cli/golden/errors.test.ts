import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ghw, temporaryHome } from '../ghw.ts';
import { expectGolden, steady, transcriptOf } from './golden.ts';

let home: Awaited<ReturnType<typeof temporaryHome>>;

beforeAll(async () => {
  home = await temporaryHome();
  await writeFile(join(home.path, 'two.yaml'), 'repositories: [{ name: octo/hello }, { name: octo/world }]\n');
  await writeFile(join(home.path, 'broken.yaml'), 'repositories: [\n');
  await writeFile(
    join(home.path, 'wrong.yaml'),
    'implement: { publish: everywhere }\nrepositories: [{ name: ../x }]\nnosuch: 1\n',
  );
});
afterAll(() => home.remove());

/** Each with nothing there: no services, no token, no programs. */
const wrong: Readonly<Record<string, readonly (readonly string[])[]>> = {
  usage: [
    ['isues'],
    ['issues'],
    ['issues', 'plna', '42'],
    ['issues', 'plan'],
    ['issues', 'plan', '--frce', 'octo/hello#1'],
    ['issues', 'list', '--state', 'broken'],
    ['issues', 'list', '--plan', 'merged'],
    ['issues', 'list', '--sort', 'author'],
    ['issues', 'list', '--limit', '0'],
    ['issues', 'list', '--label', ''],
    ['issues', 'list', '--all', '--state', 'closed'],
    ['issues', 'list', 'octo/hello#1'],
    ['issues', 'list', '--watch'],
    ['status', 'octo/hello'],
    ['status', '--watch'],
    ['audit', '--since', 'yesterday'],
    ['audit', '--limit', 'many'],
    ['open', 'octo/hello#1', '--plan', '--workflow'],
    ['completion', 'tcsh'],
    ['config', 'get', 'implement.publsh'],
    ['repositories', 'remove', 'octo/hello'],
  ],
  names: [
    ['issues', 'show', '0'],
    ['issues', 'show', 'octo/hello#0'],
    ['issues', 'show', '../x#1'],
    ['issues', 'show', 'octo/hello#1.5'],
    ['issues', 'show', 'octo/hello#99999999999'],
    ['issues', 'show', 'https://github.com/octo/hello/pull/1'],
    ['issues', 'show', '--', '-1'],
    ['issues', 'show', 'octo/hel\u0007lo#1'],
    ['repositories', 'add', 'octo/\u001B[31mred', '--no-verify'],
    ['issues', 'show', '1'],
    ['issues', 'show', 'octo/nothing#1'],
    ['open', 'octo/hello#1', 'octo/hello#2', '--config', 'TWO'],
    ['open', '1', '--config', 'TWO'],
  ],
  nobody: [
    ['issues', 'list'],
    ['audit'],
    ['issues', 'show', 'octo/hello#1', '--config', 'TWO'],
    ['issues', 'sync', '--config', 'TWO'],
    ['issues', 'plan', 'octo/hello#1', '--config', 'TWO'],
    ['plans', 'approve', 'octo/hello#1', '--config', 'TWO'],
    ['open', 'octo/hello#1', '--pull-request', '--config', 'TWO'],
    ['open', 'octo/hello#1', '--workflow', '--config', 'TWO'],
    ['issues', 'plan', 'octo/hello#1', '--config', 'TWO', '--json'],
  ],
  configuration: [
    ['issues', 'list', '--config', 'BROKEN'],
    ['issues', 'list', '--config', 'WRONG'],
    ['issues', 'list', '--config', 'NONE'],
    ['status', '--config', 'BROKEN'],
    ['repositories', 'add', 'octo/hello'],
    ['issues', 'list', '--assignee', '@me', '--config', 'TWO'],
  ],
};

describe('errors', () => {
  it.each(Object.entries(wrong))('about %s', async (name, lines) => {
    const texts = [];
    for (const line of lines) {
      const place = (file: string): string => join(home.path, file);
      const args = line.map((word) =>
        word.replace(/^(TWO|BROKEN|WRONG|NONE)$/, (key) => place(`${key.toLowerCase()}.yaml`)),
      );
      const ended = await ghw(args, home.path, { PATH: '', GHW_DEBUG: '' });
      texts.push(
        transcriptOf(
          line.map((word) => word.replace(/\p{Cc}/gu, '?')),
          ended,
        ),
      );
    }
    await expectGolden(`errors/${name}`, steady(texts.join(''), [[home.path, '~']]));
  });
});
