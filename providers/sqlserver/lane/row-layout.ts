import type { WireColumn } from "./column-metadata.ts";
import { CELL, type CellForm } from "./wire-type.ts";

/** What the row splitter must know of the columns, laid out for a tight loop. */
export interface RowLayout {
  readonly count: number;
  readonly forms: Uint8Array;
  readonly sizes: Int32Array;
  /** 1 where the cell counts for the key hash. */
  readonly hashed: Uint8Array;
  /** What a NULL looks like in a ROW token. */
  readonly nulls: readonly Uint8Array[];
}

const NULLS: Readonly<Record<CellForm, Uint8Array>> = {
  [CELL.fixed]: new Uint8Array(0),
  [CELL.byte]: new Uint8Array(1),
  [CELL.short]: new Uint8Array(2).fill(255),
  [CELL.chunked]: new Uint8Array(8).fill(255),
  [CELL.pointer]: new Uint8Array(1),
  [CELL.variant]: new Uint8Array(4),
};

/** `key`: names of the columns to hash; all columns count where it is empty or names one that is not there. */
export function layOutRow(columns: readonly WireColumn[], key: readonly string[] = []): RowLayout {
  const names = new Set(columns.map(({ name }) => name));
  const isWhole = key.length === 0 || key.some((name) => !names.has(name));
  const keyNames = new Set(key);
  return {
    count: columns.length,
    forms: Uint8Array.from(columns, ({ type }) => type.form),
    sizes: Int32Array.from(columns, ({ type }) => type.size),
    hashed: Uint8Array.from(columns, ({ name }) => (isWhole || keyNames.has(name) ? 1 : 0)),
    nulls: columns.map(({ type }) => NULLS[type.form]),
  };
}

/** The same layout without any hashing. */
export function withoutHash(layout: RowLayout): RowLayout {
  return { ...layout, hashed: new Uint8Array(layout.count) };
}
