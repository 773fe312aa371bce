import { largestCapturedValue } from "../../catalog/configurations.ts";
import type { CapturedColumn, CaptureInstance } from "../../storage/change-capture.ts";
import type { StoredRow } from "../../storage/columns.ts";
import type { Table } from "../../storage/schema-object.ts";
import type { ServerState } from "../../storage/server.ts";
import { raise } from "../../values/sql-exception.ts";
import type { DateTimeOffset, SqlType, SqlValue, Variant } from "../../values/sql-type.ts";
import { isUnicode } from "../../values/type-family.ts";

/** What of a row of the source comes into a change table (learn.microsoft.com: cdc.<capture_instance>_CT). */

/** Which slot of the source's rows each captured column has; -1 for one that the source has no more. */
function slotsOf(instance: CaptureInstance, table: Table): readonly number[] {
  const known = SLOTS.get(instance);
  if (known?.table === table) return known.slots;
  const slots = instance.columns.map(({ columnId }) =>
    table.columns.findIndex((column) => column.columnId === columnId),
  );
  SLOTS.set(instance, { table, slots });
  return slots;
}

const SLOTS = new WeakMap<CaptureInstance, { table: Table; slots: readonly number[] }>();

interface CapturedRow {
  readonly operation: 1 | 2 | 3 | 4;
  readonly values: StoredRow;
  /** Indexes of the captured columns that changed. */
  readonly changed: readonly number[];
}

/** The values of the captured columns, with NULL where the change table has none to show. */
export function capturedValues(
  instance: CaptureInstance,
  table: Table,
  row: CapturedRow,
): readonly SqlValue[] {
  const slots = slotsOf(instance, table);
  return instance.columns.map((column, index) => {
    const value = row.values[slots[index] ?? -1] ?? null;
    return isHidden(column, row.operation, row.changed.includes(index)) ? null : value;
  });
}

/** Indexes of the captured columns whose bytes differ. */
export function changedOrdinals(
  instance: CaptureInstance,
  table: Table,
  { before, after }: { readonly before: StoredRow; readonly after: StoredRow },
): readonly number[] {
  return slotsOf(instance, table).flatMap((slot, index) => {
    if (slot === -1 || instance.columns[index]?.isComputed !== false) return [];
    return isSame(before[slot] ?? null, after[slot] ?? null) ? [] : [index];
  });
}

/** A bit for each captured column, counted from the last byte: ordinal n is bit (n - 1) % 8 of byte (n - 1) / 8 from the end. */
export function maskOf(changed: readonly number[], count: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(count / 8));
  for (const index of changed) {
    const place = bytes.length - 1 - Math.floor(index / 8);
    bytes[place] = (bytes[place] ?? 0) | (1 << (index % 8));
  }
  return bytes;
}

/**
 * Computed columns are always NULL. text, ntext and image are NULL in deletes and old values; the max types are NULL in old values
 * unless they changed. New values of large columns that did not change are not in the log, so those are NULL too.
 */
function isHidden(
  { type, isComputed }: CapturedColumn,
  operation: number,
  hasChanged: boolean,
): boolean {
  if (isComputed) return true;
  if (isOldLarge(type) && (operation === 1 || operation === 3)) return true;
  return (isOldLarge(type) || isLarge(type)) && operation >= 3 && !hasChanged;
}

function isOldLarge({ name }: SqlType): boolean {
  return name === "text" || name === "ntext" || name === "image";
}

function isLarge({ name, length }: SqlType): boolean {
  return length === -1 || name === "xml";
}

/**
 * Throws 7139 where a statement writes a large value that is longer than `max text repl size` into a captured column: the statement
 * fails, not its capture (learn.microsoft.com: configure the max text repl size server configuration option).
 */
export function refuseLargeValues(
  instances: readonly CaptureInstance[],
  table: Table,
  {
    before,
    after,
    server,
  }: {
    readonly before: StoredRow | undefined;
    readonly after: StoredRow | undefined;
    readonly server: ServerState;
  },
): void {
  const limit = largestCapturedValue(server);
  if (limit === undefined || after === undefined) return;
  for (const instance of instances) {
    for (const { slot, type } of largeSlots(instance, table)) {
      const value = after[slot] ?? null;
      const length = byteLength(value, type);
      if (length <= limit || isSame(before?.[slot] ?? null, value)) continue;
      raise(
        7139,
        `Length of LOB data (${length}) to be replicated exceeds configured maximum ${limit}. Use the stored procedure sp_configure to increase the configured maximum value for max text repl size option, which defaults to 65536. A configured value of -1 indicates no limit, other than the limit imposed by the data type.`,
      );
    }
  }
}

function largeSlots(
  instance: CaptureInstance,
  table: Table,
): readonly { readonly slot: number; readonly type: SqlType }[] {
  const slots = slotsOf(instance, table);
  return instance.columns
    .map(({ type }, index) => ({ type, slot: slots[index] ?? -1 }))
    .filter(({ type, slot }) => slot !== -1 && (isLarge(type) || isOldLarge(type)));
}

function byteLength(value: SqlValue, type: SqlType): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== "string") return 0;
  return isUnicode(type) || type.name === "xml" ? value.length * 2 : value.length;
}

/** Equal to the byte: a change of case or of trailing blanks is a change. */
function isSame(left: SqlValue, right: SqlValue): boolean {
  if (left instanceof Uint8Array || right instanceof Uint8Array) return isSameBytes(left, right);
  if (typeof left !== "object" || typeof right !== "object") return Object.is(left, right);
  if (left === null || right === null) return left === right;
  if ("utcTicks" in left || "utcTicks" in right) return isSameMoment(left, right);
  const isSameType = JSON.stringify(left.type) === JSON.stringify(right.type);
  return isSameType && isSame(left.value, right.value);
}

function isSameBytes(left: SqlValue, right: SqlValue): boolean {
  const areBytes = left instanceof Uint8Array && right instanceof Uint8Array;
  return areBytes && Buffer.compare(left, right) === 0;
}

function isSameMoment(left: DateTimeOffset | Variant, right: DateTimeOffset | Variant): boolean {
  if (!("utcTicks" in left && "utcTicks" in right)) return false;
  return left.utcTicks === right.utcTicks && left.offsetMinutes === right.offsetMinutes;
}
