import { setFlagsFromString } from 'node:v8';

/** By how much a heap may grow beyond what lived in it when it was last cleared, in percent. */
const GROWTH_PERCENT = 25;

/**
 * Keeps this process's heaps, those of its threads included, close to what lives in them. By itself, V8 clears a heap only
 * when it has become up to four times as large: fast, but a worker shares its machine with agents that need the memory more.
 *
 * Source: `heap_growing_percent` in V8's flag-definitions.h; read anew whenever the heap has been cleared.
 */
export function keepHeapsSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
