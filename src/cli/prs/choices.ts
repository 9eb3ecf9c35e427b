/** What the options of `ghw prs list` choose from; apart, so that help needs nothing else. */
export const prStates = ['open', 'merged', 'closed', 'all'] as const;

/** Of all checks of a head in one word. */
export const checksChoices = ['passed', 'failed', 'running', 'none'] as const;
export type ChecksWord = (typeof checksChoices)[number];

export const prSortKeys = ['number', 'updated', 'created', 'title', 'author', 'checks'] as const;
export type PrSortKey = (typeof prSortKeys)[number];
