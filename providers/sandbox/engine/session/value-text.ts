import type { SqlValue } from "../../values/sql-type.ts";

/** A value that is a text or a number, as text; empty for NULL and everything else. */
export function plainText(value: SqlValue | undefined): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "bigint" ? value.toString() : "";
}
