import { describe, expect, it } from '@jest/globals';
import { leafKeys } from '../../src/config/json-schema.ts';
import { formatKey } from '../../src/config/key.ts';
import { nearest, parseKey, splitKey } from '../../src/config/parse-key.ts';

describe('a key', () => {
  it.each([
    ['implement.publish', ['implement', 'publish']],
    ['agents.claude-code.api_key_env', ['agents', 'claude-code', 'api_key_env']],
    ['issues-path', ['issues_path']],
    ['agent.max-turns', ['agent', 'max_turns']],
    ['sync.labels[1]', ['sync', 'labels', 1]],
    ['repositories[0].name', ['repositories', 0, 'name']],
    ['repositories.octo/hello', ['repositories', 'octo/hello']],
    ['repositories.octo/hello.review.max_rounds', ['repositories', 'octo/hello', 'review', 'max_rounds']],
    ['repositories.octo/hello.validation.commands[0]', ['repositories', 'octo/hello', 'validation', 'commands', 0]],
    ['repositories.octo/hello.js.review.max-rounds', ['repositories', 'octo/hello.js', 'review', 'max_rounds']],
    ['repositories.octo/hello.js', ['repositories', 'octo/hello.js']],
    ['repositories[octo/hello.plan].plan.agent', ['repositories', 'octo/hello.plan', 'plan', 'agent']],
  ])('%s is read', (text, key) => {
    expect(parseKey(text)).toEqual(key);
  });

  it.each([
    ['implement.publsh', 'Did you mean implement.publish?'],
    ['repositories.octo/hello.reviw.max_rounds', 'Did you mean repositories.octo/hello.review.max_rounds?'],
    ['plan.', 'See `ghw config list` for all keys.'],
    ['__proto__.polluted', 'See `ghw config list` for all keys.'],
    ['github.token', expect.stringContaining('GITHUB_TOKEN')],
  ])('%s is not there', (text, hint) => {
    expect(() => parseKey(text)).toThrow(expect.objectContaining({ name: 'InvalidInput', hint }));
  });

  it('is written so that it can be read', () => {
    const keys = [...leafKeys(), ...leafKeys(['repositories', 'octo/hello']), ['a.b'], ['x', 0, 'y z']];

    expect(keys.filter((key) => formatKey(splitKey(formatKey(key)) ?? []) !== formatKey(key))).toEqual([]);
    expect(keys.map((key) => splitKey(formatKey(key)))).toEqual(keys);
  });
});

describe('the nearest name', () => {
  it.each([
    ['publsh', 'publish'],
    ['PUBLISH', 'publish'],
    ['max-turn', 'max_turns'],
    ['js', undefined],
    ['nothing', undefined],
    ['x'.repeat(100_000), undefined],
  ])('of %s is found where one is near', (text, name) => {
    expect(nearest(text, ['publish', 'max_turns', 'id'])).toBe(name);
  });
});
