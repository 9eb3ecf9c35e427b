import { describe, expect, it } from '@jest/globals';
import { checkDocument } from '../../src/config/check.ts';
import { parseText } from '../../src/config/document.ts';
import { withPaths } from '../../src/config/load.ts';
import { repositorySettings } from '../../src/config/policy.ts';
import type { Config } from '../../src/config/schema.ts';

function problemsOf(text: string): readonly string[] {
  return checkDocument(parseText('config.yaml', text), {}).problems.map(({ what }) => what);
}

function configured(text: string): Config {
  const { config, problems } = checkDocument(parseText('config.yaml', text), {});
  if (config === undefined) throw new Error(problems.map(({ what }) => what).join('\n'));
  return withPaths(config, '/config.yaml', { HOME: '/home' });
}

describe('a repository known by its address', () => {
  it.each([
    'https://github.com/octo/hello',
    'https://github.com/octo/hello.git',
    'https://GitHub.com/octo/hello/',
    'git@github.com:octo/hello.git',
    'ssh://git@github.com/octo/hello',
  ])('%s', (url) => {
    expect(configured(`repositories: [{ url: "${url}" }]`).repositories).toMatchObject([{ name: 'octo/hello' }]);
  });

  it.each([
    'https://github.com/octo',
    'https://github.com/octo/hello/issues',
    'octo/hello',
    'https://github.com/a/../b',
  ])('not %s', (url) => {
    expect(problemsOf(`repositories: [{ url: "${url}" }]`).join()).toContain('must be the address of a repository');
  });

  it('is on the configured GitHub', () => {
    const elsewhere = 'repositories: [{ url: "https://example.org/octo/hello" }]';

    expect(problemsOf(elsewhere)).toEqual(['is not on github.com, the GitHub of github.api_url.']);
    expect(problemsOf(`github: { api_url: "https://example.org/api/v3" }\n${elsewhere}`)).toEqual([]);
  });

  it('is no second entry beside its name', () => {
    const twice = 'repositories: [{ name: octo/hello }, { url: "https://github.com/Octo/Hello" }]';

    expect(problemsOf(twice)).toEqual(['is there twice.']);
  });

  it('keeps the name that it was added under', () => {
    const { repositories } = configured('repositories: [{ url: "https://github.com/octo/new", name: octo/old }]');

    expect(repositories).toMatchObject([{ name: 'octo/old' }]);
  });
});

describe('what a repository says of its pull requests', () => {
  it('comes before what is said of all, key by key', () => {
    const config = configured(`
pull_requests:
  failure_threshold: 3
  reviewers: [quality]
  skip: { labels: [wip], authors: ["*bot"] }
  models: { fix: { model: large } }
repositories:
  - name: octo/critical
    is_critical: true
    polling_interval: 1m
    failure_threshold: 1
    auto_fix_enabled: true
    reviewers: [security, performance]
    skip: { labels: [] }
    fix_categories: [{ category: lint, max_attempts: 1 }]
    models: { review: { provider: codex, model: small } }
  - name: octo/plain
`);

    expect(repositorySettings(config, 'octo/critical')).toMatchObject({
      is_critical: true,
      polling_interval: '1m',
      failure_threshold: 1,
      auto_fix_enabled: true,
      reviewers: ['security', 'performance'],
      skip: { labels: [], authors: ['*bot'], check_names: [] },
      fix_categories: [{ category: 'lint', max_attempts: 1, max_files: 20 }],
      models: { fix: { model: 'large' }, review: { provider: 'codex', model: 'small' } },
    });
    expect(repositorySettings(config, 'octo/plain')).toMatchObject({
      is_critical: false,
      polling_interval: null,
      failure_threshold: 3,
      reviewers: ['quality'],
      skip: { labels: ['wip'] },
    });
  });

  it.each([
    ['time_zone: Mars/Olympus', 'must be a time zone such as Europe/Berlin or UTC, not "Mars/Olympus".'],
    [
      'business_hours: ["9 to 5"]',
      'must be days and times such as Mon-Fri 09:00-17:30 or Sat 10:00-14:00, not "9 to 5".',
    ],
    ['failure_threshold: 0', 'must be at least 1, not 0.'],
    ['polling_interval: often', 'must be a duration such as 30s, 10m, 1h30m or 2d12h, not "often".'],
    ['is_critical: maybe', 'must be true or false, not "maybe".'],
  ])('is refused with a reason: %s', (line, problem) => {
    expect(problemsOf(`repositories: [{ name: octo/hello, ${line} }]`)).toEqual([problem]);
  });
});
