import { typeSize } from "../../catalog/type-facts.ts";
import type { ResultColumn } from "../../session/session.ts";
import { type CaptureInstance, lsnBytes, lsnOfBytes } from "../../storage/change-capture.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import { isUnicode } from "../../values/type-family.ts";
import { bracket } from "../session/object-names.ts";
import type { Task } from "../suspension.ts";
import {
  type ProcedureWork,
  requireEnabled,
  requireGiven,
  requireOwner,
} from "./capture-procedure.ts";
import { captureTable, liveRows, rowsOfObject } from "./capture-tables.ts";
import { moveLowWaterMark } from "./cleanup-process.ts";
import { refuseUntracked } from "./disable-table.ts";
import { mayReadInstance } from "./instance-access.ts";
import { instanceFacts } from "./instance-facts.ts";
import { findInstance } from "./lsn-functions.ts";
import { latestMapping, mappingOf } from "./lsn-times.ts";
import { instancesOf } from "./row-capture.ts";
import { sourceTable } from "./source-table.ts";

/** What the procedures tell of what is captured (learn.microsoft.com: sys.sp_cdc_help_change_data_capture and its like). */

const TYPES: Readonly<Record<string, SqlType>> = {
  lsn: { name: "binary", length: 10 },
  int: { name: "int" },
  tinyint: { name: "tinyint" },
  smallint: { name: "smallint" },
  bit: { name: "bit" },
  datetime: { name: "datetime" },
};

function columns({ database }: ProcedureWork, notation: string): ResultColumn[] {
  const { collation } = database.options;
  return notation.split(/,\s*/).map((part) => {
    const [name = "", word = ""] = part.split(" ");
    const text: SqlType = { name: "nvarchar", length: word === "text" ? -1 : 128, collation };
    return { name, type: TYPES[word] ?? text, nullable: true };
  });
}

/** `source_schema`, `source_table`, `capture_instance`. */
function namesOf({ database }: ProcedureWork, instance: CaptureInstance): SqlValue[] {
  const source = database.catalog.objects.get(instance.sourceId);
  const schema = database.catalog.schemas.get(source?.schemaId ?? 0);
  return [schema?.name ?? null, source?.name ?? null, instance.name];
}

export function* helpInstances(work: ProcedureWork): Task {
  requireEnabled(work);
  const { database, core } = work;
  const schema = work.text("source_schema") ?? "";
  const name = work.text("source_name") ?? "";
  if ((schema === "") !== (name === "")) {
    raise(
      22_972,
      "When calling stored procedure [sys].sp_cdc_help_change_data capture, if either @source_schema or @source_name is non-null and non-empty, the other parameter must also be non-null and non-empty.",
    );
  }
  const all =
    name === ""
      ? database.catalog.captureInstances.values().toArray()
      : instancesOf(database.catalog, sourceTable(work, { schema, name }).objectId);
  if (all.length === 0 && name !== "") refuseUntracked(schema, name);
  yield* work.result(
    columns(
      work,
      "source_schema name, source_table name, capture_instance name, object_id int, source_object_id int, start_lsn lsn, end_lsn lsn, supports_net_changes bit, has_drop_pending bit, role_name name, index_name name, filegroup_name name, create_date datetime, index_column_list text, captured_column_list text",
    ),
    all
      .filter((instance) => mayReadInstance(instance, database, core))
      .map((instance) => [...namesOf(work, instance), ...detailsOf(instance)]),
  );
}

function detailsOf(instance: CaptureInstance): SqlValue[] {
  const { columns: captured, keys } = instance;
  const list = (names: readonly string[]): string => names.map(bracket).join(", ");
  const key = keys.map((id) => captured.find(({ columnId }) => columnId === id)?.name ?? "");
  return [
    instance.changeTableId,
    instance.sourceId,
    ...instanceFacts(instance),
    key.length === 0 ? null : list(key),
    list(captured.map(({ name }) => name)),
  ];
}

function requireInstance(work: ProcedureWork): CaptureInstance {
  const name = requireGiven(work, "capture_instance");
  const instance = findInstance(work.database, name);
  if (instance !== undefined) return instance;
  raise(
    22_920,
    `The named capture instance ${name} does not exist for database ${work.database.options.name}.`,
  );
}

function requireReadable(work: ProcedureWork): CaptureInstance {
  const instance = requireInstance(work);
  if (mayReadInstance(instance, work.database, work.core)) return instance;
  raise(22_981, "Object does not exist or access is denied.");
}

export function* capturedColumns(work: ProcedureWork): Task {
  requireEnabled(work);
  const instance = requireReadable(work);
  yield* work.result(
    columns(
      work,
      "source_schema name, source_table name, capture_instance name, column_name name, column_id int, column_ordinal int, data_type name, character_maximum_length int, numeric_precision tinyint, numeric_precision_radix smallint, numeric_scale int, datetime_precision smallint",
    ),
    instance.columns.map((column, index) => [
      ...namesOf(work, instance),
      column.name,
      column.columnId,
      index + 1,
      column.typeName,
      ...sizesOf(column.type),
    ]),
  );
}

const NUMBERS = /int$|^decimal$|^numeric$|money$|^float$|^real$/;
const APPROXIMATE = /^float$|^real$/;
const TIMES = /date|time(?!stamp)/;
const TEXTS = /char|text|binary|image/;

/** Length, precision, radix, scale and precision of times, as INFORMATION_SCHEMA.COLUMNS has them. */
function sizesOf(type: SqlType): SqlValue[] {
  const { maxLength, precision, scale } = typeSize(type);
  const [isNumber, isApproximate] = [NUMBERS, APPROXIMATE].map((names) => names.test(type.name));
  const length = maxLength > 0 && isUnicode(type) ? maxLength / 2 : maxLength;
  return [
    TEXTS.test(type.name) ? length : null,
    isNumber === true ? precision : null,
    isNumber === true ? (isApproximate === true ? 2 : 10) : null,
    isNumber === true && isApproximate !== true ? scale : null,
    TIMES.test(type.name) ? scale : null,
  ];
}

export function* definitionHistory(work: ProcedureWork): Task {
  requireEnabled(work);
  const instance = requireReadable(work);
  const { store } = captureTable(work.database, "ddl_history");
  yield* work.result(
    columns(
      work,
      "source_schema name, source_table name, capture_instance name, required_column_update bit, ddl_command text, ddl_lsn lsn, ddl_time datetime",
    ),
    rowsOfObject(store, instance.changeTableId, 1).map(({ values }) => [
      ...namesOf(work, instance),
      ...values.slice(2),
    ]),
  );
}

/**
 * sys.sp_cdc_cleanup_change_table: the mark must be a commit that is still mapped; of commits of the same time the smallest counts. NULL
 * only deletes below the mark that is there, and so does a mark below it.
 */
export function* cleanUpChangeTable(work: ProcedureWork): Task {
  yield* [];
  const { database, core } = work;
  if (database.catalog.captureState.size === 0) {
    raise(
      22_910,
      `The cleanup request for database '${database.options.name}' failed. The database is not enabled for Change Data Capture.`,
    );
  }
  requireOwner(work);
  const instance = requireInstance(work);
  const given = work.bytes("low_water_mark");
  const lsn = given === undefined ? instance.startLsn : markOf(work, given, instance);
  moveLowWaterMark(database, core.parts, {
    instance,
    lsn: lsn > instance.startLsn ? lsn : instance.startLsn,
  });
}

function markOf(work: ProcedureWork, given: Uint8Array, instance: CaptureInstance): bigint {
  const { database } = work;
  const shown = (bytes: Uint8Array): string =>
    `0x${Buffer.from(bytes).toString("hex").toUpperCase()}`;
  const lsn = lsnOfBytes(given);
  const largest = latestMapping(database)?.lsn ?? 0n;
  if (lsn > largest) {
    raise(
      22_957,
      `LSN ${shown(given)}, specified as the new low end point for the change table associated with capture instance '${instance.name}', is not within the Change Data Capture timeline [${shown(lsnBytes(instance.startLsn))}, ${shown(lsnBytes(largest))}].`,
    );
  }
  const mapping = mappingOf(database, lsn);
  if (mapping === undefined) {
    raise(
      22_964,
      `LSN ${shown(given)}, specified as the new low end point for change table cleanup must represent the start_lsn value of a current entry in the cdc.lsn_time_mapping table. Choose an LSN value that satisfies this requirement.`,
    );
  }
  const { store } = captureTable(database, "lsn_time_mapping");
  return liveRows(store).reduce((low, { values: [start, , time] }) => {
    if (time !== mapping.endTime || !(start instanceof Uint8Array)) return low;
    const other = lsnOfBytes(start);
    return other < low ? other : low;
  }, lsn);
}
