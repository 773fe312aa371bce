import type { SystemContext } from "../engine/system-registry.ts";
import type { FactDeclaration } from "../expressions/function-registry.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";

/** A function whose value comes from the catalog: what it takes and gives, and how. Arguments left out are NULL. */
export interface MetadataFunction extends FactDeclaration {
  readonly value: (context: SystemContext, parameters: readonly SqlValue[]) => SqlValue;
}

export const INT: SqlType = { name: "int" };
export const SMALLINT: SqlType = { name: "smallint" };
export const SYSNAME: SqlType = { name: "nvarchar", length: 128 };
export const LONG_NAME: SqlType = { name: "nvarchar", length: 1035 };
export const TEXT: SqlType = { name: "nvarchar", length: -1 };
export const VARIANT: SqlType = { name: "sql_variant" };
export const SID: SqlType = { name: "varbinary", length: 85 };

export function variantOfInt(value: number): SqlValue {
  return { type: INT, value };
}

export function variantOfText(value: string): SqlValue {
  return { type: SYSNAME, value };
}

/** An argument that is text; NULL and anything else are undefined. */
export function textOf(value: SqlValue | undefined): string | undefined {
  return typeof value === "string" ? value.trimEnd() : undefined;
}

export function numberOf(value: SqlValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** 1, 0, or NULL for what has no such property. */
export function truth(value: boolean | undefined): number | null {
  return value === undefined ? null : value ? 1 : 0;
}
