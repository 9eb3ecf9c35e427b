/** What a work cycle does, in this order. */
export const cyclePhases = ['sync', 'plan', 'implement', 'review'] as const;
export type CyclePhase = (typeof cyclePhases)[number];

/** The phases that ask issues for work. */
export const workPhases = ['plan', 'implement', 'review'] as const;
export type WorkPhase = (typeof workPhases)[number];

/** What people see above each. */
export const phaseBanners = {
  sync: 'Syncing issues',
  plan: 'Generating plans',
  implement: 'Implementing plans',
  review: 'Reviewing implementations',
} as const satisfies Record<CyclePhase, string>;
