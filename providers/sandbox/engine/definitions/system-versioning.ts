import type { NamedOption, SystemVersioning } from "../../parser/ast-tables.ts";
import type { Retention, Table, Versioning } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import { longName } from "../changes/row-times.ts";
import { triggersOf } from "../changes/triggers.ts";
import { shownName } from "../query/shown-name.ts";
import type { Activation } from "../session/activation.ts";
import { hasPermission } from "../session/rights.ts";
import type { Task } from "../suspension.ts";
import { checkConsistency, checkHistoryShape } from "./history-checks.ts";
import { createHistory } from "./history-table.ts";
import { lockDefinition, putTable, type TablePlace } from "./table-changes.ts";

export interface VersioningWork {
  readonly table: Table;
  readonly place: TablePlace;
  readonly activation: Activation;
}

/** The option SYSTEM_VERSIONING of a list. Throws 13512 where it stands twice. */
export function versioningOption(options: readonly NamedOption[]): NamedOption | undefined {
  const [option, another] = options.filter(({ name }) => name === "system_versioning");
  if (another !== undefined) {
    raise(13_512, "You cannot specify SYSTEM_VERSIONING clause more than once.");
  }
  return option;
}

/** ALTER TABLE … SET (SYSTEM_VERSIONING = …), and the same option of CREATE TABLE. */
export function* setSystemVersioning(option: NamedOption, work: VersioningWork): Task {
  if (option.versioning === undefined) yield* turnOff(work);
  else if (work.table.versioning === undefined) yield* turnOn(option.versioning, work);
  else changeVersioning(option.versioning, work.table.versioning, work);
}

/**
 * ALTER TABLE needs CONTROL on the table, and whatever takes a history that exists needs it there; a new table of both
 * needs no more than CREATE TABLE (sql-docs, temporal-table-security.md).
 */
export function requireControl({ table, place }: Omit<VersioningWork, "activation">): void {
  const { core, database } = place;
  if (hasPermission("CONTROL", database, { core, object: table })) return;
  raise(13_538, "You do not have the required permissions to complete the operation.");
}

function* turnOff({ table, place }: VersioningWork): Task {
  const { versioning } = table;
  if (versioning === undefined) {
    raise(
      13_591,
      `SYSTEM_VERSIONING is not turned ON for table '${longName({ database: place.database, table })}'.`,
    );
  }
  putTable({ ...table, versioning: undefined }, place);
  const history = place.database.findTable(versioning.historyId);
  if (history === undefined) return;
  yield* lockDefinition(history, place);
  putTable({ ...history, historyOf: undefined }, place);
}

function* turnOn(clause: SystemVersioning, work: VersioningWork): Task {
  const { table, place } = work;
  const { database } = place;
  requireVersionable(work);
  const retention = retentionOf(clause.retention);
  const wanted = placeOfHistory(clause, work);
  const found = database.catalog.findObject(wanted.schemaId, wanted.name);
  if (found !== undefined && found.type !== "U") {
    raise(13_511, `Specified object '${wanted.name}' cannot be used as history table.`);
  }
  if (found !== undefined) {
    requireControl({ table: found, place });
    yield* lockDefinition(found, place);
    const pair = { database, current: table, history: found };
    checkHistoryShape(pair);
    if (clause.checksConsistency) checkConsistency(pair, place.core.parts.now());
  }
  const history = found ?? createHistory(table, wanted, place);
  if (retention !== undefined) requireCleanable({ current: table, history }, place);
  putTable({ ...table, versioning: { historyId: history.objectId, retention } }, place);
  putTable({ ...history, historyOf: table.objectId }, place);
}

function requireVersionable({ table, place }: VersioningWork): void {
  const { database } = place;
  const name = longName({ database, table });
  if (database.databaseId === 2) {
    raise(
      13_568,
      `System-versioned temporal table '${table.name}' cannot be created in a 'tempdb' database.`,
    );
  }
  if (table.historyOf !== undefined) raise(13_566, `Temporal table '${name}' is already in use.`);
  if (table.period === undefined) {
    raise(
      13_510,
      "Cannot set SYSTEM_VERSIONING to ON when SYSTEM_TIME period is not defined and the LEDGER=ON option is not specified.",
    );
  }
  if (!table.indexes.some(({ isPrimaryKey }) => isPrimaryKey)) {
    raise(13_553, `System versioned temporal table '${name}' must have primary key defined.`);
  }
  const isReplaced = (["INSERT", "UPDATE", "DELETE"] as const).some(
    (event) => triggersOf(database, table.objectId, { event, insteadOf: true }).length > 0,
  );
  if (isReplaced) {
    raise(
      13_774,
      `Setting SYSTEM_VERSIONING to ON failed because table '${name}' has INSTEAD OF triggers defined. Consider dropping INSTEAD OF triggers and trying again.`,
    );
  }
}

interface HistoryPlace {
  readonly name: string;
  readonly schemaId: number;
}

/** The name that was given, or the one that the server makes of the id of the table. */
function placeOfHistory(
  { historyTable }: SystemVersioning,
  { table, place }: VersioningWork,
): HistoryPlace {
  const { catalog } = place.database;
  if (historyTable === undefined) {
    const name = `MSSQL_TemporalHistoryFor_${table.objectId}`;
    const { schemaId } = table;
    if (catalog.findObject(schemaId, name) === undefined) return { name, schemaId };
    const suffix = place.database.nextObjectId().toString(16).toUpperCase().padStart(8, "0");
    return { name: `${name}_${suffix}`, schemaId };
  }
  if (historyTable.schema === undefined || historyTable.database !== undefined) {
    raise(
      13_539,
      `Setting SYSTEM_VERSIONING to ON failed because history table '${shownName(historyTable)}' is not specified in two-part name format.`,
    );
  }
  const schema = catalog.findSchema(historyTable.schema);
  if (schema === undefined) {
    raise(
      2760,
      `The specified schema name "${historyTable.schema}" either does not exist or you do not have permission to use it.`,
    );
  }
  return { name: historyTable.name, schemaId: schema.schemaId };
}

function retentionOf(retention: SystemVersioning["retention"]): Retention | undefined {
  if (retention === undefined || retention === "infinite") return undefined;
  if (retention.length < 1) {
    raise(
      13_743,
      `${retention.length} is not a valid value for system versioning history retention period.`,
    );
  }
  return retention;
}

/** Aged rows are found by the clustered index of the history. */
function requireCleanable(
  { current, history }: { readonly current: Table; readonly history: Table },
  { database }: TablePlace,
): void {
  const [first] = history.indexes[0]?.keys ?? [];
  const column = history.columns.find(({ columnId }) => columnId === first?.columnId);
  const end = current.columns.find(({ columnId }) => columnId === current.period?.end);
  if (column !== undefined && column.name === end?.name) return;
  raise(
    13_765,
    `Setting finite retention period failed on system-versioned temporal table '${longName({ database, table: current })}' because the history table '${longName({ database, table: history })}' does not contain required clustered index. Consider creating a clustered columnstore or B-tree index starting with the column that matches end of SYSTEM_TIME period, on the history table.`,
  );
}

/** Versioning is on: only the retention may be changed. */
function changeVersioning(
  { historyTable, retention }: SystemVersioning,
  versioning: Versioning,
  { table, place }: VersioningWork,
): void {
  const { database } = place;
  const name = longName({ database, table });
  const history = database.findTable(versioning.historyId);
  const isSame =
    historyTable === undefined ||
    (history !== undefined &&
      database.catalog.sameName(history.name, historyTable.name) &&
      database.catalog.findSchema(historyTable.schema ?? "")?.schemaId === history.schemaId);
  if (!isSame) {
    raise(
      13_757,
      `Temporal table '${name}' already has history table defined. Consider dropping system_versioning first if you want to use different history table.`,
    );
  }
  if (retention === undefined) {
    raise(13_596, `SYSTEM_VERSIONING is already turned ON for table '${name}'.`);
  }
  const next = retentionOf(retention);
  if (next !== undefined && history !== undefined) {
    requireCleanable({ current: table, history }, place);
  }
  putTable({ ...table, versioning: { ...versioning, retention: next } }, place);
}
