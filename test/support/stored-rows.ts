import type { StoredPoint, Vault } from "../../core/vault/vault.ts";
import type { SchemaTable } from "../../schemas/sql-server-schema.ts";
import { index, column as plain, table } from "./schema-parts.ts";
import { pointFacts } from "./vault.ts";

/** A point that holds the rows of one table. */
export async function addRows(
  vault: Vault,
  chunks: AsyncIterable<Uint8Array>,
): Promise<StoredPoint> {
  await using writer = await vault.beginPoint();
  await writer.addObject({ path: "rows/dbo.T", kind: "rows" }, chunks, () => ({}));
  return await writer.commit(pointFacts(1_700_000_000_000));
}

/** A table of integers as a schema has it; `key`: of its clustered primary key, without one where empty. */
export function tableSchema(
  name: string,
  columns: readonly string[],
  key: readonly string[],
): SchemaTable {
  return {
    ...table,
    name,
    columns: columns.map((column) => ({
      ...plain,
      name: column,
      isNullable: true,
      isPadded: false,
    })),
    indexes: key.length === 0 ? [] : [{ ...index, keys: keysOf(key) }],
  };
}

function keysOf(key: readonly string[]): SchemaTable["indexes"][number]["keys"] {
  return key.map((column) => ({ column, isDescending: false }));
}
