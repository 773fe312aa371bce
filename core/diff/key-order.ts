import type { SchemaTable } from "../../schemas/sql-server-schema.ts";
import type { RowFormat } from "../resource/row-format.ts";
import type { RowKey } from "./diff-row.ts";

/** A place in the order of keys: numbers, the first one counting most. */
export type Rank = readonly bigint[];

/** The order in which the rows of a table come, where the values of their keys tell it. */
export interface KeyOrder {
  /** Of the row that begins there. */
  readonly rankAt: (bytes: Uint8Array, start: number) => Rank;
  /** Of the contents of a key, in the order of its columns. */
  readonly rankOf: (contents: readonly (Uint8Array | null)[]) => Rank;
}

/** NULL comes before all values. */
const NULL_RANK = -(2n ** 260n);

interface OrderedColumn {
  readonly column: number;
  /** Its place in the key. */
  readonly place: number;
  readonly rank: (content: Uint8Array | null) => bigint;
}

/** Undefined where rows come in another order than that of their keys, or in one that only the server knows. */
export function keyOrderOf(
  { indexes }: Pick<SchemaTable, "indexes">,
  { format, key }: { readonly format: RowFormat; readonly key: RowKey },
): KeyOrder | undefined {
  const clustered = indexes.find(({ kind, isDisabled }) => kind === "clustered" && !isDisabled);
  const first = clustered?.keys.slice(0, key.columns.length) ?? [];
  const ordered = first.flatMap(({ column: name, isDescending }): readonly OrderedColumn[] => {
    const column = format.columns.findIndex((each) => each.name === name);
    const place = key.columns.indexOf(column);
    const rankOf = column < 0 ? undefined : format.rankOf(column);
    if (rankOf === undefined || place < 0) return [];
    const sign = isDescending ? -1n : 1n;
    const rank = (content: Uint8Array | null) => sign * (content ? rankOf(content) : NULL_RANK);
    return [{ column, place, rank }];
  });
  if (ordered.length === 0 || ordered.length !== key.columns.length) return undefined;
  const columns = ordered.map(({ column }) => column);
  return {
    rankAt: (bytes, start) => {
      const contents = format.contents(bytes, start, columns);
      return ordered.map(({ rank }, at) => rank(contents[at] ?? null));
    },
    rankOf: (contents) => ordered.map(({ rank, place }) => rank(contents[place] ?? null)),
  };
}

export function compareRanks(one: Rank, other: Rank): number {
  for (const [at, left] of one.entries()) {
    const right = other[at] ?? 0n;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

/** How far a rank lies from one to another, between 0 and 1, if keys were spread evenly. */
export function shareOfWay(rank: Rank, from: Rank, to: Rank): number {
  for (const [at, end] of to.entries()) {
    const begin = from[at] ?? 0n;
    if (end === begin) continue;
    return Math.min(1, Math.max(0, Number((rank[at] ?? 0n) - begin) / Number(end - begin)));
  }
  return 0.5;
}
