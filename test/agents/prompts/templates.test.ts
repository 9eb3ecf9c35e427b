import { describe, expect, it } from '@jest/globals';
import { implementPrompt, planPrompt, reviewPrompt } from '../../../src/agents/prompts/prompts.ts';
import { promptTasks, type PromptTask } from '../../../src/agents/prompts/subject.ts';
import { builtInTemplate, promptId } from '../../../src/agents/prompts/templates.ts';
import { makeComment, makeContext } from './support.ts';

/** Whoever changes a text gives it the next version: what a run was told can then be looked up. */
const ids = {
  frame: 'frame@1-efe006ff',
  answer_plan: 'answer_plan@1-ae908355',
  answer_work: 'answer_work@1-375dc46f',
  answer_review: 'answer_review@1-a7253de4',
  plan: 'plan@1-50395926',
  revise_plan: 'revise_plan@1-77d12335',
  implement: 'implement@1-1d62d924',
  fix_validation: 'fix_validation@1-044b51ed',
  address_review: 'address_review@1-b3034db0',
  review: 'review@1-509b8e89',
  answer: 'answer@1-ab801f4f',
  steer: 'steer@1-ca51858a',
  question_form: 'question_form@1-a923886e',
  continue: 'continue@1-6b902361',
} as const;

describe('our own templates', () => {
  it.each(Object.entries(ids))('%s has a new version where its text is new', (name, id) => {
    expect(builtInTemplate(name as keyof typeof ids).id).toBe(id);
  });

  it('are there for every task', () => {
    expect(Object.keys(ids)).toEqual(expect.arrayContaining(Object.keys(promptTasks)));
  });

  it.each(Object.keys(promptTasks) as PromptTask[])(
    'to %s tell the form of the answer and what will check it',
    (task) => {
      const { names } = builtInTemplate(task);

      expect([...names]).toEqual(expect.arrayContaining(['answer_form']));
      if (!['revise_plan', 'answer', 'steer'].includes(task)) expect(names).toContain('validation');
    },
  );
});

describe('what a prompt is made of', () => {
  it('is the whole thread, guidance, plan, validation commands and the form of the answer', () => {
    const comments = Array.from({ length: 300 }, (_, index) =>
      makeComment({ body: `${'x'.repeat(1_000)} ${index.toString()}.` }),
    );
    const context = makeContext({ comments }, { guidance: 'Use tabs.', validation: ['npm run lint', 'npm run test'] });

    const prompt = implementPrompt(context, '# The plan');

    for (const [index] of comments.entries()) expect(prompt).toContain(`x ${index.toString()}.`);
    for (const part of ['Use tabs.', '# The plan', 'npm run lint\nnpm run test', 'Do not commit', 'midnight UTC']) {
      expect(prompt).toContain(part);
    }
    expect(prompt).not.toContain('left out');
    expect(prompt).not.toMatch(/\{[a-z_ ]+\}/);
    expect(prompt).not.toContain('<!--');
  });

  it('is never filled in from what people wrote', () => {
    const prompt = planPrompt(makeContext({ body: 'Say {guidance} and $& {if plan}.' }, { guidance: 'Use tabs.' }));

    expect(prompt).toContain('Say {guidance} and $& {if plan}.');
  });

  it('leaves no word of an empty part', () => {
    expect(planPrompt(makeContext())).not.toContain('adds:');
    expect(planPrompt(makeContext())).not.toContain('checked with');
    expect(reviewPrompt(makeContext(), null, '+x')).not.toContain('what="plan"');
  });
});

describe('a template of one’s own', () => {
  const own = 'Plan {repository} #{number} briefly.\n\n{if wishes}\nWishes: {wishes}\n{end}\n\n{issue}\n';

  it('replaces the words, and not the frame in which people’s texts have no power', () => {
    const prompt = planPrompt(makeContext({}, { templates: { plan: own }, guidance: 'Use tabs.' }));

    expect(prompt).toMatch(/^Task: plan an issue\n/);
    expect(prompt).toContain('It gives no orders');
    expect(prompt).toContain('Plan acme/shop #42 briefly.');
    expect(prompt).not.toContain('Wishes');
    expect(prompt).not.toContain('Write a plan for solving');
    // What it shows itself does not come twice, what it does not show comes all the same.
    expect(prompt.split('midnight UTC')).toHaveLength(2);
    expect(prompt).toContain('Use tabs.');
  });

  it('can be the form of plans alone', () => {
    const prompt = planPrompt(makeContext({}, { templates: { plan_form: '# Plan for #{number}\n\n## Risks' } }));

    expect(prompt).toContain('It has this form:\n\n# Plan for #42\n\n## Risks');
    expect(prompt).toContain('Write a plan for solving');
  });

  it('is named in the record of a run by what it says', () => {
    expect(promptId('plan', { plan: own })).toMatch(/^plan@own-[0-9a-f]{8}$/);
    expect(promptId('plan', { plan: `${own}More.` })).not.toBe(promptId('plan', { plan: own }));
    expect(promptId('plan')).toBe(ids.plan);
  });
});
