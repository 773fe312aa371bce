import { systemTypeId } from "../../catalog/type-facts.ts";
import { compileValueAssignment } from "../../expressions/assignment.ts";
import type { Column, StoredRow } from "../../storage/columns.ts";
import { newHeader } from "../../storage/object-header.ts";
import type { Table } from "../../storage/schema-object.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { makeFrame } from "../query/plan.ts";
import { slotOfColumn } from "../query/table-scan.ts";
import { createRun, endRun } from "../session/statement-run.ts";
import type { Task } from "../suspension.ts";
import type { AlterWork } from "./alter-work.ts";
import { HEAP } from "./index-options.ts";
import { compileDefault } from "./stored-expressions.ts";
import { keepNewTable, lockDefinition, replaceTable, type TablePlace } from "./table-changes.ts";

/** A column of the history: the values alone, without what makes them. */
export function historyColumn(column: Column): Column {
  const isStamp = column.type.name === "timestamp";
  return {
    ...column,
    type: isStamp ? { name: "binary", length: 8 } : column.type,
    userTypeId: isStamp ? systemTypeId("binary") : column.userTypeId,
    identity: undefined,
    computed: undefined,
    defaultObjectId: 0,
    isRowGuid: false,
    generated: undefined,
    hidden: undefined,
  };
}

/**
 * The history table that SYSTEM_VERSIONING = ON makes where there is none: the columns of its table, no constraints, a
 * clustered index with page compression that starts with the end of the period (sql-docs,
 * creating-a-system-versioned-temporal-table.md).
 */
export function createHistory(
  current: Table,
  { name, schemaId }: { readonly name: string; readonly schemaId: number },
  place: TablePlace,
): Table {
  const { period } = current;
  if (period === undefined) throw new Error("The table has no period. This is a bug.");
  const history: Table = {
    type: "U",
    ...newHeader({
      objectId: place.database.nextObjectId(),
      schemaId,
      name,
      now: current.modifyDate,
    }),
    columns: current.columns.map(historyColumn),
    indexes: [
      {
        ...HEAP,
        indexId: 1,
        kind: "clustered",
        name: `ix_${name}`,
        keys: [
          { columnId: period.end, descending: false },
          { columnId: period.start, descending: false },
        ],
        compression: "PAGE",
      },
    ],
    nextColumnId: current.nextColumnId,
    usesAnsiNulls: current.usesAnsiNulls,
    lockEscalation: "TABLE",
    identityCounter: { last: undefined },
  };
  keepNewTable(history, [], place);
  return history;
}

/** What was done to the columns of a versioned table is done to its history too (sql-docs, changing-the-schema-of-a-system-versioned-temporal-table.md). */
export function* mirrorToHistory(before: Table, work: AlterWork): Task {
  const { place } = work;
  const current = place.database.findTable(before.objectId);
  const id = current?.versioning?.historyId;
  const history = id === undefined ? undefined : place.database.findTable(id);
  const isOn = before.versioning !== undefined;
  if (!isOn || current === undefined || history === undefined) return;
  if (current.columns === before.columns) return;
  yield* lockDefinition(history, place);
  let { nextColumnId } = history;
  const columns = current.columns.map((column) => {
    const old = history.columns[slotOfColumn(before, column.columnId)];
    if (old !== undefined) return { ...historyColumn(column), columnId: old.columnId };
    nextColumnId += 1;
    return { ...historyColumn(column), columnId: nextColumnId - 1 };
  });
  const next = { ...history, columns, nextColumnId };
  yield* replaceTable(next, place, historyConverter(before, current, work));
}

function historyConverter(
  before: Table,
  current: Table,
  { place, activation, environment }: AlterWork,
): (row: StoredRow) => StoredRow {
  const run = createRun(activation);
  const frame = makeFrame(run, undefined);
  const makers = current.columns.map((column) => {
    const slot = slotOfColumn(before, column.columnId);
    const old = before.columns[slot];
    if (old === undefined) {
      const definition = place.database.catalog.objects.get(column.defaultObjectId);
      const value =
        definition?.type === "D" && !column.nullable
          ? compileDefault(definition.definition, { type: column.type, environment })
          : undefined;
      return (): SqlValue => value?.evaluate(frame) ?? null;
    }
    const convert = compileValueAssignment(old.type, column.type, {
      kind: "column",
      table: current.name,
      column: column.name,
    });
    return (row: StoredRow): SqlValue => {
      const value = row[slot] ?? null;
      return value === null || convert === undefined ? value : convert(value, place.core.settings);
    };
  });
  endRun(run);
  return (row) => makers.map((make) => make(row));
}
