import type { ObjectName } from "../../parser/ast-expressions.ts";
import type { DropObjectStatement } from "../../parser/ast-tables.ts";
import type { SchemaObject, Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import { dropCapture, requireDefiner } from "../capture/definition-capture.ts";
import { refuseDropOfSystemTable } from "../capture/system-tables.ts";
import { longName } from "../changes/row-times.ts";
import type { CompileEnvironment, FoundObject } from "../query/environment.ts";
import { shownName } from "../query/shown-name.ts";
import type { Activation } from "../session/activation.ts";
import { requireWritable } from "../session/database-access.ts";
import { baseOf } from "../session/name-base.ts";
import { databaseOf, findObject } from "../session/name-resolution.ts";
import { requireTransaction } from "../session/readers.ts";
import { hasPermission } from "../session/rights.ts";
import type { Task } from "../suspension.ts";
import { removeObject } from "./remove-object.ts";
import { lockDefinition, type TablePlace } from "./table-changes.ts";

const TYPES: Readonly<Record<DropObjectStatement["type"], readonly SchemaObject["type"][]>> = {
  table: ["U"],
  view: ["V"],
  procedure: ["P"],
  function: ["FN", "IF", "TF"],
  trigger: ["TR"],
  sequence: ["SO"],
  synonym: ["SN"],
  default: ["D"],
  rule: [],
  type: [],
  schema: [],
};

const SHOWN: Readonly<Record<string, string>> = { sequence: "sequence object" };

/** DROP of whatever has a name in a schema, and of schemas and types. */
export function* executeDrop(
  statement: DropObjectStatement,
  activation: Activation,
  environment: CompileEnvironment,
): Task {
  for (const name of statement.names) {
    if (statement.type === "schema") dropSchema(name, statement, activation);
    else if (statement.type === "type") dropType(name, statement, activation);
    else yield* dropObject(name, statement, { activation, environment });
  }
}

interface DropWork {
  readonly activation: Activation;
  readonly environment: CompileEnvironment;
}

function* dropObject(
  name: ObjectName,
  statement: DropObjectStatement,
  { activation, environment }: DropWork,
): Task {
  const { type, ifExists } = statement;
  const found = findForDrop(name, statement, activation);
  if (found === undefined) {
    if (ifExists) return;
    raise(
      3701,
      `Cannot drop the ${SHOWN[type] ?? type} '${shownName(name)}', because it does not exist or you do not have permission.`,
      { class: 11, state: 5 },
    );
  }
  const { database, object } = found;
  const { core } = activation;
  requireWritable(database);
  if (!name.name.startsWith("#") && !hasPermission("ALTER", database, { core, object })) {
    raise(
      3701,
      `Cannot drop the ${SHOWN[type] ?? type} '${shownName(name)}', because it does not exist or you do not have permission.`,
      { class: 11, state: 5 },
    );
  }
  const place: TablePlace = { core, database, transaction: requireTransaction(core), environment };
  if (object.type === "U") yield* dropTable(object, name, { place, activation });
  else removeObject(object, place);
}

function findForDrop(
  name: ObjectName,
  { type }: DropObjectStatement,
  activation: Activation,
): FoundObject | undefined {
  const base = baseOf(activation);
  if (type === "synonym") {
    const database = databaseOf(name, base, activation);
    const schema = name.schema === undefined ? undefined : database.catalog.findSchema(name.schema);
    const object = database.catalog.findObject(schema?.schemaId ?? base.defaultSchemaId, name.name);
    return object?.type === "SN" ? { database, object } : undefined;
  }
  const found = findObject(name, base, activation);
  if (found === undefined) return undefined;
  if (TYPES[type].includes(found.object.type)) {
    refuseBound(found);
    return found;
  }
  if (type === "trigger" || found.object.type === "D") return undefined;
  raise(
    3705,
    `Cannot use DROP ${type.toUpperCase()} with '${shownName(name)}' because '${shownName(name)}' is a ${kindOf(found.object)}. Use DROP ${kindOf(found.object).toUpperCase()}.`,
  );
}

/** Defaults are dropped with the column that they belong to, or once no column is bound to them. */
function refuseBound({ database, object }: FoundObject): void {
  if (object.type !== "D") return;
  if (object.parentId !== 0) {
    raise(
      3717,
      "Cannot drop a default constraint by DROP DEFAULT statement. Use ALTER TABLE to drop a default constraint option.",
    );
  }
  const isBound = database.catalog
    .objectsOfType("U")
    .some(({ columns }) =>
      columns.some(({ defaultObjectId }) => defaultObjectId === object.objectId),
    );
  if (!isBound) return;
  raise(
    3716,
    `The default '${object.name}' cannot be dropped because it is bound to one or more column.`,
    { state: 3 },
  );
}

function kindOf({ type }: SchemaObject): string {
  return Object.entries(TYPES).find(([, types]) => types.includes(type))?.[0] ?? "object";
}

function* dropTable(
  table: Table,
  name: ObjectName,
  { place, activation }: { readonly place: TablePlace; readonly activation: Activation },
): Task {
  const { database, transaction } = place;
  const referencing = database.catalog
    .objectsOfType("F")
    .find((key) => key.referencedId === table.objectId && key.parentId !== table.objectId);
  if (referencing !== undefined) {
    raise(
      3726,
      `Could not drop object '${shownName(name)}' because it is referenced by a FOREIGN KEY constraint.`,
    );
  }
  if (table.versioning !== undefined || table.historyOf !== undefined) {
    raise(
      13_552,
      `Drop table operation failed on table '${longName({ database, table })}' because it is not a supported operation on system-versioned temporal tables.`,
    );
  }
  refuseDropOfSystemTable({ database, object: table }, shownName(name));
  requireDefiner(table, place);
  yield* lockDefinition(table, place);
  dropCapture(table, place);
  for (const child of database.catalog.childrenOf(table.objectId)) removeObject(child, place);
  removeObject(table, place);
  database.tables.delete(table.objectId, transaction.journal);
  if (!name.name.startsWith("#")) return;
  forgetTemporary(name.name.toUpperCase(), table.objectId, activation);
}

function forgetTemporary(key: string, objectId: number, activation: Activation): void {
  const { core } = activation;
  let current: Activation | undefined = activation;
  const maps = [core.temporaryTables];
  while (current !== undefined) {
    maps.push(current.temporaryTables);
    current = current.caller;
  }
  for (const tables of maps) {
    const known = tables.get(key);
    if (known?.table.objectId !== objectId) continue;
    tables.delete(key);
    requireTransaction(core).journal(() => tables.set(key, known));
  }
}

function dropSchema(
  name: ObjectName,
  { ifExists }: DropObjectStatement,
  activation: Activation,
): void {
  const { database } = baseOf(activation);
  const schema = database.catalog.findSchema(name.name);
  if (schema === undefined) {
    if (ifExists) return;
    raise(
      15_151,
      `Cannot drop the schema '${name.name}', because it does not exist or you do not have permission.`,
    );
  }
  const user = database.catalog.objects
    .values()
    .find(({ schemaId }) => schemaId === schema.schemaId);
  if (user !== undefined) {
    raise(
      3729,
      `Cannot drop schema '${name.name}' because it is being referenced by object '${user.name}'.`,
    );
  }
  if (schema.schemaId < 5 || schema.schemaId >= 16_384) {
    raise(15_150, `Cannot drop the schema '${name.name}'.`);
  }
  database.catalog.schemas.delete(schema.schemaId, requireTransaction(activation.core).journal);
}

function dropType(
  name: ObjectName,
  { ifExists }: DropObjectStatement,
  activation: Activation,
): void {
  const base = baseOf(activation);
  const { catalog } = base.database;
  const schema = name.schema === undefined ? undefined : catalog.findSchema(name.schema);
  const type = catalog.findType(schema?.schemaId ?? base.defaultSchemaId, name.name);
  if (type === undefined) {
    if (ifExists) return;
    raise(
      218,
      `Could not find the type '${shownName(name)}'. Either it does not exist or you do not have the necessary permission.`,
    );
  }
  const user = typeUser(base.database, type.userTypeId);
  if (user !== undefined) {
    raise(
      3732,
      `Cannot drop type '${shownName(name)}' because it is being referenced by object '${user}'. There may be other objects that reference this type.`,
    );
  }
  const { journal } = requireTransaction(activation.core);
  catalog.types.delete(type.userTypeId, journal);
  if (type.tableObjectId !== 0) catalog.objects.delete(type.tableObjectId, journal);
  for (const [key, { securable, majorId }] of catalog.permissions.entries()) {
    if (securable === "TYPE" && majorId === type.userTypeId)
      catalog.permissions.delete(key, journal);
  }
}

function typeUser({ catalog }: StoredDatabase, userTypeId: number): string | undefined {
  for (const object of catalog.objects.values()) {
    const columns = "columns" in object && object.type !== "F" ? object.columns : [];
    const parameters = "parameters" in object ? object.parameters : [];
    if ([...columns, ...parameters].some((item) => item.userTypeId === userTypeId))
      return object.name;
  }
  return undefined;
}
