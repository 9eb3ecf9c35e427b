import { describe, expect, it } from '@jest/globals';
import { findSecrets, redact } from '../../src/domain/redact.ts';

// Put together here, so that no scanner takes this file for a leak.
const samples: readonly (readonly [kind: string, secret: string])[] = [
  ['GitHub token', 'ghp_' + 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8'],
  ['GitHub token', 'ghs_' + '123456_eyJhbGciOiJSUzI1NiJ9eyJpc3M.eyJpc3MiOiIxMjM0NTYifQ.c2lnbmF0dXJl'],
  ['GitHub token', 'github_pat_' + '11ABCDEFG0abcdefghijkl_' + 'a1B2'.repeat(14)],
  ['Anthropic key', 'sk-ant-' + 'api03-' + 'aB3_-'.repeat(18)],
  ['OpenAI key', 'sk-' + 'proj-' + 'aB3dE6gH9j'.repeat(5)],
  ['Google API key', 'AIza' + 'SyD4'.repeat(8) + 'abc'],
  ['AWS access key', 'AKIA' + 'Q3EGRIUNCYXCGJ4K'],
  ['Slack token', 'xoxb-' + '123456789012-abcdefghijkl'],
  ['GitLab token', 'glpat-' + 'aB3dE6gH9jK2mN5pQ8rT'],
  ['npm token', 'npm_' + 'aB3dE6gH9'.repeat(4)],
  ['Stripe key', 'sk_live_' + 'aB3dE6gH9jK2mN5pQ8rT'],
  ['Hugging Face token', 'hf_' + 'aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH'],
  [
    'private key',
    `-----BEGIN RSA ${'PRIVATE KEY'}-----\n${'MIIEowIBAAKCAQEA\n'.repeat(4)}-----END RSA ${'PRIVATE KEY'}-----`,
  ],
];

describe('redact', () => {
  it.each(samples)('hides a %s and leaves the text around it', (kind, secret) => {
    expect(redact(`before ${secret} after`)).toBe(`before [redacted ${kind}] after`);
  });

  it('hides the body of a private key that was cut off', () => {
    const cut = `-----BEGIN ${'PRIVATE KEY'}-----\\nMIIEvQIBADANBgkqhkiG9w0\\nBAQEFAASCBKcwggSj`;
    expect(redact(`x ${cut}`)).toBe('x [redacted private key]');
  });

  it('hides only the password of an address and the value of a header', () => {
    expect(redact('postgres://ghw:hunter2@db:5432/x')).toBe('postgres://ghw:[redacted]@db:5432/x');
    expect(redact('Authorization: Basic eC1hY2Nlc3M6YWJj')).toBe('Authorization: Basic [redacted]');
    expect(redact('{"authorization":"Bearer abcdefgh12"}')).toBe('{"authorization":"Bearer [redacted]"}');
  });

  it('hides known secrets however they are written, the longest first', () => {
    const known = ['p@ss"word', 'p@ss"word-longer'];
    expect(redact('a p@ss"word-longer b p%40ss%22word c p@ss\\"word d', known)).toBe(
      'a [redacted] b [redacted] c [redacted] d',
    );
  });

  it('ignores known secrets too short to be told from a word', () => {
    expect(redact('a test of the tests', ['test', ''])).toBe('a test of the tests');
  });

  it('leaves ordinary text alone', () => {
    const text = 'See https://example.com/a:b, task-management-configuration-service-defaults, ghp_ and sk-test.';
    expect(redact(text)).toBe(text);
  });

  it.each([
    ['unfinished private keys', `-----BEGIN ${'PRIVATE KEY'}-----`],
    ['key-like prefixes', 'sk-'],
    ['long words', 'sk-aaaaaaaaaaaaaaaaaaa-'],
    ['addresses', 'http://a:'],
    ['words that could begin a signed token', 'eyJaaaaaaaaaaa-'],
    ['token beginnings', 'eyJaaaaaaaaaaa.'],
  ])('stays fast on many %s', (_what, piece) => {
    const text = piece.repeat(50_000 / piece.length);
    const once = fastest(() => redact(text));
    const fourTimes = fastest(() => redact(text.repeat(4)));
    expect(fourTimes).toBeLessThan(once * 10 + 20);
  });
});

describe('findSecrets', () => {
  it('tells kind and place', () => {
    const secret = samples[0]![1];
    expect(findSecrets(`ab ${secret}`)).toEqual([{ kind: 'GitHub token', start: 3, end: 3 + secret.length }]);
  });

  it('does not take what is merely probable for a secret', () => {
    expect(findSecrets('postgres://user:password@localhost/test')).toEqual([]);
  });

  it('finds every occurrence of a known secret', () => {
    expect(findSecrets('s3cretvalue s3cretvalue', ['s3cretvalue'])).toHaveLength(2);
  });
});

/** Milliseconds of the best of three tries, so that a busy machine does not count. */
function fastest(act: () => void): number {
  const tries = [0, 1, 2].map(() => {
    const started = performance.now();
    act();
    return performance.now() - started;
  });
  return Math.min(...tries);
}
