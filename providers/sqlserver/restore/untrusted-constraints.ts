import type { Shortfall } from "../../../core/resource/database-server.ts";
import type { SchemaTable, SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { quoteName, quotePath } from "../names.ts";

interface Constraint {
  readonly table: SchemaTable;
  readonly name: string;
}

function trustedOf({ tables }: SqlServerSchema): ReadonlyMap<string, Constraint> {
  return new Map(
    tables.flatMap((table) =>
      [...table.checks, ...table.foreignKeys]
        .filter(({ isTrusted }) => isTrusted)
        .map(({ name }) => [quotePath(table.schema, table.name, name), { table, name }] as const),
    ),
  );
}

/** Constraints that the rows break, so that they hold for new rows only. */
export function untrustedConstraints(
  wanted: SqlServerSchema,
  made: SqlServerSchema,
  database: string,
): readonly Shortfall[] {
  const trusted = trustedOf(made);
  return [...trustedOf(wanted)]
    .filter(([key]) => !trusted.has(key))
    .map(([, { table, name }]) => {
      const path = quotePath(table.schema, table.name);
      return {
        kind: "untrusted_constraint" as const,
        text: `Rows of ${table.schema}.${table.name} break the constraint ${name}, since they are not those of one moment. It holds for new rows only; find those rows, then let the server check it.`,
        remedy: `USE ${quoteName(database)}; ALTER TABLE ${path} WITH CHECK CHECK CONSTRAINT ${quoteName(name)};`,
      };
    });
}
