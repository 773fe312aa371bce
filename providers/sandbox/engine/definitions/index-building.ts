import type { Column } from "../../storage/columns.ts";
import type { Index } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";

export type IndexParts = Omit<Index, "indexId" | "kind">;

interface KeyColumn {
  readonly column: Column;
  readonly descending: boolean;
}

/** The key of an index. Throws 1909 for a column that comes twice and 1919 for one whose type cannot be sorted. */
export function indexKeys(columns: readonly KeyColumn[], table: string): Index["keys"] {
  const keys = columns.map(({ column, descending }) => ({ columnId: column.columnId, descending }));
  if (new Set(keys.map(({ columnId }) => columnId)).size < keys.length) {
    raise(1909, "Cannot use duplicate column names in index. A column is listed more than once.");
  }
  const unfit = columns.find(({ column }) => isUnindexable(column));
  if (unfit !== undefined) {
    raise(
      1919,
      `Column '${unfit.column.name}' in table '${table}' is of a type that is invalid for use as a key column in an index.`,
    );
  }
  return keys;
}

function isUnindexable({ type }: Column): boolean {
  return ["text", "ntext", "image", "xml"].includes(type.name) || type.length === -1;
}

/** Throws 8111. */
export function requireNotNull(
  keys: Index["keys"],
  columns: readonly Column[],
  table: string,
): void {
  const isNullable = keys.some(
    ({ columnId }) => columns.find((item) => item.columnId === columnId)?.nullable === true,
  );
  if (!isNullable) return;
  raise(8111, `Cannot define PRIMARY KEY constraint on nullable column in table '${table}'.`);
}

interface Added {
  readonly index: Index;
  readonly indexes: Index[];
}

/** A clustered index takes the place of the heap. Throws 1902 where there is one. */
export function addIndex(
  indexes: readonly Index[],
  parts: IndexParts,
  { isClustered, shown }: { readonly isClustered: boolean; readonly shown: string },
): Added {
  const [first, ...others] = indexes;
  if (!isClustered) {
    const indexId = Math.max(1, ...indexes.map((item) => item.indexId)) + 1;
    const index: Index = { ...parts, indexId, kind: "nonclustered" };
    return { index, indexes: [...indexes, index] };
  }
  if (first?.kind === "clustered") {
    raise(
      1902,
      `Cannot create more than one clustered index on table '${shown}'. Drop the existing clustered index '${first.name}' before creating another.`,
      { state: 3 },
    );
  }
  const index: Index = { ...parts, indexId: 1, kind: "clustered" };
  return { index, indexes: [index, ...others] };
}
