import { compileSortComparison } from "../values/key-order.ts";
import type { SqlType, SqlValue, Variant } from "../values/sql-type.ts";

/** A range partition function: rows are parted by one value. */
export interface PartitionFunction {
  readonly functionId: number;
  readonly name: string;
  readonly type: SqlType;
  /** RANGE RIGHT: a boundary belongs to the partition on its right. */
  readonly onRight: boolean;
  /** In order, each once. */
  readonly boundaries: readonly Variant["value"][];
  /** A datetime. */
  readonly createDate: number;
}

export interface PartitionScheme {
  readonly dataSpaceId: number;
  readonly name: string;
  readonly functionId: number;
}

/** How an index or heap is parted. */
export interface Partitioning {
  /** `data_space_id` of the scheme. */
  readonly schemeId: number;
  readonly columnId: number;
}

interface PartitionCatalog {
  readonly partitionFunctions: { get(id: number): PartitionFunction | undefined };
  readonly partitionSchemes: { get(id: number): PartitionScheme | undefined };
}

/** The function behind a scheme. */
export function functionOf(
  { partitionFunctions, partitionSchemes }: PartitionCatalog,
  schemeId: number,
): PartitionFunction | undefined {
  const scheme = partitionSchemes.get(schemeId);
  return scheme && partitionFunctions.get(scheme.functionId);
}

/** From 1. NULL is less than any boundary (learn.microsoft.com: CREATE PARTITION FUNCTION). */
export function partitionOf({
  type,
  onRight,
  boundaries,
}: Pick<PartitionFunction, "type" | "onRight" | "boundaries">): (value: SqlValue) => number {
  const compare = compileSortComparison({ type, descending: false });
  return (value) => {
    const before = boundaries.filter((boundary) => {
      const order = compare(boundary, value);
      return onRight ? order <= 0 : order < 0;
    });
    return before.length + 1;
  };
}
