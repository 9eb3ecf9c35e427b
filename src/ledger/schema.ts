import { pgSchema } from 'drizzle-orm/pg-core';

/** Everything is in a schema of its own, so that a database can be shared. `migrations/` makes what tables describe. */
export const schema = pgSchema('ghw');
