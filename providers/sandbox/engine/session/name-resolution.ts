import type { ObjectName } from "../../parser/ast-expressions.ts";
import type { SchemaObject } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import type { FoundObject } from "../query/environment.ts";
import type { Activation } from "./activation.ts";
import { requireAccess } from "./database-access.ts";
import { parseObjectName } from "./object-names.ts";

/** Where one-part names of an activation are looked for. */
export interface NameBase {
  readonly database: StoredDatabase;
  readonly defaultSchemaId: number;
}

/** Finds what a name means; undefined when it means nothing. Synonyms are followed. */
export function findObject(
  name: ObjectName,
  base: NameBase,
  activation: Activation,
): FoundObject | undefined {
  if (name.server !== undefined && !isThisServer(name.server, activation)) {
    refuseLinked(name.server, activation);
    raise(
      7202,
      `Could not find server '${name.server}' in sys.servers. Verify that the correct server name was specified. If necessary, execute the stored procedure sp_addlinkedserver to add the server to sys.servers.`,
      { class: 11, state: 2 },
    );
  }
  if (name.name.startsWith("#")) return findTemporary(name.name, activation);
  const database = databaseOf(name, base, activation);
  const object = findInDatabase(name, database, base);
  if (object?.type !== "SN") return object && { database, object };
  return findObject(
    parseObjectName(object.baseObject),
    { database, defaultSchemaId: 1 },
    activation,
  );
}

function refuseLinked(name: string, { core }: Activation): void {
  const isLinked = core.server.linkedServers
    .values()
    .some((linked) => linked.name.toUpperCase() === name.toUpperCase());
  if (isLinked) raise(40_515, "Queries of linked servers are not supported in this version.");
}

function isThisServer(server: string, { core }: Activation): boolean {
  return server.toUpperCase() === core.server.name.toUpperCase();
}

export function databaseOf(
  name: Pick<ObjectName, "database">,
  base: NameBase,
  { core }: Activation,
): StoredDatabase {
  if (name.database === undefined) return base.database;
  const database = core.server.findDatabase(name.database);
  if (core.server.flavour === "azure_sql") refuseOtherDatabase(name, database, base);
  if (database === undefined) {
    raise(
      911,
      `Database '${name.database}' does not exist. Make sure that the name is entered correctly.`,
    );
  }
  if (database !== base.database) requireAccess(database, core);
  return database;
}

/** Azure SQL Database knows no names of other databases but tempdb (documentation: T-SQL differences of Azure SQL Database). */
function refuseOtherDatabase(
  name: Pick<ObjectName, "database"> & Partial<ObjectName>,
  database: StoredDatabase | undefined,
  base: NameBase,
): void {
  if (database === base.database || database?.databaseId === 2) return;
  const shown = [name.database, name.schema, name.name].filter((part) => part !== undefined);
  raise(
    40_515,
    `Reference to database and/or server name in '${shown.join(".")}' is not supported in this version of SQL Server.`,
  );
}

function findInDatabase(
  name: ObjectName,
  database: StoredDatabase,
  base: NameBase,
): SchemaObject | undefined {
  const { catalog } = database;
  if (name.schema !== undefined && name.schema !== "") {
    const schema = catalog.findSchema(name.schema);
    return schema && catalog.findObject(schema.schemaId, name.name);
  }
  const first = database === base.database ? base.defaultSchemaId : 1;
  return catalog.findObject(first, name.name) ?? catalog.findObject(1, name.name);
}

/** A temporary table of this module, of one that called it, or of the session. */
export function findTemporary(name: string, activation: Activation): FoundObject | undefined {
  const key = name.toUpperCase();
  if (name.startsWith("##")) {
    const { tempdb } = activation.core.server;
    const object = tempdb.catalog.findObject(1, name);
    return object && { database: tempdb, object };
  }
  let current: Activation | undefined = activation;
  while (current !== undefined) {
    const own = current.temporaryTables.get(key);
    if (own !== undefined) return currentState(own.database, own.table.objectId);
    current = current.caller;
  }
  const shared = activation.core.temporaryTables.get(key);
  return shared && currentState(shared.database, shared.table.objectId);
}

/** Records are immutable: the newest one is in the catalog. */
function currentState(database: StoredDatabase, objectId: number): FoundObject | undefined {
  const object = database.catalog.objects.get(objectId);
  return object && { database, object };
}

export interface NewName {
  readonly database: StoredDatabase;
  readonly schemaId: number;
  readonly name: string;
}

/** Where a new object of that name goes. Throws 2760 for an unknown schema. */
export function placeOf(name: ObjectName, base: NameBase, activation: Activation): NewName {
  const database = databaseOf(name, base, activation);
  if (name.schema === undefined || name.schema === "") {
    const schemaId = database === base.database ? base.defaultSchemaId : 1;
    return { database, schemaId, name: name.name };
  }
  const schema = database.catalog.findSchema(name.schema);
  if (schema === undefined) {
    raise(
      2760,
      `The specified schema name "${name.schema}" either does not exist or you do not have permission to use it.`,
    );
  }
  return { database, schemaId: schema.schemaId, name: name.name };
}
