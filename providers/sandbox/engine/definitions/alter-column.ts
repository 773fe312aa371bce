import { compileValueAssignment } from "../../expressions/assignment.ts";
import type { AlterTableAction } from "../../parser/ast-tables.ts";
import type { Column } from "../../storage/columns.ts";
import type { Table } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import { baseOf } from "../session/name-base.ts";
import type { Task } from "../suspension.ts";
import type { AlterWork } from "./alter-work.ts";
import { requireMask, withCollation } from "./column-building.ts";
import { setHidden } from "./period-changes.ts";
import { replaceTable } from "./table-changes.ts";
import { resolveType } from "./type-resolution.ts";

type AlterColumn = Extract<AlterTableAction, { kind: "alter_column" }>["column"];

/** ALTER COLUMN: another type, length or collation, or another word about NULL. */
export function* alterColumn(
  { name, change }: AlterColumn,
  { table, place, activation }: AlterWork,
): Task {
  const { catalog } = place.database;
  const slot = table.columns.findIndex((column) => catalog.sameName(column.name, name.value));
  const column = table.columns[slot];
  if (column === undefined) {
    raise(
      4924,
      `ALTER TABLE ALTER COLUMN failed because column '${name.value}' does not exist in table '${table.name}'.`,
    );
  }
  if (change.kind === "property") {
    setProperty(change, { table, place }, column);
    return;
  }
  refuseFixed(column);
  const resolved = resolveType(change.type, baseOf(activation));
  const type = withCollation(resolved.type, change.collation);
  const nullable = change.nullable ?? resolved.nullable ?? place.core.options.ansiNullDefault;
  if (nullable) refuseNullableKey(table, column);
  const convert = compileValueAssignment(column.type, type, {
    kind: "column",
    table: table.name,
    column: column.name,
  });
  const next = { ...column, type, userTypeId: resolved.userTypeId, nullable };
  const columns = table.columns.map((item) => (item === column ? next : item));
  yield* replaceTable({ ...table, columns }, place, (row) => {
    const value = row[slot] ?? null;
    if (value === null && !nullable) {
      raise(
        515,
        `Cannot insert the value NULL into column '${column.name}', table '${place.database.options.name}.dbo.${table.name}'; column does not allow nulls. UPDATE fails.`,
        { state: 2 },
      );
    }
    return value === null || convert === undefined
      ? row
      : row.with(slot, convert(value, place.core.settings));
  });
}

type Property = Extract<AlterColumn["change"], { kind: "property" }>;

function setProperty(
  { property, add, mask }: Property,
  work: Pick<AlterWork, "table" | "place">,
  column: Column,
): void {
  if (property === "masked") setMask(work, column, add ? requireMask(mask ?? "") : undefined);
  else if (property === "hidden") setHidden(work, column, add ? true : undefined);
  else {
    raise(40_515, `ALTER COLUMN … ${property.toUpperCase()} is not supported in this version.`);
  }
}

function setMask(
  { table, place }: Pick<AlterWork, "table" | "place">,
  column: Column,
  mask: string | undefined,
): void {
  if (mask === undefined && column.mask === undefined) {
    raise(16_007, `The column '${column.name}' does not have a data masking function.`);
  }
  const columns = table.columns.map((item) => (item === column ? { ...item, mask } : item));
  const { objects } = place.database.catalog;
  objects.set(table.objectId, { ...table, columns }, place.transaction.journal);
}

function refuseFixed(column: Column): void {
  if (column.computed !== undefined || column.type.name === "timestamp") {
    raise(
      4928,
      `Cannot alter column '${column.name}' because it is '${column.computed ? "COMPUTED" : "timestamp"}'.`,
    );
  }
}

function refuseNullableKey({ indexes }: Table, column: Column): void {
  const primary = indexes.find(({ isPrimaryKey }) => isPrimaryKey);
  if (primary?.keys.some(({ columnId }) => columnId === column.columnId) !== true) return;
  raise(5074, `The object '${primary.name}' is dependent on column '${column.name}'.`);
}
