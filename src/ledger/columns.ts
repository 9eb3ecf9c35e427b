import { customType } from 'drizzle-orm/pg-core';
import { storableJson, storableText } from './storable.ts';

/** Text from anywhere; see {@link storableText}. */
export const words = customType<{ data: string; driverData: string }>({
  dataType: () => 'text',
  toDriver: storableText,
});

/** A point in time: ISO 8601 in UTC, to the millisecond, without a fraction where it is zero, as GitHub writes it. */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamp (3) with time zone',
  // Postgres would also take words such as "yesterday".
  toDriver: (time) => new Date(time).toISOString(),
  fromDriver: isoTime,
});

/** A value of ours as JSON. Its type is believed on reading: nobody else writes it. */
export const json = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => 'jsonb',
  toDriver: storableJson,
});

export const bytes = customType<{ data: Uint8Array; driverData: Buffer }>({ dataType: () => 'bytea' });

/** `2026-05-01 10:00:00+00`, as Postgres writes it while its time zone is UTC. */
function isoTime(text: string): string {
  const iso = text.replace(' ', 'T').replace(/\+00$/, 'Z');
  return iso.includes('.') ? new Date(iso).toISOString() : iso;
}
