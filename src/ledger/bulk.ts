import { getTableColumns, sql, type Column, type SQL, type Table } from 'drizzle-orm';

/**
 * Rows as one parameter, however many there are: a statement takes 65,535 parameters at most, and each of them costs.
 * Their texts are to be storable already.
 *
 * @param names - columns, by the names that the rows have for them
 */
export function rowsAsTable(table: Table, names: readonly string[], rows: readonly object[]): SQL {
  const columns = names.map((name) => columnOf(table, name));
  const types = columns.map((column) => sql`${sql.identifier(column.name)} ${sql.raw(column.getSQLType())}`);
  const data = rows.map((row) =>
    Object.fromEntries(
      names.map((name, at) => [columns[at]?.name ?? name, (row as Record<string, unknown>)[name] ?? null] as const),
    ),
  );
  return sql`jsonb_to_recordset(${JSON.stringify(data)}::jsonb) AS given(${sql.join(types, sql`, `)})`;
}

/** The columns' own names, one after the other. */
export function columnList(table: Table, names: readonly string[]): SQL {
  return sql.join(
    names.map((name) => sql.identifier(columnOf(table, name).name)),
    sql`, `,
  );
}

/** For `ON CONFLICT … DO UPDATE SET`: every column as it was given. */
export function asGiven(table: Table, names: readonly string[]): SQL {
  return sql.join(
    names
      .map((name) => sql.identifier(columnOf(table, name).name))
      .map((column) => sql`${column} = excluded.${column}`),
    sql`, `,
  );
}

function columnOf(table: Table, name: string): Column {
  const column = (getTableColumns(table) as Readonly<Record<string, Column>>)[name];
  if (!column) throw new TypeError(`There is no column ${name}.`);
  return column;
}
