import type { Table } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import type { ProcedureWork } from "./capture-procedure.ts";

/** The table of the database that a procedure is told to look at. Throws 22931. */
export function sourceTable(
  { database }: Pick<ProcedureWork, "database">,
  { schema, name }: { readonly schema: string; readonly name: string },
): Table {
  const found = database.catalog.findSchema(schema);
  const object = found && database.catalog.findObject(found.schemaId, name);
  if (object?.type === "U") return object;
  raise(
    22_931,
    `Source table '${schema}.${name}' does not exist in the current database. Ensure that the correct database context is set. Specify a valid schema and table name for the database.`,
  );
}
