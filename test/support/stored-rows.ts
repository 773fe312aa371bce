import type { StoredPoint, Vault } from "../../core/vault/vault.ts";
import type { SchemaTable } from "../../schemas/sql-server-schema.ts";
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
    schema: "dbo",
    name,
    owner: null,
    usesAnsiNulls: true,
    lockEscalation: "TABLE",
    textInRow: 0,
    largeValuesOutOfRow: false,
    heapCompression: "NONE",
    columns: columns.map((column) => ({
      name: column,
      type: "int",
      collation: null,
      isNullable: true,
      identity: null,
      computed: null,
      default: null,
      mask: null,
      isRowGuid: false,
      isSparse: false,
      isColumnSet: false,
      isPadded: false,
      hasRows: true,
    })),
    indexes: key.length === 0 ? [] : [clusteredKey(key)],
    checks: [],
    foreignKeys: [],
    identityValue: null,
  };
}

function clusteredKey(key: readonly string[]): SchemaTable["indexes"][number] {
  return {
    name: "PK",
    kind: "clustered",
    role: "primary_key",
    isUnique: true,
    keys: key.map((column) => ({ column, isDescending: false })),
    included: [],
    filter: null,
    fillFactor: 0,
    isPadded: false,
    ignoresDuplicates: false,
    allowsRowLocks: true,
    allowsPageLocks: true,
    optimizesSequentialKey: false,
    compressionDelay: 0,
    compression: "NONE",
    isDisabled: false,
  };
}
