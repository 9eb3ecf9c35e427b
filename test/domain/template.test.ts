import { describe, expect, it } from '@jest/globals';
import { readTemplate, templateProblems } from '../../src/domain/template.ts';

const known = ['title', 'plan'];

describe('a template', () => {
  it('is filled in once, and what stands in a value stays as it is', () => {
    const template = readTemplate('plan', 'For {title}: {plan}.');

    expect(template.fill({ title: '{plan} $1', plan: 'mend it' })).toBe('For {plan} $1: mend it.');
  });

  it('has parts that are there only for a name with a value', () => {
    const template = readTemplate('plan', 'Always.\n\n{if plan}\nThe plan:\n\n{plan}\n{end}\n\nAlso always.\n');

    expect(template.fill({ plan: 'mend it' })).toBe('Always.\n\nThe plan:\n\nmend it\n\nAlso always.');
    expect(template.fill({ plan: null })).toBe('Always.\n\nAlso always.');
  });

  it('says its version, which is no part of the text', () => {
    const template = readTemplate('plan', '<!-- version: 12 -->\n\nHello.\n');

    expect(template.id).toMatch(/^plan@12-[0-9a-f]{8}$/);
    expect(template.fill({})).toBe('Hello.');
  });
});

describe('what is wrong with a template', () => {
  it.each([
    ['For {titel}', 'line 1: there is no {titel} here; there are {title}, {plan}'],
    ['Text\n{if title}\n{title}', 'line 2: this part has no {end}'],
    ['{end}', 'line 1: {end} without an {if …} before it'],
    ['{if title}\n{if plan}\n{end}\n', 'line 2: a part that begins inside of another; each ends with {end} first'],
    [' \n', 'line 1: it is empty'],
  ])('%j', (text, problem) => {
    expect(templateProblems(text, known)).toContain(problem);
  });

  it('is nothing where braces are only braces', () => {
    expect(templateProblems('{ "a": {} } {Title} {title}', known)).toEqual([]);
  });
});
