import type { ObjectName } from "../../parser/ast-expressions.ts";

/** A name as it was written, without brackets. */
export function shownName(name: ObjectName): string {
  const parts = [name.server, name.database, name.schema, name.name];
  const first = parts.findIndex((part) => part !== undefined);
  return parts
    .slice(first)
    .map((part) => part ?? "")
    .join(".");
}
