import type { SchemaTable } from "../../schemas/sql-server-schema.ts";
import type { RowColumn } from "../resource/row-format.ts";

/** A column that both sides have: where it stands on each. */
export interface SharedColumn {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** Whether equal contents mean equal values. */
  readonly isSameForm: boolean;
}

/** How rows of a table find each other. */
export interface Matching {
  /** Of the primary key, or else of another unique key; of all that both sides have where there is none. */
  readonly key: readonly SharedColumn[];
  readonly isKeyed: boolean;
  /** Whether both sides come in the order of that key. */
  readonly isOrdered: boolean;
}

export function sharedColumns(
  before: readonly RowColumn[],
  after: readonly RowColumn[],
): readonly SharedColumn[] {
  return before.flatMap((column, at) => {
    const place = after.findIndex(({ name }) => name === column.name);
    const other = after[place];
    if (other === undefined) return [];
    const isSameForm = other.form === column.form;
    return [{ name: column.name, before: at, after: place, isSameForm }];
  });
}

type Index = SchemaTable["indexes"][number];

/** Rows come in the order of the clustered index, so where that is unique it is the best key. */
function keysOf({ indexes }: SchemaTable): readonly Index[] {
  const rank = ({ kind, role }: Index) =>
    kind === "clustered" ? 0 : role === "primary_key" ? 1 : 2;
  return indexes
    .filter(({ isUnique, filter, isDisabled, kind }) => {
      const isRows = kind === "clustered" || kind === "nonclustered";
      return isUnique && filter === null && !isDisabled && isRows;
    })
    .toSorted((one, other) => rank(one) - rank(other));
}

const orderOf = ({ keys }: Index) =>
  JSON.stringify(keys.map(({ column, isDescending }) => [column, isDescending]));
const namesOf = ({ keys }: Index) => keys.map(({ column }) => column).toSorted();

/** Collations decide the order of texts. */
function collationsOf(table: SchemaTable, { keys }: Index): string {
  return JSON.stringify(
    keys.map(({ column }) => table.columns.find(({ name }) => name === column)?.collation ?? null),
  );
}

/** `before` and `after`: what the schemas say of the table. `wanted`: the columns of the only key to take. */
export function matchingOf(
  { before, after }: { readonly before: SchemaTable; readonly after: SchemaTable },
  shared: readonly SharedColumn[],
  wanted?: readonly string[],
): Matching {
  const names = wanted && JSON.stringify(wanted.toSorted());
  for (const key of keysOf(before)) {
    if (names !== undefined && JSON.stringify(namesOf(key)) !== names) continue;
    const columns = key.keys.map(({ column }) => shared.find(({ name }) => name === column));
    const known = columns.filter((column) => column !== undefined);
    const own = JSON.stringify(namesOf(key));
    const same = keysOf(after).filter((other) => JSON.stringify(namesOf(other)) === own);
    const [first] = same;
    if (known.length !== columns.length || first === undefined) continue;
    const clustered = same.find(({ kind }) => kind === "clustered");
    const isOrdered =
      key.kind === "clustered" &&
      clustered !== undefined &&
      orderOf(key) === orderOf(clustered) &&
      collationsOf(before, key) === collationsOf(after, clustered) &&
      known.every(({ isSameForm }) => isSameForm);
    return { key: known, isKeyed: true, isOrdered };
  }
  return { key: shared, isKeyed: false, isOrdered: false };
}
