/** Kinds of agent work; each has a task queue of its own (`ghw-<type>`). */
export const workerTypes = ['feature', 'bugfix', 'test', 'docs', 'refactor', 'review'] as const;
export type WorkerType = (typeof workerTypes)[number];
