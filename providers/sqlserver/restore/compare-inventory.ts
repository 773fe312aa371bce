import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { compareOrdinal } from "../names.ts";
import { listInventory } from "../schema/inventory.ts";

/** What one schema has and the other has not: `missing: view dbo.V`. */
export function listDifferences(wanted: SqlServerSchema, made: SqlServerSchema): readonly string[] {
  const names = (schema: SqlServerSchema): ReadonlySet<string> =>
    new Set(listInventory(schema).map(({ kind, name }) => `${kind.replaceAll("_", " ")} ${name}`));
  const have = names(made);
  const want = names(wanted);
  return [
    ...[...want.difference(have)].map((name) => `missing: ${name}`),
    ...[...have.difference(want)].map((name) => `unexpected: ${name}`),
  ].toSorted(compareOrdinal);
}
