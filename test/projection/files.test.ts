import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { digestText } from '../../src/domain/digest.ts';
import { projectIssue } from '../../src/projection/files.ts';
import type { ProjectionInput } from '../../src/projection/input.ts';
import { anObservedIssue, aPullRequest } from '../domain/builders.ts';
import { anInput, aPlan, aProgress } from './support.ts';

function textOf(input: ProjectionInput, name: RegExp): string {
  const found = projectIssue(input).filter((file) => name.test(file.name));
  if (found.length !== 1) throw new Error(`${String(found.length)} files match ${String(name)}`);
  return found[0]?.text ?? '';
}

function frontMatterOf(text: string): Record<string, unknown> {
  return parse(/^---\n([\s\S]*?\n)---\n/.exec(text)?.[1] ?? '') as Record<string, unknown>;
}

describe('the files of an issue', () => {
  it('are named as documented, the time last', () => {
    expect(projectIssue(anInput()).map(({ name }) => name)).toEqual([
      'description.md',
      'plan-2026-01-02T03-04-05-000Z.md',
      '.plan-2026-01-02T03-04-05-000Z.yaml',
      '.updated-at',
    ]);
  });

  it('are the same for the same input', () => {
    expect(projectIssue(anInput())).toEqual(projectIssue(anInput()));
  });

  it('leave out what nothing is known of', () => {
    const input = anInput({ listed: null, body: null, progress: null, plans: [], at: null });

    expect(projectIssue(input)).toEqual([]);
  });
});

describe('description.md', () => {
  it('shows the issue with its facts in front', () => {
    const text = textOf(anInput(), /description/);

    expect(frontMatterOf(text)).toMatchObject({
      repository: 'Octo/Hello',
      number: 42,
      title: 'Greet',
      state: 'open',
      labels: ['ghw'],
      author: 'ana',
      url: 'https://example.test/octo/hello/issues/42',
      created_at: '2026-01-01T00:00:00.000Z',
      updated_at: '2026-01-02T00:00:00.000Z',
    });
    expect(text).toContain('\n# Greet\n\nPlease greet.\n\nBy name.\n');
  });

  it('shows comments where they are known', () => {
    const comment = {
      id: 'C_1',
      author: null,
      body: 'Me too.',
      url: 'https://example.test/c/1',
      createdAt: '2026-01-03T00:00:00Z',
      updatedAt: '2026-01-03T00:00:00Z',
      editedAt: null,
      viewerDidAuthor: false,
    };

    expect(textOf(anInput({ comments: [comment] }), /description/)).toMatch(
      /## Comments\n\n### ghost, 2026-01-03T00:00:00Z\n\n<https:\/\/example\.test\/c\/1>\n\nMe too\.\n$/,
    );
  });

  it('says where a transferred issue went', () => {
    const gone = { how: 'transferred', to: { repository: 'octo/other', number: 7 } } as const;

    expect(frontMatterOf(textOf(anInput({ gone }), /description/))).toMatchObject({
      state: 'transferred',
      transferred_to: 'octo/other#7',
    });
  });

  it('is not led astray by a title that looks like YAML, Markdown or a terminal’s language', () => {
    const title = 'a: [b\n---\n# "c" \u001b[31mred\u0007';

    const text = textOf(anInput({ listed: anObservedIssue({ title }) }), /description/);

    expect(frontMatterOf(text).title).toBe('a: [b --- # "c" \u241b[31mred\u2407');
    expect(text).not.toMatch(/[^\P{Cc}\n\t]/u);
  });

  it('holds a body of 40,000 emoji and one of windows lines', () => {
    const emoji = '👩‍👩‍👧'.repeat(40_000);

    expect(textOf(anInput({ body: emoji }), /description/)).toContain(emoji);
    expect(textOf(anInput({ body: 'a\r\nb' }), /description/)).toContain('\na\nb\n');
  });
});

describe('the files of a plan', () => {
  it('hold its text to the byte, so that the file’s digest is the plan’s', () => {
    const plan = aPlan({ text: '# Plan\n\nno line end, some ünïcode' });

    expect(digestText(textOf(anInput({ plans: [plan] }), /^plan-/))).toBe(plan.digest);
  });

  it('say where the current version stands', () => {
    const progress = aProgress({
      plan: { ...aProgress().plan, version: 1, approvedBy: 'ana' },
      implementation: {
        ...aProgress().implementation,
        shownAs: 'PR opened',
        branch: 'ghw/issue-42',
        pullRequest: aPullRequest(),
      },
      review: {
        headSha: 'c'.repeat(40),
        isCurrent: true,
        report: { verdict: 'request_changes', summary: 'x', findings: [] },
        failure: null,
      },
      session: { agent: 'claude-code', model: 'sonnet', id: 'abc', file: null, costUsd: 1, issueTextDigest: '' },
      costUsd: 1.25,
    });

    expect(parse(textOf(anInput({ progress }), /yaml$/))).toMatchObject({
      issue: 'Octo/Hello#42',
      version: 1,
      status: 'approved',
      digest: aPlan().digest,
      approved_by: 'ana',
      agent: 'claude-code',
      model: 'sonnet',
      session_id: 'abc',
      branch: 'ghw/issue-42',
      implementation_status: 'PR opened',
      pull_request: { number: 7, state: 'open', draft: true },
      review_status: 'request changes',
      cost_usd: 1.25,
    });
  });

  it('call earlier versions superseded', () => {
    const plans = [aPlan(), aPlan({ version: 2, text: 'new', createdAt: '2026-01-03T00:00:00.000Z' })];

    expect(parse(textOf(anInput({ plans }), /^\.plan-2026-01-02/))).toMatchObject({ status: 'superseded' });
  });

  it('call the newest version unknown where its workflow has not told', () => {
    expect(parse(textOf(anInput({ progress: null }), /yaml$/))).toMatchObject({ status: 'unknown' });
  });

  it('keep two versions of one moment apart, and a hostile time below no folder', () => {
    const plans = [aPlan(), aPlan({ version: 2 }), aPlan({ version: 3, createdAt: '../../etc/x' })];

    const names = projectIssue(anInput({ plans })).map(({ name }) => name);

    expect(names.filter((name) => name.startsWith('plan-'))).toEqual([
      'plan-2026-01-02T03-04-05-000Z.md',
      'plan-2026-01-02T03-04-05-000Z-2.md',
      'plan--etc-x.md',
    ]);
  });

  it('leave the file of a version alone whose text is kept nowhere', () => {
    const names = projectIssue(anInput({ plans: [aPlan({ text: null })] })).map(({ name }) => name);

    expect(names).not.toContainEqual(expect.stringMatching(/^plan-/));
    expect(names).toContainEqual(expect.stringMatching(/^\.plan-/));
  });
});

describe('review.md', () => {
  it('shows verdict and findings', () => {
    const finding = { severity: 'blocking', path: 'a.ts', line: 3, message: 'Off by\none' } as const;
    const report = { verdict: 'request_changes', summary: 'Not yet.', findings: [finding] } as const;
    const progress = aProgress({ review: { headSha: 'c'.repeat(40), isCurrent: true, report, failure: null } });

    const text = textOf(anInput({ progress }), /review/);

    expect(frontMatterOf(text)).toMatchObject({ verdict: 'request changes', findings: 1, current: false });
    expect(text).toContain('\nNot yet.\n\n## Findings\n\n- **blocking** `a.ts:3`: Off by\n  one\n');
  });
});
