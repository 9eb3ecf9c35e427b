import { describe, expect, it } from '@jest/globals';
import { answersOf, answerTo, questionIn, type AskedQuestion } from '../../src/domain/question.ts';

function block(content: string, fence = '```'): string {
  return `${fence}ghw-question\n${content}\n${fence}`;
}

const choice: AskedQuestion = { type: 'choice', text: 'Which?', options: ['Tabs', 'Two spaces'], context: null };

describe('a question at the end of an answer', () => {
  it('is read with its type, options and context', () => {
    const asked = { type: 'choice', question: 'Which one?', options: ['a', 'b', 'a'], context: 'Both are in use.' };

    expect(questionIn(block(JSON.stringify(asked)))).toEqual({
      type: 'choice',
      text: 'Which one?',
      options: ['a', 'b'],
      context: 'Both are in use.',
    });
  });

  it.each([
    ['words before it', `I need to know one thing.\n\n${block('{"question":"Why?"}')}\n`],
    ['tildes', block('{"question":"Why?"}', '~~~~')],
    ['a block that is never closed', '```ghw-question\n{"question":"Why?"}'],
    ['an unknown type', block('{"type":"poem","question":"Why?"}')],
    ['a choice of one', block('{"type":"choice","question":"Why?","options":["a"]}')],
    ['the name "text" for the question', block('{"text":"Why?"}')],
    ['line ends of Windows', block('{"question":"Why?"}').replaceAll('\n', '\r\n')],
  ])('is read with %s', (_, answer) => {
    expect(questionIn(answer)).toEqual({ type: 'text', text: 'Why?', options: [], context: null });
  });

  it('that is no JSON is a question in its own words', () => {
    expect(questionIn(block('{"question": "Why'))).toMatchObject({ type: 'text', text: '{"question": "Why' });
    expect(questionIn(block('What colour?'))).toMatchObject({ type: 'text', text: 'What colour?' });
    expect(questionIn(block('["a"]'))).toMatchObject({ type: 'text', text: '["a"]' });
  });

  it.each([
    ['nothing of the kind', '# Plan\n\nDo it.'],
    ['an example in the middle of a plan', `# Plan\n\n${block('{"question":"Why?"}')}\n\nThen go on.`],
    ['another block at its end', '```json\n{"question":"Why?"}\n```'],
    ['an empty block', block('')],
    ['nothing at all', ''],
  ])('is not found in %s', (_, answer) => {
    expect(questionIn(answer)).toBeNull();
  });

  it('is cut where it is too long', () => {
    expect(questionIn(block('😀'.repeat(10_000)))?.text.length).toBeLessThan(4_100);
  });
});

describe('an answer', () => {
  it.each<[string, AskedQuestion['type'], string, string | null]>([
    ['any text', 'text', '  Because. ', 'Because.'],
    ['nothing', 'text', '  ', null],
    ['yes', 'yes_no', 'Yes', 'yes'],
    ['no', 'yes_no', 'n', 'no'],
    ['neither', 'yes_no', 'perhaps', null],
    ['an option in other letters', 'choice', 'tabs', 'Tabs'],
    ['the number of an option', 'choice', '2', 'Two spaces'],
    ['the number of none', 'choice', '3', null],
    ['no option', 'choice', 'Both', null],
  ])('that is %s (%s)', (_, type, text, expected) => {
    expect(answerTo({ ...choice, type }, text)).toBe(expected);
  });

  it('may be what the question says', () => {
    expect(answersOf(choice)).toBe('1. Tabs; 2. Two spaces');
    expect(answersOf({ ...choice, type: 'yes_no' })).toBe('yes or no');
  });
});
