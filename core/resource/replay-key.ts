/** What of a table tells how its rows are told apart. */
export interface TableKeys {
  readonly columns: readonly {
    readonly name: string;
    readonly isNullable: boolean;
    readonly hasRows: boolean;
  }[];
  readonly indexes: readonly {
    readonly isUnique: boolean;
    readonly isDisabled: boolean;
    readonly filter: string | null;
    readonly role: string;
    readonly keys: readonly { readonly column: string }[];
  }[];
}

/**
 * The columns by which changes are put upon rows: the primary key; without one, a unique index over columns that are never
 * NULL, which change data capture takes in its place. Never over a computed column or a rowversion: changes do not have the
 * one, and the other is new in each database.
 */
export function replayKeyOf({ indexes, columns }: TableKeys): readonly string[] | undefined {
  const told = columns.filter(({ isNullable, hasRows }) => hasRows && !isNullable);
  const usableColumns = new Set(told.map(({ name }) => name));
  const usable = indexes.filter(
    ({ isUnique, isDisabled, filter, keys }) =>
      isUnique &&
      !isDisabled &&
      filter === null &&
      keys.every(({ column }) => usableColumns.has(column)),
  );
  const primary = usable.find(({ role }) => role === "primary_key");
  return (primary ?? usable[0])?.keys.map(({ column }) => column);
}
