/** Whose work is taken first; the most urgent first. */
export const priorities = ['critical', 'high', 'normal', 'low'] as const;
export type Priority = (typeof priorities)[number];

/** Temporal's scale: 1 for critical to 4 for low. */
export function priorityNumber(priority: Priority): number {
  return priorities.indexOf(priority) + 1;
}
