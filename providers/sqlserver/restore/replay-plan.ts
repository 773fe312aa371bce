import { CHANGE_HEAD } from "../../../core/resource/change-head.ts";
import { replayKeyOf } from "../../../core/resource/replay-key.ts";
import type { SchemaColumn, SchemaTable } from "../../../schemas/sql-server-schema.ts";
import type { WireColumn } from "../lane/column-metadata.ts";
import { CELL } from "../lane/wire-type.ts";
import { quoteName, quotePath } from "../names.ts";

/** A column whose value a change leaves out where it did not touch it. */
export interface LateColumn {
  readonly name: string;
  /** Its bit in the update mask: how many bytes before the last one, and of which value. */
  readonly byte: number;
  readonly bit: number;
}

/** How the changes of one table are put upon its rows. */
export interface ReplayPlan {
  /** Quoted. */
  readonly table: string;
  /** Quoted; where the changes lie meanwhile. */
  readonly stage: string;
  /** Columns of the stage, as CREATE TABLE takes them. */
  readonly stageColumns: readonly string[];
  /** By name, of the stage's columns that have one. */
  readonly collations: Readonly<Record<string, string>>;
  /** What tells a row from the others; names, not quoted. */
  readonly key: readonly string[];
  /** Columns that hold rows. */
  readonly stored: readonly string[];
  readonly late: readonly LateColumn[];
  readonly hasIdentity: boolean;
}

/** Why changes cannot be put upon a table, as the end of a line of RESTORE_MISMATCH. */
export type ReplayObstacle = { readonly obstacle: string };

function declare(column: WireColumn, known: SchemaColumn | undefined): string {
  const name = quoteName(column.name);
  if (known?.hasRows !== true) return `${name} ${column.type.declaration} NULL`;
  const { type, collation } = known;
  const collate = collation === null || type.startsWith("[") ? "" : ` COLLATE ${collation}`;
  return `${name} ${type}${collate} NULL`;
}

/** A value that may lie outside its row: where a change did not touch it, change data capture gives NULL. */
function isLate({ type: { form } }: WireColumn): boolean {
  return form === CELL.chunked || form === CELL.pointer;
}

/**
 * The bit of the column with that ordinal, from 1, counted from the last byte of the mask: as sys.fn_cdc_is_bit_set does,
 * `SUBSTRING(@mask, DATALENGTH(@mask) - ((@position - 1) / 8), 1) & POWER(2, (@position - 1) % 8)`.
 */
function lateColumn(name: string, ordinal: number): LateColumn {
  return { name, byte: (ordinal - 1) >> 3, bit: 1 << ((ordinal - 1) & 7) };
}

function obstacleTo(table: SchemaTable, columns: readonly WireColumn[]): string | undefined {
  const names = columns.map(({ name }) => name);
  if (CHANGE_HEAD.some((name, at) => names[at] !== name)) {
    return `the columns before the captured ones are ${names.slice(0, CHANGE_HEAD.length).join(", ")}`;
  }
  const captured = new Set(names.slice(CHANGE_HEAD.length));
  const missing = table.columns.find(({ hasRows, name }) => hasRows && !captured.has(name));
  return missing === undefined ? undefined : `the changes lack the column ${missing.name}`;
}

/** `columns`: of the changes. `stageName`: a name that no table of its schema has. */
export function planReplay(
  table: SchemaTable,
  columns: readonly WireColumn[],
  stageName: string,
): ReplayPlan | ReplayObstacle {
  const obstacle = obstacleTo(table, columns);
  if (obstacle !== undefined) return { obstacle };
  const key = replayKeyOf(table);
  if (key === undefined) return { obstacle: "it has no key that would tell which row was changed" };
  const known = new Map(table.columns.map((column) => [column.name, column]));
  const stored = table.columns.filter(({ hasRows }) => hasRows).map(({ name }) => name);
  return {
    table: quotePath(table.schema, table.name),
    stage: quotePath(table.schema, stageName),
    stageColumns: columns.map((column) => declare(column, known.get(column.name))),
    collations: Object.fromEntries(
      table.columns.flatMap(({ name, collation }) =>
        collation === null ? [] : [[name, collation]],
      ),
    ),
    key,
    stored,
    late: columns
      .slice(CHANGE_HEAD.length)
      .flatMap((column, at) => (isLate(column) ? [lateColumn(column.name, at + 1)] : []))
      .filter(({ name }) => stored.includes(name)),
    hasIdentity: table.columns.some(({ identity }) => identity !== null),
  };
}
