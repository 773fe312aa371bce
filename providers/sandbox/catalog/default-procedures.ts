import type { ProcedureContext } from "../engine/system-registry.ts";
import type { Column } from "../storage/columns.ts";
import type { Table } from "../storage/schema-object.ts";
import { raise } from "../values/sql-exception.ts";
import { findColumn, findObjectByName, splitName } from "./object-lookup.ts";
import {
  bracket,
  type ProcedureArguments,
  type ProcedureDefinition,
} from "./procedure-definition.ts";

interface Bindable {
  readonly table: Table;
  readonly column: Column;
}

/** `table.column` or `schema.table.column`; a name of one part is that of a type. */
function requireColumn(context: ProcedureContext, name: string): Bindable {
  const parts = splitName(name) ?? [];
  if (parts.length === 1) {
    raise(40_515, "Binding defaults to types is not supported in this version.");
  }
  const tableName = parts.slice(0, -1).map(bracket).join(".");
  const found = findObjectByName(context, tableName);
  if (found?.object.type === "U" && found.database === context.database) {
    const column = findColumn(context.database, found.object, parts.at(-1) ?? "");
    const { objectId } = found.object;
    if (column !== undefined && context.hasPermission("ALTER", objectId)) {
      return { table: found.object, column };
    }
  }
  raise(
    15_104,
    `You do not own a table named '${parts.at(-2) ?? ""}' that has a column named '${parts.at(-1) ?? ""}'.`,
  );
}

function setDefault(context: ProcedureContext, { table, column }: Bindable, id: number): void {
  const columns = table.columns.map((item) =>
    item === column ? { ...item, defaultObjectId: id } : item,
  );
  context.database.catalog.objects.set(table.objectId, { ...table, columns }, context.journal);
}

/** The default is a constraint of the table, not one that stands alone. */
function isConstraint({ database }: ProcedureContext, { defaultObjectId }: Column): boolean {
  return (database.catalog.objects.get(defaultObjectId)?.parentId ?? 0) !== 0;
}

function takesDefault({ computed, identity, type }: Column): boolean {
  return computed === undefined && identity === undefined && type.name !== "timestamp";
}

function bind(context: ProcedureContext, given: ProcedureArguments): void {
  const name = given.requiredText("defname");
  const found = findObjectByName(context, name);
  if (found?.object.type !== "D" || found.object.parentId !== 0) {
    raise(15_016, `The default '${name}' does not exist.`);
  }
  const target = requireColumn(context, given.requiredText("objname"));
  if (!takesDefault(target.column)) {
    raise(
      15_101,
      "Cannot bind a default to a computed column or to a column of data type timestamp, varchar(max), nvarchar(max), varbinary(max), xml or CLR type.",
    );
  }
  if (isConstraint(context, target.column)) {
    raise(
      15_103,
      "Cannot bind a default to a column created with or altered to have a default value.",
    );
  }
  setDefault(context, target, found.object.objectId);
  context.message(15_511, "Default bound to column.");
}

function unbind(context: ProcedureContext, given: ProcedureArguments): void {
  const name = given.requiredText("objname");
  const target = requireColumn(context, name);
  if (target.column.defaultObjectId === 0) {
    raise(15_236, `Column '${target.column.name}' has no default.`);
  }
  if (isConstraint(context, target.column)) {
    const shown = `'${name}'`;
    raise(15_049, `Cannot unbind from ${shown}. Use ALTER TABLE DROP CONSTRAINT.`);
  }
  setDefault(context, target, 0);
  context.message(15_519, "Default unbound from table column.");
}

export const DEFAULT_PROCEDURES: readonly ProcedureDefinition[] = [
  { name: "sp_bindefault", parameters: "defname long, objname long, futureonly word?", run: bind },
  { name: "sp_unbindefault", parameters: "objname long, futureonly word?", run: unbind },
];
