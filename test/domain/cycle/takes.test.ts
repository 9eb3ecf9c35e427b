import { describe, expect, it } from '@jest/globals';
import { workPhases } from '../../../src/domain/cycle/phases.ts';
import { takeOf, type WorkView } from '../../../src/domain/cycle/takes.ts';
import { implementationStates } from '../../../src/domain/implementation.ts';
import { planStates } from '../../../src/domain/plan.ts';

const fresh: WorkView = {
  isOpen: true,
  isPaused: false,
  isStopped: false,
  plan: 'none',
  implementation: 'none',
  isReviewed: false,
};

/** Every combination of states that a phase takes. */
function taken(phase: (typeof workPhases)[number]): string[] {
  return planStates.flatMap((plan) =>
    implementationStates
      .filter((implementation) => takeOf(phase, { ...fresh, plan, implementation }).kind === 'take')
      .map((implementation) => `${plan} / ${implementation}`),
  );
}

describe('what a phase takes', () => {
  it('plan: what has no plan and no implementation', () => {
    expect(taken('plan')).toEqual(['none / none']);
  });

  it('implement: what has an approved plan and no implementation', () => {
    expect(taken('implement')).toEqual(['approved / none']);
  });

  it('review: every implementation that waits or is published, whatever became of its plan', () => {
    expect(new Set(taken('review').map((pair) => pair.split(' / ')[1]))).toEqual(
      new Set(['awaiting_review', 'pr_opened']),
    );
    expect(taken('review')).toHaveLength(planStates.length * 2);
  });

  it('review: none twice', () => {
    expect(takeOf('review', { ...fresh, implementation: 'pr_opened', isReviewed: true })).toEqual({
      kind: 'skipped',
      reason: 'reviewed',
    });
  });

  it.each(workPhases)('%s: nothing that is closed or paused, whatever its state', (phase) => {
    for (const plan of planStates) {
      for (const implementation of implementationStates) {
        expect(takeOf(phase, { ...fresh, plan, implementation, isOpen: false }).kind).toBe('skipped');
        expect(takeOf(phase, { ...fresh, plan, implementation, isPaused: true }).kind).toBe('skipped');
      }
    }
  });
});
