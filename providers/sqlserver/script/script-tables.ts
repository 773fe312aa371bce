import type { SchemaTable, SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { quoteName, quotePath, quoteText } from "../names.ts";
import { scriptColumn, scriptTypeColumn } from "./script-columns.ts";
import { holdsRows, scriptIndex, scriptKey, scriptTypeIndex } from "./script-indexes.ts";
import { type Step, step } from "./step.ts";

type TableType = SqlServerSchema["tableTypes"][number];

/** What the loading of indexes on computed columns, filtered indexes and indexed views asks of the session (error 1934). */
export const SESSION_SETTINGS =
  "SET ANSI_NULLS ON; SET ANSI_PADDING ON; SET ANSI_WARNINGS ON; SET ARITHABORT ON; SET CONCAT_NULL_YIELDS_NULL ON; SET NUMERIC_ROUNDABORT OFF; SET QUOTED_IDENTIFIER ON;";

export function pathOf({
  schema,
  name,
}: {
  readonly schema: string;
  readonly name: string;
}): string {
  return quotePath(schema, name);
}

export function labelOf({
  schema,
  name,
}: {
  readonly schema: string;
  readonly name: string;
}): string {
  return `${schema}.${name}`;
}

function onOff(isOn: boolean): string {
  return isOn ? "ON" : "OFF";
}

/** ANSI_PADDING holds for the columns that a CREATE TABLE makes, so one unpadded column makes the table unpadded. */
function settings(table: SchemaTable): string {
  const isPadded = table.columns.every((column) => column.isPadded);
  return `SET ANSI_NULLS ${onOff(table.usesAnsiNulls)}; SET ANSI_PADDING ${onOff(isPadded)};`;
}

function tableOptions(table: SchemaTable): string[] {
  const path = pathOf(table);
  const text = quoteText(path);
  const lock = table.lockEscalation;
  return [
    lock === "TABLE" ? "" : `ALTER TABLE ${path} SET (LOCK_ESCALATION = ${lock})`,
    table.textInRow > 0
      ? `EXEC sys.sp_tableoption ${text}, 'text in row', '${table.textInRow}'`
      : "",
    table.largeValuesOutOfRow
      ? `EXEC sys.sp_tableoption ${text}, 'large value types out of row', 'ON'`
      : "",
  ].filter((sql) => sql !== "");
}

/** The table with the structure that its rows lie in. */
export function scriptTable(table: SchemaTable): Step {
  const path = pathOf(table);
  const structure = table.indexes.filter(holdsRows);
  const keys = structure.filter(({ role }) => role !== "index").map(scriptKey);
  const body = [...table.columns.map(scriptColumn), ...keys].map((line) => `  ${line}`);
  const isHeap = structure.length === 0 && table.heapCompression !== "NONE";
  const compression = isHeap ? ` WITH (DATA_COMPRESSION = ${table.heapCompression})` : "";
  return step(
    `table ${labelOf(table)}`,
    settings(table),
    `CREATE TABLE ${path} (\n${body.join(",\n")}\n)${compression}`,
    SESSION_SETTINGS,
    ...structure.filter(({ role }) => role === "index").map((index) => scriptIndex(index, path)),
    ...tableOptions(table),
  );
}

/** Keys and indexes that are built when the rows are there. */
export function scriptLateIndexes(table: SchemaTable): Step[] {
  const path = pathOf(table);
  return table.indexes
    .filter((index) => !holdsRows(index))
    .map((index) => {
      const create =
        index.role === "index"
          ? scriptIndex(index, path)
          : `ALTER TABLE ${path} ADD ${scriptKey(index)}`;
      const disable = `ALTER INDEX ${quoteName(index.name)} ON ${path} DISABLE`;
      return step(
        `index ${labelOf(table)}.${index.name}`,
        create,
        ...(index.isDisabled ? [disable] : []),
      );
    });
}

interface Trusted {
  readonly name: string;
  readonly isTrusted: boolean;
  readonly isDisabled: boolean;
}

/** Rows break the constraint, as they may where they are not those of one moment. */
export const BROKEN_BY_ROWS = [547] as const;

/**
 * Adds a constraint and leaves it as trusted and enabled as it was. Where rows of the source are not those of one moment they
 * may break it: then it is added for what comes, and is not trusted.
 */
function addConstraint(table: SchemaTable, constraint: Trusted, body: string): Step {
  const path = pathOf(table);
  const name = quoteName(constraint.name);
  const check = constraint.isTrusted ? "WITH CHECK" : "WITH NOCHECK";
  const disable = `ALTER TABLE ${path} NOCHECK CONSTRAINT ${name}`;
  const after = constraint.isDisabled ? [disable] : [];
  const add = (how: string): string => `ALTER TABLE ${path} ${how} ADD CONSTRAINT ${name} ${body}`;
  return {
    what: `constraint ${labelOf(table)}.${constraint.name}`,
    batches: [add(check), ...after],
    instead: { errors: BROKEN_BY_ROWS, batches: [add("WITH NOCHECK"), ...after] },
  };
}

export function scriptChecks(table: SchemaTable): Step[] {
  return table.checks.map((check) => {
    const replication = check.notForReplication ? "NOT FOR REPLICATION " : "";
    return addConstraint(table, check, `CHECK ${replication}${check.definition}`);
  });
}

export function scriptForeignKeys(table: SchemaTable): Step[] {
  return table.foreignKeys.map((key) => {
    const columns = key.columns.map(quoteName).join(", ");
    const referenced = key.references.columns.map(quoteName).join(", ");
    const clauses = [
      key.onDelete === "NO ACTION" ? "" : ` ON DELETE ${key.onDelete}`,
      key.onUpdate === "NO ACTION" ? "" : ` ON UPDATE ${key.onUpdate}`,
      key.notForReplication ? " NOT FOR REPLICATION" : "",
    ].join("");
    const body = `FOREIGN KEY (${columns}) REFERENCES ${pathOf(key.references)} (${referenced})${clauses}`;
    return addConstraint(table, key, body);
  });
}

/** The value does not fit the column: it was the last one that did. */
const VALUE_TOO_LARGE = [2560, 8115, 8114, 244, 248] as const;

/**
 * The next identity value goes on where the source stood; a table whose identity was never used stays as created. In a
 * table that never had a row, RESEED names the next value itself, elsewhere the one before it (DBCC CHECKIDENT). `mayLag`:
 * the position was read before the last rows.
 */
export function scriptIdentity(
  table: SchemaTable,
  { hasRows, mayLag }: { readonly hasRows: boolean; readonly mayLag: boolean },
): Step[] {
  const increment = table.columns.find(({ identity }) => identity !== null)?.identity?.increment;
  if (table.identityValue === null || increment === undefined) return [];
  const path = quoteText(pathOf(table));
  const reseed = (value: bigint): string =>
    `DBCC CHECKIDENT (${path}, RESEED, ${value}) WITH NO_INFOMSGS`;
  const last = BigInt(table.identityValue);
  const what = `identity of ${labelOf(table)}`;
  // Without a value it moves the position up to the highest value in the table (DBCC CHECKIDENT).
  const catchUp =
    mayLag && BigInt(increment) > 0n ? [`DBCC CHECKIDENT (${path}) WITH NO_INFOMSGS`] : [];
  if (hasRows) return [step(what, reseed(last), ...catchUp)];
  const next = last + BigInt(increment);
  const instead = { errors: VALUE_TOO_LARGE, batches: [reseed(last)] };
  return [{ what, batches: [reseed(next)], instead }];
}

export function scriptTableType(type: TableType): Step {
  const body = [
    ...type.columns.map(scriptTypeColumn),
    ...type.indexes.map(scriptTypeIndex),
    ...type.checks.map(({ definition }) => `CHECK ${definition}`),
  ];
  return step(
    `table type ${labelOf(type)}`,
    `CREATE TYPE ${pathOf(type)} AS TABLE (\n${body.map((line) => `  ${line}`).join(",\n")}\n)`,
  );
}
