import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addRepository, removeRepository } from '../../src/config/edit-repositories.ts';
import { setValue, unsetValue } from '../../src/config/edit.ts';
import { splitKey } from '../../src/config/parse-key.ts';

let home: string;
let path: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ghw-lines-'));
  path = join(home, 'config.yaml');
});
afterEach(() => rm(home, { recursive: true }));

/** As a person writes who has never heard of our layout. */
const text = `# My own file.   With odd   spaces


plan:
    model:   "opus"     # the best
    agent: 'scripted'


# about agents
agent:
    # dollars
    budget_usd: 5   # five
    timeout: 1h


sync: {labels: [ghw,"good first issue"], parallelism: 2}
validation:
    commands:
    - npm ci     # install
    # then test
    - npm test
repositories:
- name: octo/hello
  plan: {model: x}
# last
- name: octo/payments
`;

const options = () => ({ path, env: { HOME: home } });

async function set(key: string, ...values: string[]): Promise<unknown> {
  return setValue(splitKey(key) ?? [], values, options());
}
async function unset(key: string): Promise<unknown> {
  return unsetValue(splitKey(key) ?? [], options());
}

/** The lines that are gone (-) and new (+). */
function difference(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < old.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const gone = old.slice(head, old.length - tail).map((line) => `-${line}`);
  return [...gone, ...now.slice(head, now.length - tail).map((line) => `+${line}`)];
}

describe('a change of the file', () => {
  it.each<[string, () => Promise<unknown>, readonly string[]]>([
    [
      'a value, with its quotes and the comment beside it',
      () => set('plan.model', 'small'),
      ['-    model:   "opus"     # the best', '+    model: "small" # the best'],
    ],
    ['a new key, indented as its neighbours', () => set('agent.max_turns', '7'), ['+    max_turns: 7']],
    ['a new section', () => set('implement.draft', 'false'), ['+implement:', '+    draft: false']],
    [
      'a value between braces',
      () => set('sync.parallelism', '8'),
      [
        '-sync: {labels: [ghw,"good first issue"], parallelism: 2}',
        '+sync: {labels: [ghw, "good first issue"], parallelism: 8}',
      ],
    ],
    [
      'a list, whose remaining entries keep their comments',
      () => set('validation.commands', 'npm ci', 'make'),
      ['-    # then test', '-    - npm test', '+    - make'],
    ],
    ['an entry of a list', () => set('validation.commands[1]', 'make'), ['-    - npm test', '+    - make']],
    [
      'what a repository sets itself',
      () => set('repositories.octo/hello.review.max_rounds', '3'),
      ['+  review:', '+      max_rounds: 3'],
    ],
    ['a priority', () => set('repositories.Octo/Payments.priority', 'high'), ['+  priority: high']],
    ['a repository that is added', () => addRepository({ name: 'octo/new' }, options()), ['+- name: octo/new']],
    [
      'a repository that is removed, with the comment above it',
      () => removeRepository('octo/payments', options()),
      ['-# last', '-- name: octo/payments'],
    ],
    [
      'a key that is taken out; the comment above stays',
      () => unset('agent.budget_usd'),
      ['-    budget_usd: 5   # five'],
    ],
    [
      'a section that is taken out; the comment above the next one stays',
      () => unset('plan'),
      ['-plan:', '-    model:   "opus"     # the best', "-    agent: 'scripted'", '-'],
    ],
    [
      'the last key of a section, which goes with it',
      () => unset('repositories.octo/hello.plan.model'),
      ['-  plan: {model: x}'],
    ],
    ['nothing, if there is nothing to take out', () => unset('implement.draft'), []],
  ])('touches only %s', async (_, change, lines) => {
    await writeFile(path, text);

    await change();

    expect(difference(text, await readFile(path, 'utf8'))).toEqual(lines);
  });

  it('keeps the ends of lines that Windows writes', async () => {
    await writeFile(path, 'plan:\r\n  model: a # x\r\n');

    await set('plan.agent', 'scripted');

    expect(await readFile(path, 'utf8')).toBe('plan:\r\n  model: a # x\r\n  agent: scripted\r\n');
  });

  it('keeps a file of comments, and comments in an empty section', async () => {
    await writeFile(path, '# about\n\nplan:\n  # model: small\nsync:\n');

    await set('plan.model', 'x');
    await set('sync.parallelism', '2');

    const now = await readFile(path, 'utf8');
    expect(now).toContain('# about');
    expect(now).toContain('# model: small');
    await writeFile(path, '# nothing yet\n');
    await set('plan.model', 'x');
    expect(await readFile(path, 'utf8')).toMatch(/^# nothing yet\n+plan:\n {2}model: x\n$/);
  });

  it('keeps names and their uses', async () => {
    await writeFile(path, 'plan: &phase { model: &m opus }\nreview: *phase\nagent: { model: *m }\n');

    await set('plan.model', 'small');

    expect(await readFile(path, 'utf8')).toBe(
      'plan: &phase { model: &m small }\nreview: *phase\nagent: { model: *m }\n',
    );
  });

  it('keeps a thousand repositories, quickly', async () => {
    const many = Array.from(
      { length: 1000 },
      (_, i) => `  -   name: octo/r${String(i)} # ${String(i)}\n      plan:  {model: m${String(i)}}`,
    );
    const before = `repositories:\n${many.join('\n')}\n`;
    await writeFile(path, before);

    await set('repositories.octo/r500.plan.model', 'new');

    expect(difference(before, await readFile(path, 'utf8'))).toEqual([
      '-      plan:  {model: m500}',
      expect.stringMatching(/^\+ +plan: +\{ ?model: new ?\}$/),
    ]);
  });
});
