import { describe, expect, it } from '@jest/globals';
import pc from 'picocolors';
import { styledMarkdown } from '../../src/cli/markdown.ts';

const colors = pc.createColors(true);
const none = pc.createColors(false);

/** What is left without colours. */
function bare(text: string): string {
  return text.replace(/\u001b\[\d+m/g, '');
}

const PLAN = [
  '# Plan',
  '',
  '1. **Greet** by `name`, not `**bold**`.',
  '- [ ] a box <!-- a hidden word -->',
  '',
  '```js',
  '# no heading',
  '```',
  '> quoted [link](https://example.test)',
].join('\n');

describe('Markdown on a terminal', () => {
  it('takes nothing away from what a person is to approve', () => {
    expect(bare(styledMarkdown(PLAN, colors))).toBe(PLAN);
  });

  it('is as written where there are no colours', () => {
    expect(styledMarkdown(PLAN, none)).toBe(PLAN);
  });

  it('sets off headings, emphasis and code, and no emphasis in code', () => {
    const styled = styledMarkdown(PLAN, colors);

    expect(styled).toContain(colors.bold(colors.underline('# Plan')));
    expect(styled).toContain(colors.bold('**Greet**'));
    expect(styled).toContain(colors.cyan('`**bold**`'));
    expect(styled).toContain(colors.cyan('# no heading'));
  });

  it('goes on after a fence that is longer than the one that seems to end it', () => {
    const styled = styledMarkdown('````\n```\n# code\n````\n# heading', colors);

    expect(styled).toContain(colors.cyan('# code'));
    expect(styled).toContain(colors.bold(colors.underline('# heading')));
  });

  it('lets no escape of the text through', () => {
    const hostile = '# a\u001b[2Jb\n`\u001b]0;title\u0007`\n```\n\u009b31m\n```\n\u202Etxet';

    const shown = styledMarkdown(hostile, none);

    expect(shown).not.toMatch(/[^\P{Cc}\n]|\u202E/u);
  });
});
