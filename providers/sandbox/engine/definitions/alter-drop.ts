import type { AlterTableAction } from "../../parser/ast-tables.ts";
import type { Column } from "../../storage/columns.ts";
import type { SchemaObject, Table } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import { refuseKeyChange } from "../capture/definition-capture.ts";
import type { Task } from "../suspension.ts";
import type { AlterWork } from "./alter-work.ts";
import { withoutIndex } from "./drop-index.ts";
import { forgetColumn } from "./forget-column.ts";
import { removeObject } from "./remove-object.ts";
import { replaceTable } from "./table-changes.ts";

/** ALTER TABLE … DROP of columns and constraints. */

type Items = Extract<AlterTableAction, { kind: "drop" }>["items"];

export function* dropItems(items: Items, work: AlterWork): Task {
  let { table } = work;
  for (const item of items) {
    const current = { ...work, table };
    yield* item.type === "column" ? dropColumn(item, current) : dropConstraint(item, current);
    table = work.place.database.findTable(table.objectId) ?? table;
  }
}

function* dropConstraint({ name, ifExists }: Items[number], { table, place }: AlterWork): Task {
  const { database, transaction } = place;
  const { catalog } = database;
  const object = catalog
    .childrenOf(table.objectId)
    .find((item) => catalog.sameName(item.name, name.value));
  if (object === undefined || object.type === "TR") {
    if (ifExists) return;
    raise(3728, `'${name.value}' is not a constraint.`);
  }
  if (object.type === "PK" || object.type === "UQ") {
    refuseKeyChange(table, object, { database, as: "constraint" });
    const key = catalog
      .objectsOfType("F")
      .find(
        (item) => item.referencedId === table.objectId && item.referencedIndexId === object.indexId,
      );
    if (key !== undefined) {
      raise(
        3725,
        `The constraint '${name.value}' is being referenced by table '${catalog.objects.get(key.parentId)?.name ?? ""}', foreign key constraint '${key.name}'.`,
        { state: 0 },
      );
    }
  }
  removeObject(object, { database, transaction });
  if (object.type === "D") {
    const columns = table.columns.map((column) =>
      column.defaultObjectId === object.objectId ? { ...column, defaultObjectId: 0 } : column,
    );
    catalog.objects.set(table.objectId, { ...table, columns }, transaction.journal);
  } else if (object.type === "PK" || object.type === "UQ") {
    yield* replaceTable(
      { ...table, indexes: withoutIndex(table, object.indexId) },
      place,
      undefined,
    );
  }
}

function* dropColumn({ name, ifExists }: Items[number], { table, place }: AlterWork): Task {
  const { catalog } = place.database;
  const slot = table.columns.findIndex((column) => catalog.sameName(column.name, name.value));
  const column = table.columns[slot];
  if (column === undefined) {
    if (ifExists) return;
    raise(
      4924,
      `ALTER TABLE DROP COLUMN failed because column '${name.value}' does not exist in table '${table.name}'.`,
    );
  }
  const user = columnUser(table, column, catalog.childrenOf(table.objectId));
  if (user !== undefined) {
    raise(5074, `The object '${user}' is dependent on column '${column.name}'.`);
  }
  if (table.columns.length === 1) {
    raise(
      4923,
      `ALTER TABLE DROP COLUMN failed because '${column.name}' is the only data column in table '${table.name}'. A table must have at least one data column.`,
    );
  }
  forgetColumn(table.objectId, column.columnId, place);
  const columns = table.columns.filter((item) => item !== column);
  yield* replaceTable({ ...table, columns }, place, (row) =>
    row.filter((_, index) => index !== slot),
  );
}

function columnUser(
  table: Table,
  column: Column,
  children: readonly SchemaObject[],
): string | undefined {
  const index = table.indexes.find(
    (item) =>
      item.partitioning?.columnId === column.columnId ||
      item.keys.some(({ columnId }) => columnId === column.columnId) ||
      item.included.includes(column.columnId),
  );
  if (index !== undefined) return index.name;
  const mentions = (text: string): boolean =>
    text.toUpperCase().includes(`[${column.name.toUpperCase()}]`);
  const computed = table.columns.find(
    (item) => item.computed !== undefined && mentions(item.computed.definition),
  );
  if (computed !== undefined) return computed.name;
  return children.find((object) => {
    if (object.type === "D") return object.columnId === column.columnId;
    if (object.type === "C") return mentions(object.definition);
    return object.type === "F" && object.columns.some((pair) => pair.column === column.columnId);
  })?.name;
}
