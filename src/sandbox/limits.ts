import type { CageLimits } from './sandbox.ts';

export const noLimits: CageLimits = {
  memoryBytes: null,
  processes: null,
  cpus: null,
  diskBytes: null,
  fileBytes: null,
  tmpBytes: null,
};

/**
 * The words before a command that make the kernel hold each of its processes to what it can count by itself: the size of
 * a file, and, inside a user namespace, the number of processes in it. No core dumps.
 */
export function processLimits(limits: CageLimits | undefined): string[] {
  if (limits === undefined) return [];
  const { fileBytes, processes } = limits;
  return [
    ...['prlimit', '--core=0'],
    ...(fileBytes === null ? [] : [`--fsize=${fileBytes.toString()}`]),
    ...(processes === null ? [] : [`--nproc=${processes.toString()}`]),
    '--',
  ];
}
