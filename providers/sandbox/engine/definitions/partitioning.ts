import type { StorageClauses } from "../../parser/ast-tables.ts";
import type { Column } from "../../storage/columns.ts";
import { functionOf, type PartitionFunction, type Partitioning } from "../../storage/partitions.ts";
import type { Index } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import { formatType } from "../../values/type-names.ts";

/** Throws 1921: there is one filegroup. */
export function requireFileGroup(name: string): void {
  if (["PRIMARY", "DEFAULT"].includes(name.toUpperCase())) return;
  raise(1921, `Invalid filegroup '${name}' specified.`);
}

interface Placing {
  readonly database: StoredDatabase;
  readonly columns: readonly Column[];
  readonly table: string;
}

/** What ON says of a table or an index: a partition scheme with its column, or the filegroup, which is undefined. */
export function partitioningOn(
  on: NonNullable<StorageClauses["on"]>,
  { database, columns, table }: Placing,
): Partitioning | undefined {
  const { catalog } = database;
  const scheme = catalog.partitionSchemes
    .values()
    .find(({ name }) => catalog.sameName(name, on.name));
  if (scheme === undefined) {
    requireFileGroup(on.name);
    return undefined;
  }
  const found = functionOf(catalog, scheme.dataSpaceId);
  if (found === undefined) throw new Error("A partition scheme has no function. This is a bug.");
  if (on.column === undefined) {
    raise(
      2726,
      `Partition function '${found.name}' uses 1 columns which does not match with the number of partition columns used to partition the table or index.`,
    );
  }
  const wanted = on.column;
  const column = columns.find(({ name }) => catalog.sameName(name, wanted));
  if (column === undefined) {
    raise(1911, `Column name '${wanted}' does not exist in the target table or view.`);
  }
  requireType(column, found, table);
  return { schemeId: scheme.dataSpaceId, columnId: column.columnId };
}

function requireType({ name, type, computed }: Column, of: PartitionFunction, table: string): void {
  const [own, wanted] = [formatType(type), formatType(of.type)];
  if (own !== wanted) {
    raise(
      7726,
      `Partition column '${name}' has data type ${own} which is different from the partition function '${of.name}' parameter data type ${wanted}.`,
    );
  }
  if (computed === undefined || computed.persisted) return;
  raise(
    40_515,
    `Partitions by the computed column '${name}' of table '${table}' are not supported in this version.`,
  );
}

/** Throws 1908: a unique index whose key lacks the partition column could not be kept unique partition by partition. */
export function requireInKey(
  { unique, keys, name }: Pick<Index, "unique" | "keys" | "name">,
  partitioning: Partitioning | undefined,
  columns: readonly Column[],
): void {
  if (partitioning === undefined || !unique) return;
  const { columnId } = partitioning;
  if (keys.some((key) => key.columnId === columnId)) return;
  const column = columns.find((item) => item.columnId === columnId)?.name ?? "";
  raise(
    1908,
    `Column '${column}' is partitioning column of the index '${name}'. Partition columns for a unique index must be a subset of the index key.`,
  );
}
