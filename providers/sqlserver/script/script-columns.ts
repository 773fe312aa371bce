import type { SchemaColumn } from "../../../schemas/sql-server-schema.ts";
import { quoteName, quoteText } from "../names.ts";

function scriptComputed(column: SchemaColumn): string | undefined {
  if (column.computed === null) return undefined;
  const { definition, isPersisted } = column.computed;
  const notNull = isPersisted && !column.isNullable ? " NOT NULL" : "";
  return `${quoteName(column.name)} AS ${definition}${isPersisted ? " PERSISTED" : ""}${notNull}`;
}

function identityClause({ identity }: SchemaColumn): string {
  if (identity === null) return "";
  const replication = identity.notForReplication ? " NOT FOR REPLICATION" : "";
  return ` IDENTITY(${identity.seed}, ${identity.increment})${replication}`;
}

function isAlias(type: string): boolean {
  return type.startsWith("[");
}

/** The clauses of a column without its default. An alias type brings its own collation, which may not be written. */
function plainColumn(column: SchemaColumn): string {
  const { name, type, collation, mask } = column;
  if (column.isColumnSet) return `${quoteName(name)} xml COLUMN_SET FOR ALL_SPARSE_COLUMNS`;
  return [
    `${quoteName(name)} ${type}`,
    collation !== null && !isAlias(type) ? ` COLLATE ${collation}` : "",
    column.isSparse ? " SPARSE" : "",
    mask === null ? "" : ` MASKED WITH (FUNCTION = ${quoteText(mask).slice(1)})`,
    identityClause(column),
    column.isNullable ? " NULL" : " NOT NULL",
    column.isRowGuid ? " ROWGUIDCOL" : "",
  ].join("");
}

/** A column of CREATE TABLE. */
export function scriptColumn(column: SchemaColumn): string {
  const value = column.default;
  const constraint =
    value === null ? "" : ` CONSTRAINT ${quoteName(value.name)} DEFAULT ${value.definition}`;
  return scriptComputed(column) ?? `${plainColumn(column)}${constraint}`;
}

/** A column of a table type, where constraints have no names. */
export function scriptTypeColumn(column: SchemaColumn): string {
  const constraint = column.default === null ? "" : ` DEFAULT ${column.default.definition}`;
  return scriptComputed(column) ?? `${plainColumn(column)}${constraint}`;
}
