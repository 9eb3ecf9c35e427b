import type { GhwError } from '../domain/errors.ts';
import { asGhwError } from './output.ts';

/** What came of something that a command can do without. */
export type Attempt<T> =
  { readonly value: T; readonly error: null } | { readonly value: undefined; readonly error: GhwError };

export async function attempt<T>(work: Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work, error: null };
  } catch (error) {
    return { value: undefined, error: asGhwError(error) };
  }
}
