import { SearchAttributeType } from '@temporalio/common';
import { GhwError } from '../domain/errors.ts';
import { searchAttributes } from '../workflows/protocol.ts';
import type { TemporalClient } from './connection.ts';

/** `temporal.api.enums.v1.IndexedValueType`. */
const valueTypes = {
  [SearchAttributeType.TEXT]: 1,
  [SearchAttributeType.KEYWORD]: 2,
  [SearchAttributeType.INT]: 3,
  [SearchAttributeType.DOUBLE]: 4,
  [SearchAttributeType.BOOL]: 5,
  [SearchAttributeType.DATETIME]: 6,
  [SearchAttributeType.KEYWORD_LIST]: 7,
} as const;

const DEADLINE_MS = 10_000;

/** The search attributes that workflows write and the namespace does not have, by name. */
export async function missingSearchAttributes(temporal: TemporalClient): Promise<readonly string[]> {
  const { connection, namespace } = temporal;
  const { customAttributes } = await connection.withDeadline(Date.now() + DEADLINE_MS, () =>
    connection.operatorService.listSearchAttributes({ namespace }),
  );
  return Object.values(searchAttributes)
    .map(({ name }) => name)
    .filter((name) => !(name in customAttributes));
}

/**
 * Adds the search attributes that are missing; those that are there stay as they are.
 *
 * @returns the names that were added
 * @throws GhwError `TemporalUnreachable` where the service does not let us (Temporal Cloud wants them made there)
 */
export async function ensureSearchAttributes(temporal: TemporalClient): Promise<readonly string[]> {
  const { connection, namespace } = temporal;
  try {
    const missing = await missingSearchAttributes(temporal);
    if (missing.length === 0) return missing;
    const wanted = Object.values(searchAttributes).filter(({ name }) => missing.includes(name));
    await connection.withDeadline(Date.now() + DEADLINE_MS, () =>
      connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(wanted.map(({ name, type }) => [name, valueTypes[type]])),
      }),
    );
    return missing;
  } catch (error) {
    const all = Object.values(searchAttributes).map(({ name, type }) => `${name}=${type}`);
    throw new GhwError('TemporalUnreachable', `The search attributes of namespace ${namespace} cannot be added.`, {
      hint: `Have an administrator add them: ${all.join(', ')}.`,
      retryable: false,
      cause: error,
    });
  }
}
