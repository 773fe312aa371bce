import type { ObjectName } from "../../parser/ast-expressions.ts";
import type {
  CreateTableStatement,
  StorageClauses,
  TableElement,
} from "../../parser/ast-tables.ts";
import type { Column } from "../../storage/columns.ts";
import { newHeader } from "../../storage/object-header.ts";
import type { Table } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import type { CompileEnvironment, TableInDatabase } from "../query/environment.ts";
import type { Activation } from "../session/activation.ts";
import { requireWritable } from "../session/database-access.ts";
import { baseOf } from "../session/name-base.ts";
import { type NewName, placeOf } from "../session/name-resolution.ts";
import { requireTransaction } from "../session/readers.ts";
import { hasPermission } from "../session/rights.ts";
import { datetimeNow } from "../session/system-context.ts";
import type { Task } from "../suspension.ts";
import { refuseTaken } from "./constraint-names.ts";
import { HEAP } from "./index-options.ts";
import { requireFileGroup } from "./partitioning.ts";
import { setSystemVersioning, versioningOption } from "./system-versioning.ts";
import { keepNewTable } from "./table-changes.ts";
import { TableDraft } from "./table-draft.ts";

export interface TableRequest {
  readonly name: ObjectName;
  readonly activation: Activation;
  readonly environment: CompileEnvironment;
  readonly elements?: readonly TableElement[] | undefined;
  /** Ready-made columns: SELECT INTO. */
  readonly columns?: readonly Column[] | undefined;
  readonly text?: string | undefined;
  readonly on?: StorageClauses["on"];
}

export function* executeCreateTable(
  statement: CreateTableStatement,
  activation: Activation,
  environment: CompileEnvironment,
): Task {
  refuseStorage(statement);
  const { name, elements } = statement;
  const { table, database } = yield* createTable({
    name,
    elements,
    on: statement.storage.on,
    activation,
    environment,
    text: activation.text,
  });
  const versioning = versioningOption(statement.options);
  if (versioning?.value !== true) return;
  const { core } = activation;
  const place = { core, database, transaction: requireTransaction(core), environment };
  yield* setSystemVersioning(versioning, { table, place, activation });
}

function refuseStorage({ storage, options }: CreateTableStatement): void {
  if (storage.textImageOn !== undefined) requireFileGroup(storage.textImageOn);
  if (storage.fileStreamOn !== undefined) {
    raise(40_515, "FILESTREAM is not supported in this version.");
  }
  const rare = options.find(
    ({ name }) => name !== "data_compression" && name !== "system_versioning",
  );
  if (rare !== undefined)
    raise(40_515, `The table option ${rare.name.toUpperCase()} is not supported in this version.`);
}

/** Makes a table, temporary ones included. */
export function* createTable(request: TableRequest): Task<TableInDatabase> {
  const { name, activation, environment } = request;
  const { core } = activation;
  const place = name.name.startsWith("#")
    ? temporaryPlace(name, activation)
    : permanentPlace(name, activation);
  requireWritable(place.database);
  const { database, schemaId } = place;
  const transaction = requireTransaction(core);
  const objectId = database.nextObjectId();
  const now = datetimeNow(core.parts.now());
  const schema = database.catalog.schemas.get(schemaId)?.name ?? "dbo";
  const draft = new TableDraft(
    {
      core,
      activation,
      database,
      base: place.isTemporary ? baseOf(activation) : { database, defaultSchemaId: schemaId },
      environment,
      objectId,
      schemaId,
      name: place.name,
      shownName: `${schema}.${place.name}`,
      text: request.text ?? "",
      now,
      check: undefined,
    },
    {
      columns: request.columns ?? [],
      indexes: [HEAP],
      nextColumnId: (request.columns?.length ?? 0) + 1,
    },
  );
  draft.add(request.elements ?? []);
  if (request.on !== undefined) draft.place(request.on);
  const table: Table = {
    type: "U",
    ...newHeader({ objectId, schemaId, name: place.name, now }),
    columns: draft.columns,
    indexes: draft.indexes,
    nextColumnId: draft.nextColumnId,
    usesAnsiNulls: core.settings.ansiNulls,
    lockEscalation: "TABLE",
    identityCounter: { last: undefined },
    period: draft.period,
  };
  keepNewTable(table, draft.objects, { core, database, transaction, environment });
  const found = { database, table };
  if (place.isTemporary) keepTemporary(name.name, found, activation);
  yield* [];
  return found;
}

interface Place extends NewName {
  readonly isTemporary: boolean;
}

function permanentPlace(name: ObjectName, activation: Activation): Place {
  const { core } = activation;
  const place = placeOf(name, baseOf(activation), activation);
  const { database, schemaId } = place;
  if (!hasPermission("CREATE TABLE", database, { core, object: undefined })) {
    raise(262, `CREATE TABLE permission denied in database '${database.options.name}'.`, {
      class: 14,
    });
  }
  if (database.catalog.findObject(schemaId, name.name) !== undefined) refuseTaken(name.name);
  return { ...place, isTemporary: false };
}

/** The name in tempdb is filled up and numbered, so that sessions do not meet; `##` tables keep their name. */
function temporaryPlace({ name }: ObjectName, activation: Activation): Place {
  const { tempdb } = activation.core.server;
  if (name.startsWith("##")) {
    if (tempdb.catalog.findObject(1, name) !== undefined) refuseTaken(name);
    return { database: tempdb, schemaId: 1, name, isTemporary: false };
  }
  if (ownTemporaries(activation).has(name.toUpperCase())) refuseTaken(name);
  const number = tempdb.nextObjectId().toString(16).toUpperCase().padStart(12, "0");
  return { database: tempdb, schemaId: 1, name: name.padEnd(116, "_") + number, isTemporary: true };
}

/** A module's temporary tables go with it; those of a batch stay with the session. */
function ownTemporaries(activation: Activation): Activation["temporaryTables"] {
  return activation.nestLevel === 0 ? activation.core.temporaryTables : activation.temporaryTables;
}

function keepTemporary(name: string, found: TableInDatabase, activation: Activation): void {
  const tables = ownTemporaries(activation);
  const key = name.toUpperCase();
  tables.set(key, found);
  requireTransaction(activation.core).journal(() => tables.delete(key));
}
