import { describe, expect, it } from '@jest/globals';
import {
  applyCommentCommands,
  commandsIn,
  type CommentCommand,
  type ConfirmedCommand,
} from '../../src/domain/comment-commands.ts';
import { withConversation, withPlan, type IssueState } from '../../src/domain/issue-state.ts';
import type { IssueComment } from '../../src/domain/issue.ts';
import { applyQuestion } from '../../src/domain/progress/question.ts';
import { planCommentKey } from '../../src/domain/plan.ts';
import { issueThat, NOW, PLAN_DIGEST, send, synced } from './builders.ts';

const POSTED = '2026-01-03T10:00:00Z';
const LATER = '2026-01-03T11:00:00Z';
const seen = { since: POSTED, handled: [] };

function aComment(body: string, over: Partial<IssueComment> = {}): IssueComment {
  return {
    id: 'IC_9',
    author: 'ana',
    body,
    url: 'https://example.test/comment',
    createdAt: LATER,
    updatedAt: LATER,
    editedAt: null,
    viewerDidAuthor: false,
    ...over,
  };
}

describe('a command in a comment', () => {
  it.each<[string, string, Partial<CommentCommand>]>([
    ['alone', '/approve', { name: 'approve', text: '' }],
    ['with the digest that is meant', '/approve 91ad0c44', { name: 'approve', text: '91ad0c44' }],
    ['after other lines', 'Looks good.\r\n\r\n/approve  \r\nThanks!', { name: 'approve', text: '' }],
    ['with feedback on its line', '/revise Use the parser.', { name: 'revise', text: 'Use the parser.' }],
    ['with feedback below it', '/revise\n- the parser\n- tests', { name: 'revise', text: '- the parser\n- tests' }],
    ['with an answer', '/answer the second\none', { name: 'answer', text: 'the second\none' }],
    ['behind code', '```\nls\n```\n/approve', { name: 'approve' }],
  ])('%s is understood', (_, body, expected) => {
    expect(commandsIn([aComment(body)], seen)).toMatchObject([{ id: 'IC_9', by: 'ana', at: LATER, ...expected }]);
  });

  it.each([
    ['in the middle of a line', 'I would /approve this'],
    ['as the beginning of another word', '/approved'],
    ['in a quotation', '> /approve'],
    ['in a block of code', '```sh\n/approve\n```'],
    ['in a block of code that never ends', '~~~\n/approve'],
    ['in capital letters', '/APPROVE'],
    ['behind a space', ' /approve'],
  ])('%s is none', (_, body) => {
    expect(commandsIn([aComment(body)], seen)).toEqual([]);
  });

  it.each<[string, IssueComment]>([
    ['that was edited', aComment('/approve', { editedAt: LATER })],
    ['of nobody', aComment('/approve', { author: null })],
    ['from before the plan was posted', aComment('/approve', { createdAt: '2026-01-03T09:59:59Z' })],
    ['of ours', aComment('<!-- gh-worker:plan -->\n/approve', { viewerDidAuthor: true })],
  ])('in a comment %s is none', (_, comment) => {
    expect(commandsIn([comment], seen)).toEqual([]);
  });

  it('is one even where a stranger writes our marker, and where our identity is a person’s', () => {
    const comments = [
      aComment('<!-- gh-worker:plan -->\n/approve', { id: '1' }),
      aComment('/approve', { id: '2', viewerDidAuthor: true }),
    ];

    expect(commandsIn(comments, seen).map(({ id }) => id)).toEqual(['1', '2']);
  });

  it('is looked for only while a plan has been posted, and taken once', () => {
    expect(commandsIn([aComment('/approve')], { since: null, handled: [] })).toEqual([]);
    expect(commandsIn([aComment('/approve')], { since: POSTED, handled: ['IC_9'] })).toEqual([]);
  });
});

describe('taking commands in', () => {
  /** An issue whose plan was posted at {@link POSTED}. */
  function posted(state: IssueState = issueThat.hasPlan()): IssueState {
    const key = planCommentKey(state.plan) ?? '';
    return withPlan(state, { comment: { id: 'IC_1', url: '', at: POSTED, key } });
  }

  function command(over: Partial<ConfirmedCommand> = {}): ConfirmedCommand {
    return { id: 'IC_9', by: 'ana', at: LATER, name: 'approve', text: '', permission: 'write', ...over };
  }

  const lastLine = (state: IssueState): string => state.audit.at(-1)?.detail ?? '';

  it('approves the plan that was read, in the name of who wrote it', () => {
    const state = applyCommentCommands(posted(), [command()], NOW);

    expect(state.plan).toMatchObject({ state: 'approved', approval: { by: 'ana', door: 'comment' } });
    expect(state.plan.approval?.digest).toBe(PLAN_DIGEST);
  });

  it('does nothing the second time', () => {
    const once = applyCommentCommands(posted(), [command()], NOW);

    expect(applyCommentCommands(once, [command()], NOW)).toBe(once);
  });

  it.each(['none', 'read', 'triage'] as const)('refuses whom GitHub gives "%s"', (permission) => {
    const state = applyCommentCommands(posted(), [command({ permission })], NOW);

    expect(state.plan.state).toBe('awaiting_review');
    expect(lastLine(state)).toContain(`"${permission}"`);
  });

  it('refuses an approval of a plan that has been replaced since', () => {
    const edited = send(posted(), 'editPlan', { text: 'Another plan.' });

    const state = applyCommentCommands(edited, [command()], NOW);

    expect(state.plan.state).toBe('awaiting_review');
    expect(lastLine(state)).toContain('not the present one');
  });

  it('refuses an approval from before the plan got its present text', () => {
    const state = applyCommentCommands(posted(), [command({ at: '2026-01-03T09:00:00Z' })], NOW);

    expect(state.plan.state).toBe('awaiting_review');
  });

  it('refuses an approval that names another digest', () => {
    const state = applyCommentCommands(posted(), [command({ text: 'ffffffff' })], NOW);

    expect(state.plan.state).toBe('awaiting_review');
    expect(lastLine(state)).toMatch(/^refused: .*ffffffff/);
  });

  it('has the plan revised, with the feedback', () => {
    const state = applyCommentCommands(posted(), [command({ name: 'revise', text: 'Shorter.' })], NOW);

    expect(state.plan).toMatchObject({ state: 'generating', request: { kind: 'revise', text: 'Shorter.', by: 'ana' } });
  });

  it('refuses to revise without feedback', () => {
    const state = applyCommentCommands(posted(), [command({ name: 'revise' })], NOW);

    expect(state.plan.state).toBe('awaiting_review');
    expect(lastLine(state)).toContain('no feedback');
  });
});

describe('an answer in a comment', () => {
  function asking(shownAt: string | null = POSTED): IssueState {
    const question = { type: 'yes_no', text: 'In French?', options: [], context: null } as const;
    const asked = applyQuestion(synced(send(issueThat.isNew(), 'plan')), 'plan', question, NOW);
    return withConversation(asked, { comment: { questionId: 'q1', at: shownAt, key: 'q1:open' } });
  }
  function answered(state: IssueState, over: Partial<ConfirmedCommand> = {}): IssueState {
    const answer = { id: 'IC_9', by: 'ana', at: LATER, name: 'answer', text: 'yes', permission: 'write' } as const;
    return applyCommentCommands(state, [{ ...answer, ...over }], NOW);
  }

  it.each([
    ['the question that was shown', {}],
    ['a question by its id', { text: 'q1: yes' }],
  ])('answers %s', (_, over) => {
    expect(answered(asking(), over).conversation.question?.resolution).toMatchObject({
      how: 'answered',
      text: 'yes',
      by: 'ana',
      door: 'comment',
    });
  });

  it.each<[string, IssueState, Partial<ConfirmedCommand>]>([
    ['somebody who may only read', asking(), { permission: 'read' }],
    ['somebody who wrote before it was asked', asking(), { at: '2026-01-03T09:00:00Z' }],
    ['somebody who says nothing', asking(), { text: '' }],
    ['somebody who means another question', asking(), { text: 'q7 yes' }],
    ['somebody who says neither', asking(), { text: 'perhaps' }],
    ['somebody who cannot have read it', asking(null), {}],
  ])('by %s counts for nothing, and the audit says why', (_, state, over) => {
    const after = answered(state, over);

    expect(after.plan.state).toBe('needs_clarification');
    expect(after.audit.at(-1)).toMatchObject({
      action: 'answer',
      by: 'ana',
      detail: expect.stringContaining('refused') as unknown,
    });
  });
});
