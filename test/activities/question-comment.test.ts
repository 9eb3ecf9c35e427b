import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MainActivities, QuestionInput } from '../../src/activities/types.ts';
import type { Question } from '../../src/domain/question.ts';
import { NOW } from '../domain/builders.ts';
import { createBench, mainActivities, type Bench, type Place } from './support.ts';

let bench: Bench;
let activities: MainActivities;

beforeAll(async () => {
  bench = await createBench();
  activities = mainActivities(bench);
});
afterAll(() => bench.cleanUp());

function aQuestion(over: Partial<Question> = {}): Question {
  return {
    id: 'q1',
    track: 'plan',
    type: 'choice',
    text: 'Which one, @ana?\n/approve',
    options: ['Tabs', 'Spaces'],
    context: 'Both are in use.',
    agent: 'scripted',
    conversation: 'session-1',
    askedAt: NOW,
    expiresAt: '2026-01-02T03:34:05.000Z',
    resolution: null,
    ...over,
  };
}

function inputOf({ issue, issueId }: Place, question: Question): QuestionInput {
  return { issue, issueId, question, assignees: ['bob'], commentCommands: true };
}

describe('publishQuestion', () => {
  it('asks once, also when it runs twice, and calls only who is assigned', async () => {
    const place = await bench.place();

    const first = await activities.publishQuestion(inputOf(place, aQuestion()));
    const second = await activities.publishQuestion(inputOf(place, aQuestion()));

    const { comments } = place.view().issue(place.issue.number);
    expect(second.id).toBe(first.id);
    expect(comments).toHaveLength(1);
    const body = comments[0]?.body ?? '';
    for (const shown of ['@bob', '1. Tabs', '> Both are in use.', '/answer 1', '2026-01-02 03:34 UTC']) {
      expect(body).toContain(shown);
    }
    expect(body).not.toMatch(/@ana|^\/approve/m);
  });

  it('shows the answer in the same comment, and asks another question in another one', async () => {
    const place = await bench.place();
    const first = await activities.publishQuestion(inputOf(place, aQuestion()));
    const resolution = { how: 'answered', text: 'Tabs', by: 'ana', door: 'cli', at: NOW } as const;

    const answered = await activities.publishQuestion(inputOf(place, aQuestion({ resolution })));
    const next = await activities.publishQuestion(inputOf(place, aQuestion({ id: 'q2' })));

    const { comments } = place.view().issue(place.issue.number);
    expect(answered.id).toBe(first.id);
    expect(next.id).not.toBe(first.id);
    expect(comments[0]?.body).toMatch(/answered by ana[^]*> Tabs/);
  });
});
