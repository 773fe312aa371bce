import type { ProcedureContext } from "../engine/system-registry.ts";
import type { KeyConstraint, SchemaObject, Table } from "../storage/schema-object.ts";
import { raise } from "../values/sql-exception.ts";
import { findObjectByName, splitName } from "./object-lookup.ts";
import {
  bracket,
  type ProcedureArguments,
  type ProcedureDefinition,
} from "./procedure-definition.ts";

interface Renaming {
  readonly oldName: string;
  readonly newName: string;
  /** Upper case. */
  readonly itemType: string | undefined;
}

async function rename(context: ProcedureContext, given: ProcedureArguments): Promise<void> {
  const renaming: Renaming = {
    oldName: given.requiredText("objname"),
    newName: given.requiredText("newname"),
    itemType: given.text("objtype")?.toUpperCase(),
  };
  switch (renaming.itemType) {
    case undefined:
    case "OBJECT":
      renameObject(context, renaming);
      break;
    case "COLUMN":
      renameColumn(context, renaming);
      break;
    case "INDEX":
      renameIndex(context, renaming);
      break;
    case "USERDATATYPE":
      renameType(context, renaming);
      break;
    case "DATABASE":
      return context.execute(
        `ALTER DATABASE ${bracket(renaming.oldName)} MODIFY NAME = ${bracket(renaming.newName)}`,
      );
    default:
      raise(15_249, `Error: Explicit @objtype '${renaming.itemType}' is unrecognized.`, {
        class: 11,
      });
  }
  context.message(
    15_477,
    "Caution: Changing any part of an object name could break scripts and stored procedures.",
  );
}

function notFound({ database }: ProcedureContext, { oldName, itemType }: Renaming): never {
  raise(
    15_225,
    `No item by the name of '${oldName}' could be found in the current database '${database.options.name}', given that @itemtype was input as '${itemType ?? "(null)"}'.`,
    { class: 11 },
  );
}

function refuseDuplicate(name: string, kind: string): never {
  raise(
    15_335,
    `Error: The new name '${name}' is already in use as a ${kind} name and would cause a duplicate that is not permitted.`,
    { class: 11 },
  );
}

function put({ database, journal, now }: ProcedureContext, object: SchemaObject): void {
  database.catalog.objects.set(object.objectId, { ...object, modifyDate: now }, journal);
}

function requireObject(context: ProcedureContext, renaming: Renaming, name: string): SchemaObject {
  const found = findObjectByName(context, name);
  const isHere = found?.database.databaseId === context.database.databaseId;
  if (found === undefined || !isHere) return notFound(context, renaming);
  const { objectId, parentId } = found.object;
  const owner = parentId === 0 ? objectId : parentId;
  if (!context.hasPermission("ALTER", owner)) return notFound(context, renaming);
  return found.object;
}

/**
 * Columns of a table that change data capture tracks cannot be renamed; the table itself can, and its instances go on under
 * their names, since they know it by its id (tried on a server by debezium/debezium pull request 3738).
 */
function isCaptured({ database }: ProcedureContext, objectId: number): boolean {
  return database.catalog.captureInstances.values().some(({ sourceId }) => sourceId === objectId);
}

function renameObject(context: ProcedureContext, renaming: Renaming): void {
  const { catalog } = context.database;
  const { newName } = renaming;
  if (
    context.database.catalog.findType(1, renaming.oldName) !== undefined &&
    findObjectByName(context, renaming.oldName) === undefined
  ) {
    renameType(context, renaming);
    return;
  }
  const object = requireObject(context, renaming, renaming.oldName);
  const other = catalog.findObject(object.schemaId, newName);
  if (other !== undefined && other.objectId !== object.objectId) refuseDuplicate(newName, "object");
  put(context, { ...object, name: newName });
  if (object.type === "PK" || object.type === "UQ") renameIndexOfKey(context, object, newName);
}

function renameIndexOfKey(context: ProcedureContext, key: KeyConstraint, name: string): void {
  const table = context.database.catalog.objects.get(key.parentId);
  if (table?.type === "U") putIndexName(context, table, { indexId: key.indexId, name });
}

function putIndexName(
  context: ProcedureContext,
  table: Table,
  { indexId, name }: { indexId: number; name: string },
): void {
  const indexes = table.indexes.map((index) =>
    index.indexId === indexId ? { ...index, name } : index,
  );
  put(context, { ...table, indexes });
}

/** `schema.table.item` as the table and the name of the item. */
function requireItem(
  context: ProcedureContext,
  renaming: Renaming,
): { table: Table; item: string } {
  const parts = splitName(renaming.oldName);
  const item = parts?.at(-1);
  if (parts === undefined || item === undefined || parts.length < 2) {
    return notFound(context, renaming);
  }
  const owner = parts.slice(0, -1).map(bracket).join(".");
  const table = requireObject(context, renaming, owner);
  return table.type === "U" ? { table, item } : notFound(context, renaming);
}

function renameColumn(context: ProcedureContext, renaming: Renaming): void {
  const { table, item } = requireItem(context, renaming);
  const { catalog } = context.database;
  const { newName } = renaming;
  const column = table.columns.find(({ name }) => catalog.sameName(name, item));
  if (column === undefined) return notFound(context, renaming);
  if (isCaptured(context, table.objectId)) {
    raise(4928, `Cannot alter column '${column.name}' because it is 'REPLICATED'.`);
  }
  if (table.columns.some((other) => other !== column && catalog.sameName(other.name, newName))) {
    refuseDuplicate(newName, "COLUMN");
  }
  if (table.historyOf !== undefined || table.versioning !== undefined) {
    raise(
      13_759,
      `Renaming a column failed on history table '${table.name}' because it is not a supported operation on system-versioned tables. Consider setting SYSTEM_VERSIONING to OFF and trying again.`,
    );
  }
  const columns = table.columns.map((other) =>
    other === column ? { ...other, name: newName } : other,
  );
  put(context, { ...table, columns });
}

function renameIndex(context: ProcedureContext, renaming: Renaming): void {
  const { table, item } = requireItem(context, renaming);
  const { catalog } = context.database;
  const { newName } = renaming;
  const index = table.indexes.find(
    ({ name, kind }) => kind !== "heap" && catalog.sameName(name, item),
  );
  if (index === undefined) return notFound(context, renaming);
  if (table.indexes.some((other) => other !== index && catalog.sameName(other.name, newName))) {
    refuseDuplicate(newName, "INDEX");
  }
  putIndexName(context, table, { indexId: index.indexId, name: newName });
  const key = catalog
    .childrenOf(table.objectId)
    .find(
      (child) => (child.type === "PK" || child.type === "UQ") && child.indexId === index.indexId,
    );
  if (key !== undefined) put(context, { ...key, name: newName });
}

function renameType(context: ProcedureContext, renaming: Renaming): void {
  const { catalog } = context.database;
  const parts = splitName(renaming.oldName);
  const schema = catalog.findSchema(parts?.at(-2) ?? "dbo");
  const type = schema && catalog.findType(schema.schemaId, parts?.at(-1) ?? "");
  if (type === undefined) return notFound(context, renaming);
  if (catalog.findType(type.schemaId, renaming.newName) !== undefined) {
    refuseDuplicate(renaming.newName, "USERDATATYPE");
  }
  catalog.types.set(type.userTypeId, { ...type, name: renaming.newName }, context.journal);
}

export const RENAME_PROCEDURES: readonly ProcedureDefinition[] = [
  { name: "sp_rename", parameters: "objname long, newname name, objtype word?", run: rename },
];
