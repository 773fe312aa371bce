import { type CapturedColumn, type CaptureInstance } from "../../storage/change-capture.ts";
import type { Column } from "../../storage/columns.ts";
import { permissionKey } from "../../storage/database.ts";
import { newRole } from "../../storage/principals.ts";
import type { Index, Table } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import { keepNewTable, lockDefinition } from "../definitions/table-changes.ts";
import type { Task } from "../suspension.ts";
import { addMissingJobs } from "./capture-jobs.ts";
import {
  type ProcedureWork,
  requireEnabled,
  requireGiven,
  requireOwner,
} from "./capture-procedure.ts";
import { buildTable, captureTable, changeTableShape } from "./capture-tables.ts";
import { captured } from "./captured-column.ts";
import { buildFunctions } from "./change-functions.ts";
import { freeId } from "./enable-database.ts";
import { instanceFacts } from "./instance-facts.ts";
import { placeFor } from "./place.ts";
import { instancesOf, RowCapture } from "./row-capture.ts";
import { sourceTable } from "./source-table.ts";
import { chooseColumns, chooseIndex } from "./table-choices.ts";

/** sys.sp_cdc_enable_table (learn.microsoft.com: sys.sp_cdc_enable_table). */
export function* enableTable(work: ProcedureWork): Task {
  requireEnabled(work);
  requireOwner(work);
  const schema = requireGiven(work, "source_schema");
  const name = requireGiven(work, "source_name");
  const { database } = work;
  if (schema.toLowerCase() === "cdc") {
    raise(22_974, "Tables contained in the cdc schema cannot be enabled for Change Data Capture.");
  }
  const roleName = gatingRole(work);
  const source = sourceTable(work, { schema, name });
  const shown = `${schema}.${name}`;
  refuseHistory(source, `${database.options.name}.${shown}`);
  if (source.historyOf !== undefined) {
    raise(
      13_571,
      `Enabling Change Data Capture for a temporal history table '${shown}' is not allowed.`,
    );
  }
  if (instancesOf(database.catalog, source.objectId).length >= 2) refuseThird(shown);
  const instance = instanceName(work, `${schema}_${name}`);
  const index = chooseIndex(work, source, shown);
  const columns = chooseColumns(work, source, shown);
  const netChanges = work.number("supports_net_changes") ?? (index === undefined ? 0 : 1);
  checkKeys({ netChanges: netChanges !== 0, index, columns });
  checkFilegroup(work);
  const allowsSwitch = switchChoice(work, source);
  yield* lockDefinition(source, placeFor(work));
  createInstance(work, {
    source,
    name: instance,
    columns: columns.map((column) => captured(column, database)),
    index,
    netChanges: netChanges !== 0,
    roleName,
    allowsSwitch,
  });
  addMissingJobs(work);
}

function refuseHistory({ historyOf }: Table, shown: string): void {
  if (historyOf === undefined) return;
  raise(
    13_571,
    `Enabling Change Data Capture for a temporal history table '${shown}' is not allowed.`,
  );
}

const SWITCH_BOOKS =
  "Refer to books online for more information about partition switching behavior when using Change Data Capture.";

/** @allow_partition_switch, which only partitioned tables may have at 0 [1]. */
function switchChoice(work: ProcedureWork, { indexes }: Table): boolean {
  const isRefused = work.number("allow_partition_switch") === 0;
  const isParted = indexes[0]?.partitioning !== undefined;
  if (!isParted && isRefused) {
    work.message(
      22_857,
      `Warning: The @allow_partition_switch parameter must be 1 for tables that are not partitioned. The explicit setting of the parameter to 0 was ignored. ${SWITCH_BOOKS}`,
    );
  } else if (isRefused) {
    work.message(
      22_856,
      `Warning: The @allow_partition_switch parameter is set to 0. ALTER TABLE ... SWITCH PARTITION statement will be disallowed on this partitioned table. ${SWITCH_BOOKS}`,
    );
  } else if (isParted) {
    work.message(
      22_855,
      `Warning: The @allow_partition_switch parameter is set to 1. Change data capture will not track changes introduced in the table resulting from a partition switch which will cause data inconsistency when changes are consumed. ${SWITCH_BOOKS}`,
    );
  }
  return !isParted || !isRefused;
}

function refuseThird(shown: string): never {
  raise(
    22_962,
    `Two capture instances already exist for source table '${shown}'. A table can have at most two capture instances. If the current tracking options are not appropriate, disable change tracking for the obsolete instance by using sys.sp_cdc_disable_table and retry the operation.`,
  );
}

function instanceName(work: ProcedureWork, otherwise: string): string {
  const { database } = work;
  const name = (work.text("capture_instance") ?? otherwise).trimEnd();
  if (name.length > 100) {
    raise(
      22_927,
      `Capture instance name '${name}' exceeds the length limit of 100 characters. Specify a name that satisfies the length constraint.`,
    );
  }
  if (name === "") {
    raise(
      22_932,
      `Capture instance name '${name}' is invalid. Specify a valid name. See the topic 'Identifiers' in SQL Server Books Online for object name rules.`,
    );
  }
  const isTaken = database.catalog.captureInstances
    .values()
    .some((other) => database.catalog.sameName(other.name, name));
  if (isTaken) {
    raise(
      22_926,
      `Could not create a capture instance because the capture instance name '${name}' already exists in the current database. Specify an explicit unique name for the parameter @capture_instance.`,
    );
  }
  return name;
}

function gatingRole(work: ProcedureWork): string | undefined {
  const name = work.text("role_name")?.trimEnd();
  if (name !== "") return name;
  raise(
    22_907,
    "Parameter @role_name cannot be empty. Specify a value for @role_name and retry the operation. Supply null as the value if no role is to be used to gate access to captured change data.",
  );
}

function checkKeys({
  netChanges,
  index,
  columns,
}: {
  readonly netChanges: boolean;
  readonly index: Index | undefined;
  readonly columns: readonly Column[];
}): void {
  if (netChanges && index === undefined) {
    raise(
      22_939,
      "The parameter @supports_net_changes is set to 1, but the source table does not have a primary key defined and no alternate unique index has been specified.",
    );
  }
  const has = (id: number): boolean => columns.some(({ columnId }) => columnId === id);
  if (index?.keys.every(({ columnId }) => has(columnId)) !== false) return;
  raise(
    22_943,
    "Columns used to uniquely identify a row for net change tracking must be included in the list of captured columns. Add either the primary key columns of the source table, or the columns defined for the index specified in the parameter @index_name to the list of captured columns and retry the operation.",
  );
}

function checkFilegroup(work: ProcedureWork): void {
  const name = work.text("filegroup_name");
  if (name === undefined || name.toUpperCase() === "PRIMARY") return;
  raise(
    22_973,
    `The specified filegroup '${name}' is not a valid filegroup for database '${work.database.options.name}'. Specify a valid existing filegroup or create the named filegroup, and retry the operation.`,
  );
}

interface InstanceRequest {
  readonly source: Table;
  readonly name: string;
  readonly columns: readonly CapturedColumn[];
  readonly index: Index | undefined;
  readonly netChanges: boolean;
  readonly roleName: string | undefined;
  readonly allowsSwitch: boolean;
}

function createInstance(work: ProcedureWork, request: InstanceRequest): void {
  const { database, transaction, now } = work;
  const { source, name, columns, index, netChanges, roleName, allowsSwitch } = request;
  const { catalog } = database;
  const schemaId = catalog.captureState.get("database")?.schemaId ?? 0;
  const shape = changeTableShape(
    name,
    columns.map((column) => ({ ...column, nullable: true })),
  );
  const table = buildTable(shape, { database, schemaId, now });
  keepNewTable(table, [], placeFor(work));
  const functions = buildFunctions({
    database,
    schemaId,
    now,
    instance: name,
    columns,
    netChanges,
  });
  for (const object of functions) {
    catalog.objects.set(object.objectId, object, transaction.journal);
    grantSelect(work, object.objectId, roleName);
  }
  const instance: CaptureInstance = {
    changeTableId: table.objectId,
    sourceId: source.objectId,
    name,
    startLsn: database.captureLog.nextLsn(),
    supportsNetChanges: netChanges,
    roleName,
    indexName: index?.name,
    filegroup: work.text("filegroup_name"),
    createDate: now,
    allowsSwitch,
    columns,
    keys: index?.keys.map(({ columnId }) => columnId) ?? [],
    ...idsOf(functions),
  };
  catalog.captureInstances.set(instance.changeTableId, instance, transaction.journal);
  describe(work, instance);
  watch(work, source.objectId);
  database.captureLog.hold(transaction);
}

function watch({ database, core: { server } }: ProcedureWork, sourceId: number): void {
  const store = database.tables.get(sourceId);
  if (store !== undefined) store.watcher ??= new RowCapture(sourceId, { database, server });
}

function idsOf([all, net]: ReturnType<typeof buildFunctions>): Pick<
  CaptureInstance,
  "allChangesId" | "netChangesId"
> {
  return { allChangesId: all?.objectId ?? 0, netChangesId: net?.objectId ?? 0 };
}

/** The rows of cdc.change_tables, cdc.captured_columns and cdc.index_columns. */
function describe({ database, transaction }: ProcedureWork, instance: CaptureInstance): void {
  const { changeTableId: id, columns, keys } = instance;
  const put = (
    table: string,
    values: Parameters<ReturnType<typeof captureTable>["store"]["insert"]>[0],
  ): void => {
    captureTable(database, table).store.insert(values, transaction);
  };
  put("change_tables", [
    id,
    0,
    instance.sourceId,
    instance.name,
    ...instanceFacts(instance),
    instance.allowsSwitch ? 1 : 0,
  ]);
  for (const [index, column] of columns.entries()) {
    const { name, columnId, typeName, isComputed } = column;
    put("captured_columns", [id, name, columnId, typeName, index + 1, isComputed ? 1 : 0]);
  }
  for (const [index, key] of keys.entries()) {
    const name = columns.find(({ columnId }) => columnId === key)?.name ?? "";
    put("index_columns", [id, name, index + 1, key]);
  }
}

/** The gating role, made where it is missing, or everybody who may read the captured columns of the source. */
function grantSelect(work: ProcedureWork, objectId: number, roleName: string | undefined): void {
  const { database, transaction, now } = work;
  const { catalog } = database;
  const { journal } = transaction;
  let role = roleName === undefined ? catalog.principals.get(0) : catalog.findPrincipal(roleName);
  if (role === undefined && roleName !== undefined) {
    const principalId = freeId(catalog.principals, 5);
    role = newRole({ principalId, name: roleName, now });
    catalog.principals.set(principalId, role, journal);
  }
  const permission = {
    securable: "OBJECT",
    majorId: objectId,
    minorId: 0,
    granteeId: role?.principalId ?? 0,
    grantorId: 1,
    name: "SELECT",
    state: "GRANT",
  } as const;
  catalog.permissions.set(permissionKey(permission), permission, journal);
}
