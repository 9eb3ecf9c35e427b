/** What the options of a list choose from; apart, so that help needs nothing else. */
export const listStates = ['open', 'closed', 'all'] as const;

/** `me` is the person who reads the list. */
export const waitsForChoices = ['me', 'person', 'agent', 'checks', 'nobody'] as const;

export const sortKeys = ['number', 'updated', 'created', 'title', 'cost', 'plan', 'implementation'] as const;
export type SortKey = (typeof sortKeys)[number];
