import { describe, expect, it } from '@jest/globals';
import {
  hasOpenPullRequest,
  implementationLeadsTo,
  implementationStateNames,
  implementationTransitions,
  noImplementation,
  type ImplementationState,
} from '../../src/domain/implementation.ts';
import { planStateNames, planTransitions, type PlanState } from '../../src/domain/plan.ts';
import { mayLead, transition } from '../../src/domain/transitions.ts';
import { aPullRequest } from './builders.ts';

/** The states that users of the tool were promised, by the name they see, and where each may lead. */
const requiredPlan: Record<string, { as: PlanState; next: PlanState[] }> = {
  none: { as: 'none', next: ['generating'] },
  'being generated': { as: 'generating', next: ['awaiting_review'] },
  'waiting for local review': { as: 'awaiting_review', next: ['approved'] },
  approved: { as: 'approved', next: ['awaiting_review'] },
};

const requiredImplementation: Record<string, { as: ImplementationState; next: ImplementationState[] }> = {
  none: { as: 'none', next: ['generating'] },
  'being generated': { as: 'generating', next: ['awaiting_review', 'pr_opened', 'failed'] },
  'waiting for local review': { as: 'awaiting_review', next: ['reviewing', 'pr_opened'] },
  'review in progress': { as: 'reviewing', next: ['reviewed', 'review_failed'] },
  reviewed: { as: 'reviewed', next: ['pr_opened'] },
  'PR opened': { as: 'pr_opened', next: ['merged'] },
  merged: { as: 'merged', next: [] },
  failed: { as: 'failed', next: ['generating'] },
  'review failed': { as: 'review_failed', next: [] },
};

/** What its users were missing, beside the above. */
const addedPlan: Record<string, { as: PlanState; next: PlanState[] }> = {
  'being generated': { as: 'generating', next: ['needs_clarification', 'failed', 'none'] },
  'waiting for an answer': { as: 'needs_clarification', next: ['generating', 'failed'] },
  'waiting for local review': { as: 'awaiting_review', next: ['generating', 'rejected'] },
  rejected: { as: 'rejected', next: ['generating'] },
  failed: { as: 'failed', next: ['generating'] },
};

const addedImplementation: Record<string, { as: ImplementationState; next: ImplementationState[] }> = {
  none: { as: 'none', next: ['reviewing'] },
  'being generated': { as: 'generating', next: ['needs_clarification', 'none'] },
  'waiting for an answer': { as: 'needs_clarification', next: ['generating', 'failed'] },
  'waiting for local review': { as: 'awaiting_review', next: ['generating'] },
  'review in progress': { as: 'reviewing', next: ['pr_opened'] },
  reviewed: { as: 'reviewed', next: ['generating', 'reviewing'] },
  'review failed': { as: 'review_failed', next: ['reviewing', 'pr_opened'] },
  'PR opened': { as: 'pr_opened', next: ['reviewing', 'generating', 'pr_closed'] },
  'PR closed': { as: 'pr_closed', next: ['generating', 'pr_opened'] },
};

describe('the states of a plan', () => {
  it.each(Object.entries({ ...requiredPlan }).concat(Object.entries(addedPlan)))(
    '"%s" leads where it was promised to',
    (shownAs, { as, next }) => {
      expect(planStateNames[as]).toBe(shownAs);
      for (const to of next) expect(mayLead(planTransitions, as, to)).toBe(true);
    },
  );

  it('never comes to be approved from anywhere but a review', () => {
    const sources = Object.entries(planTransitions).filter(([, to]) => (to as readonly string[]).includes('approved'));

    expect(sources.map(([from]) => from)).toEqual(['awaiting_review']);
  });

  it('refuses a transition that the table does not have', () => {
    expect(() => transition<PlanState>(planTransitions, 'none', 'approved')).toThrow('No transition');
  });
});

describe('the states of an implementation', () => {
  it.each(Object.entries({ ...requiredImplementation }).concat(Object.entries(addedImplementation)))(
    '"%s" leads where it was promised to',
    (shownAs, { as, next }) => {
      expect(implementationStateNames[as]).toBe(shownAs);
      for (const to of next) expect(mayLead(implementationTransitions, as, to)).toBe(true);
    },
  );

  it('leads from every state to merged and closed while our pull request is open', () => {
    for (const state of Object.keys(implementationTransitions) as ImplementationState[]) {
      const implementation = { ...noImplementation, state, pullRequest: aPullRequest() };

      expect(hasOpenPullRequest(implementation)).toBe(true);
      expect(implementationLeadsTo(implementation)).toEqual(expect.arrayContaining(['merged', 'pr_closed']));
    }
  });

  it('ends with merged', () => {
    expect(implementationTransitions.merged).toEqual([]);
  });
});
