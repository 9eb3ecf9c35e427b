export const fixAttemptStatuses = ['pending', 'in_progress', 'succeeded', 'failed', 'cancelled'] as const;
export type FixAttemptStatus = (typeof fixAttemptStatuses)[number];

export const reviewDecisions = ['approve', 'request_changes', 'comment'] as const;
export type ReviewDecision = (typeof reviewDecisions)[number];
