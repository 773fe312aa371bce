import type { AlterTableAction, ColumnElement } from "../../parser/ast-tables.ts";
import type { Column } from "../../storage/columns.ts";
import type { Table } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import { endOfTime, longName } from "../changes/row-times.ts";
import { slotOfColumn } from "../query/table-scan.ts";
import type { AlterWork } from "./alter-work.ts";
import { putTable } from "./table-changes.ts";

/** ADD PERIOD over rows that are there: each must be valid to the end of time, from a moment that has passed. */
export function checkPeriodRows(table: Table, { place }: Pick<AlterWork, "place">): void {
  const { period } = table;
  const store = place.database.tables.get(table.objectId);
  if (period === undefined || store === undefined) return;
  const startSlot = slotOfColumn(table, period.start);
  const endSlot = slotOfColumn(table, period.end);
  const last = endOfTime(table.columns[endSlot]?.type.scale ?? 7);
  const now = place.core.parts.now();
  const name = longName({ database: place.database, table });
  for (const entries of store.primary.read({ lower: undefined, upper: undefined }, false)) {
    for (const { row } of entries) {
      if (row.deleted) continue;
      if (row.values[endSlot] !== last) {
        raise(
          13_575,
          `ADD PERIOD FOR SYSTEM_TIME failed because table '${name}' contains records where end of period is not equal to MAX datetime.`,
        );
      }
      const start = row.values[startSlot];
      if (typeof start === "bigint" && start > now) {
        raise(
          13_542,
          `ADD PERIOD FOR SYSTEM_TIME on table '${name}' failed because there are open records with start of period set to a value in the future.`,
        );
      }
    }
  }
}

/** Makes plain columns of the columns of the period. */
export function dropPeriod({ table, place }: AlterWork): void {
  const name = longName({ database: place.database, table });
  if (table.period === undefined) {
    raise(
      13_593,
      `SYSTEM_TIME period cannot be dropped from table '${name}', because SYSTEM_TIME period does not exist.`,
    );
  }
  if (table.versioning !== undefined) {
    raise(
      13_592,
      `Cannot drop SYSTEM_TIME period from table '${name}' when SYSTEM_VERSIONING is ON.`,
    );
  }
  const columns = table.columns.map((column) =>
    column.generated === undefined
      ? column
      : { ...column, generated: undefined, hidden: undefined },
  );
  putTable({ ...table, columns, period: undefined }, place);
}

/** ALTER COLUMN … ADD HIDDEN and DROP HIDDEN. */
export function setHidden(
  { table, place }: Pick<AlterWork, "table" | "place">,
  column: Column,
  hidden: true | undefined,
): void {
  if (column.generated === undefined) {
    raise(
      13_735,
      `Cannot alter HIDDEN attribute on column '${column.name}' in table '${longName({ database: place.database, table })}' because this column is not a generated always column.`,
    );
  }
  const columns = table.columns.map((item) => (item === column ? { ...item, hidden } : item));
  putTable({ ...table, columns }, place);
}

const NOT_ON_HISTORY: Readonly<Record<string, readonly [number, string]>> = {
  column_definition: [
    13_550,
    "Add column operation failed on table '%' because it is not a supported operation on system-versioned temporal tables.",
  ],
  check_constraint: [
    13_564,
    "Adding CHECK constraint to a temporal history table '%' is not allowed.",
  ],
  primary_key: [13_558, "Cannot add PRIMARY KEY constraint to a temporal history table '%'."],
  key_constraint: [13_583, "Cannot add UNIQUE KEY constraint to a temporal history table '%'."],
  foreign_key: [
    13_565,
    "Foreign key '%' is not valid. A temporal history table cannot be used in a foreign key definition.",
  ],
  drop: [
    13_551,
    "Drop column operation failed on table '%' because it is not a supported operation on system-versioned temporal tables.",
  ],
  alter_column: [
    13_548,
    "Cannot alter column on table '%' because it is not a supported operation on system-versioned temporal or ledger tables.",
  ],
};

/** What may not be done to a history table, nor to the period and the key of a table that has one. */
export function guardTemporal(action: AlterTableAction, work: AlterWork): void {
  if (work.table.historyOf !== undefined) guardHistory(action, work);
  if (work.table.period !== undefined) guardPeriod(action, work);
  if (work.table.versioning !== undefined) guardVersioned(action, work);
}

function guardHistory(action: AlterTableAction, { table, place }: AlterWork): void {
  const refuse = (kind: string): void => {
    const found = NOT_ON_HISTORY[kind];
    if (found === undefined) return;
    raise(found[0], found[1].replace("%", longName({ database: place.database, table })));
  };
  if (action.kind === "alter_column") refuse("alter_column");
  if (action.kind === "drop" && action.items.some(({ type }) => type === "column")) refuse("drop");
  if (action.kind !== "add") return;
  for (const element of action.elements) {
    refuse(element.kind === "key_constraint" && element.primary ? "primary_key" : element.kind);
  }
}

function guardPeriod(action: AlterTableAction, { table, place }: AlterWork): void {
  const { catalog } = place.database;
  const name = longName({ database: place.database, table });
  const isOfPeriod = (wanted: string): boolean =>
    table.columns.some(
      (column) => column.generated !== undefined && catalog.sameName(column.name, wanted),
    );
  if (action.kind === "drop") {
    const item = action.items.find(
      ({ type, name: { value } }) => type === "column" && isOfPeriod(value),
    );
    if (item === undefined) return;
    raise(
      13_588,
      `Column '${item.name.value}' in table '${name}' cannot be dropped because it is a part of period definition.`,
    );
  }
  if (action.kind !== "alter_column" || action.column.change.kind !== "type") return;
  const column = action.column.name.value;
  if (isOfPeriod(column)) {
    raise(
      13_599,
      `Period column '${column}' in a system-versioned temporal table cannot be altered.`,
    );
  }
}

function guardVersioned(action: AlterTableAction, { table, place }: AlterWork): void {
  const { database } = place;
  if (action.kind === "drop") {
    const keys = database.catalog.childrenOf(table.objectId).filter(({ type }) => type === "PK");
    const dropsKey = action.items.some(({ name }) =>
      keys.some((key) => database.catalog.sameName(key.name, name.value)),
    );
    if (!dropsKey) return;
    raise(
      13_557,
      `Cannot drop PRIMARY KEY constraint from a system-versioned temporal table '${longName({ database, table })}'.`,
    );
  }
  if (action.kind !== "add") return;
  const history = table.versioning && database.findTable(table.versioning.historyId);
  const historyName = history === undefined ? "" : longName({ database, table: history });
  for (const element of action.elements) {
    if (element.kind === "column_definition") guardNewColumn(element, historyName);
  }
}

const FAILED = "System-versioned table schema modification failed because";

/** Columns that need versioning to be off while they are added (sql-docs, changing-the-schema-of-a-system-versioned-temporal-table.md). */
function guardNewColumn(element: ColumnElement, history: string): void {
  const refuse = (number: number, what: string): never =>
    raise(
      number,
      `${FAILED} history table '${history}' has ${what} column specification. Consider dropping all ${what} column specifications and trying again.`,
    );
  if (element.computed !== undefined) {
    raise(
      13_724,
      `${FAILED} adding computed column while system-versioning is ON is not supported.`,
    );
  }
  if (element.identity !== undefined) refuse(13_704, "IDENTITY");
  if (element.rowGuid) refuse(13_723, "ROWGUID");
  if (element.sparse) {
    raise(
      40_515,
      "Adding SPARSE columns to a table with versions is not supported in this version.",
    );
  }
}
