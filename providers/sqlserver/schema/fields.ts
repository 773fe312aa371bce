import type { Row } from "../connection/tds-connection.ts";

/** Text of a column that every version has. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw new TypeError(`The catalog gave no text for ${column}. This is a bug.`);
}

/** Null where the value is NULL or this version has no such column. */
export function textOrNull(row: Row, column: string): string | null {
  const value = row[column];
  return typeof value === "string" ? value : null;
}

/** A whole number of a column that every version has; bigint columns too, as far as 2^53. */
export function number(row: Row, column: string): number {
  const value = Number(row[column] ?? Number.NaN);
  if (Number.isSafeInteger(value)) return value;
  throw new TypeError(`The catalog gave no number for ${column}. This is a bug.`);
}

/** 0 where the value is NULL or this version has no such column. */
export function numberOrZero(row: Row, column: string): number {
  return row[column] === null || row[column] === undefined ? 0 : number(row, column);
}

/** False where the value is NULL or this version has no such column. */
export function flag(row: Row, column: string): boolean {
  const value = row[column];
  return value === true || value === 1;
}

export function hex(row: Row, column: string): string | null {
  const value = row[column];
  return value instanceof Uint8Array
    ? `0x${Buffer.from(value).toString("hex").toUpperCase()}`
    : null;
}
