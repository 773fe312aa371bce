import type { ColumnElement, PeriodElement, TableElement } from "../../parser/ast-tables.ts";
import type { Column } from "../../storage/columns.ts";
import type { Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import { longName } from "../changes/row-times.ts";

export interface PeriodWork {
  readonly database: StoredDatabase;
  /** The table as it is, or as its name will be. */
  readonly table: Pick<Table, "name" | "schemaId" | "period" | "historyOf">;
  /** The table exists: PERIOD may name columns that it has. */
  readonly isAltered: boolean;
}

/** The period that elements define, with the columns made into its columns; undefined where they define none. */
export function buildPeriod(
  elements: readonly TableElement[],
  columns: readonly Column[],
  work: PeriodWork,
): { readonly columns: Column[]; readonly period: NonNullable<Table["period"]> } | undefined {
  const periods = elements.filter((item) => item.kind === "period");
  const generated = elements
    .filter((item) => item.kind === "column_definition")
    .filter(({ generatedAlways }) => generatedAlways !== undefined);
  const [period, another] = periods;
  if (another !== undefined) {
    raise(
      13_508,
      "System-versioned table cannot have more than one SYSTEM_TIME period definition.",
    );
  }
  refuseTwo(generated);
  if (period === undefined) {
    if (generated.length === 0) return undefined;
    raise(13_509, "Cannot create generated always column when SYSTEM_TIME period is not defined.");
  }
  refuseSecond(work);
  if (!work.isAltered || generated.length > 0) requireNames(period, generated, work.database);
  return definePeriod(period, columns, work);
}

function refuseTwo(generated: readonly ColumnElement[]): void {
  const count = (kind: string): number =>
    generated.filter(({ generatedAlways }) => generatedAlways === kind).length;
  if (count("row start") > 1) {
    raise(
      13_502,
      "System-versioned table cannot have more than one 'GENERATED ALWAYS AS ROW START' column.",
    );
  }
  if (count("row end") > 1) {
    raise(
      13_503,
      "System-versioned table cannot have more than one 'GENERATED ALWAYS AS ROW END' column.",
    );
  }
}

function refuseSecond({ database, table }: PeriodWork): void {
  if (table.historyOf !== undefined) {
    raise(
      13_598,
      `Temporal SYSTEM_TIME period cannot be defined on history table '${nameOf({ database, table })}'.`,
    );
  }
  if (table.period !== undefined) {
    raise(
      13_597,
      `Temporal SYSTEM_TIME period is already defined on table '${nameOf({ database, table })}'.`,
    );
  }
}

function nameOf({ database, table }: Pick<PeriodWork, "database" | "table">): string {
  return longName({ database, table: table as Table });
}

function requireNames(
  period: PeriodElement,
  generated: readonly ColumnElement[],
  { catalog }: StoredDatabase,
): void {
  const start = generated.find(({ generatedAlways }) => generatedAlways === "row start");
  const end = generated.find(({ generatedAlways }) => generatedAlways === "row end");
  if (start === undefined) {
    raise(13_504, "Temporal 'GENERATED ALWAYS AS ROW START' column definition missing.");
  }
  if (end === undefined) {
    raise(13_505, "Temporal 'GENERATED ALWAYS AS ROW END' column definition missing.");
  }
  if (!catalog.sameName(start.name.value, period.startColumn.value)) {
    raise(
      13_506,
      "System-versioned table SYSTEM_TIME period definition start column name not matching 'GENERATED ALWAYS AS ROW START' column name.",
    );
  }
  if (!catalog.sameName(end.name.value, period.endColumn.value)) {
    raise(
      13_507,
      "System-versioned table SYSTEM_TIME period definition end column name not matching 'GENERATED ALWAYS AS ROW END' column name.",
    );
  }
}

function definePeriod(
  period: PeriodElement,
  columns: readonly Column[],
  { database }: PeriodWork,
): { readonly columns: Column[]; readonly period: NonNullable<Table["period"]> } {
  const find = (name: string): Column =>
    columns.find((column) => database.catalog.sameName(column.name, name)) ??
    raise(13_750, `Temporal period column '${name}' does not exist.`);
  const start = find(period.startColumn.value);
  const end = find(period.endColumn.value);
  for (const column of [start, end]) requirePeriodColumn(column);
  if (start.type.scale !== end.type.scale) {
    raise(13_513, "SYSTEM_TIME period columns cannot have different datatype precision.");
  }
  return {
    columns: columns.map((column) => {
      if (column === start) return { ...column, generated: "row_start" };
      return column === end ? { ...column, generated: "row_end" } : column;
    }),
    period: { start: start.columnId, end: end.columnId },
  };
}

function requirePeriodColumn({ name, type, nullable }: Column): void {
  if (type.name !== "datetime2") {
    raise(13_501, `Temporal generated always column '${name}' has invalid data type.`);
  }
  if (nullable) {
    raise(
      13_587,
      `Period column '${name}' in a system-versioned temporal table cannot be nullable.`,
    );
  }
}

/** Table variables and table types have no period. */
export function refusePeriod(elements: readonly TableElement[]): void {
  if (elements.some(({ kind }) => kind === "period")) {
    raise(13_572, "Creating table variables containing PERIOD is not allowed.");
  }
}
