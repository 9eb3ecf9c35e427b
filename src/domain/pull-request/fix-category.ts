/** What kind of check failed. */
export const fixCategories = [
  ...(['compilation', 'test', 'lint', 'format', 'types', 'dependencies', 'security', 'deployment'] as const),
  ...(['infrastructure', 'flaky', 'other'] as const),
] as const;
export type FixCategory = (typeof fixCategories)[number];
