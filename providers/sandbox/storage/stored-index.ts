import { compileSortComparison, type KeyPart } from "../values/key-order.ts";
import type { SqlValue } from "../values/sql-type.ts";
import type { StoredRow } from "./columns.ts";
import { OrderedBlocks } from "./ordered-blocks.ts";
import type { Row } from "./row.ts";
import { Blocked, type Transaction } from "./transaction.ts";

export interface IndexLayout {
  readonly indexId: number;
  readonly name: string;
  readonly unique: boolean;
  readonly isConstraint: boolean;
  readonly ignoreDuplicateKey: boolean;
  readonly keys: readonly (KeyPart & { readonly ordinal: number })[];
  /** The condition of a filtered index; true for all rows of others. */
  includes(values: StoredRow): boolean;
}

/** A row under the key of one of its states. */
export interface IndexEntry {
  readonly row: Row;
  readonly values: StoredRow;
}

/** One end of a range: the key may be shorter than the index's. */
export interface KeyBound {
  readonly key: readonly SqlValue[];
  readonly inclusive: boolean;
}

export interface KeyRange {
  readonly lower: KeyBound | undefined;
  readonly upper: KeyBound | undefined;
}

/** Rows in the order of a key; equal keys in the order of insertion. */
export class StoredIndex {
  readonly layout: IndexLayout;
  readonly #entries: OrderedBlocks<IndexEntry>;
  readonly #ordinals: readonly number[];
  readonly #compares: readonly ((left: SqlValue, right: SqlValue) => number)[];

  constructor(layout: IndexLayout) {
    this.layout = layout;
    this.#ordinals = layout.keys.map((key) => key.ordinal);
    this.#compares = layout.keys.map(compileSortComparison);
    this.#entries = new OrderedBlocks((left, right) => {
      const order = this.#compareValues(left.values, right.values);
      return order === 0 ? left.row.rowId - right.row.rowId : order;
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  keyOf(values: StoredRow): SqlValue[] {
    return this.#ordinals.map((ordinal) => values[ordinal] ?? null);
  }

  sameKey(left: StoredRow, right: StoredRow): boolean {
    return (
      left === right ||
      (this.#compareValues(left, right) === 0 &&
        this.layout.includes(left) === this.layout.includes(right))
    );
  }

  add(row: Row, values: StoredRow): void {
    if (this.layout.includes(values)) this.#entries.add({ row, values });
  }

  remove(row: Row, values: StoredRow): void {
    this.#entries.remove({ row, values });
  }

  /** Whether a state of the row, or the given one, still stands under the key of `values`. */
  isNeeded(row: Row, values: StoredRow, other: StoredRow = row.values): boolean {
    if (this.sameKey(other, values)) return true;
    let version = row.previous;
    while (version !== undefined) {
      if (this.sameKey(version.values, values)) return true;
      version = version.previous;
    }
    return false;
  }

  /** Whether a row other than `self` has the key now. Throws {@link Blocked} while another transaction decides that. */
  hasLiveRow(key: readonly SqlValue[], transaction: Transaction, self?: Row): boolean {
    return this.findLiveRow(key, transaction, self) !== undefined;
  }

  findLiveRow(key: readonly SqlValue[], transaction: Transaction, self?: Row): Row | undefined {
    const last = this.#entries.last;
    if (last === undefined || this.#compareKey(last.values, key) < 0) return undefined;
    const bound: KeyBound = { key, inclusive: true };
    for (const entries of this.read({ lower: bound, upper: bound }, false)) {
      for (const { row, values } of entries) {
        if (row === self) continue;
        if (row.writer !== undefined && row.writer !== transaction) throw new Blocked(row.writer);
        if (!row.deleted && this.sameKey(row.values, values)) return row;
      }
    }
    return undefined;
  }

  /** The entries of a range, some at a time; entries added behind the reader while it reads are met. */
  *read(range: KeyRange, backwards: boolean): Generator<readonly IndexEntry[], void, undefined> {
    const { lower, upper } = range;
    const [start, end] = backwards ? [upper, lower] : [lower, upper];
    let place = start === undefined ? undefined : this.#placeOf(start, backwards);
    for (;;) {
      const entries = backwards ? this.#entries.backward(place) : this.#entries.forward(place);
      const last = entries.at(-1);
      if (last === undefined) return;
      const inside = end === undefined ? entries : this.#cut(entries, end, backwards);
      if (inside.length > 0) yield inside;
      if (inside.length < entries.length) return;
      place = this.#after(last, backwards);
    }
  }

  #cut(entries: readonly IndexEntry[], end: KeyBound, backwards: boolean): readonly IndexEntry[] {
    const isBeyond = (entry: IndexEntry): boolean => {
      const order = this.#compareKey(entry.values, end.key) * (backwards ? -1 : 1);
      return end.inclusive ? order > 0 : order >= 0;
    };
    const last = entries.at(-1);
    if (last !== undefined && !isBeyond(last)) return entries;
    const beyond = entries.findIndex(isBeyond);
    return beyond === -1 ? entries : entries.slice(0, beyond);
  }

  #after(last: IndexEntry, backwards: boolean): (entry: IndexEntry) => number {
    return (entry) => {
      const order = this.#compareValues(entry.values, last.values);
      const exact = order === 0 ? entry.row.rowId - last.row.rowId : order;
      return exact === 0 && !backwards ? -1 : exact;
    };
  }

  /** Forwards the place is before the first entry of the range, backwards behind its last. */
  #placeOf(bound: KeyBound, backwards: boolean): (entry: IndexEntry) => number {
    const tie = bound.inclusive === backwards ? -1 : 1;
    return (entry) => {
      const order = this.#compareKey(entry.values, bound.key);
      return order === 0 ? tie : order;
    };
  }

  #compareKey(values: StoredRow, key: readonly SqlValue[]): number {
    for (let part = 0; part < key.length; part += 1) {
      const value = values[this.#ordinals[part] ?? 0] ?? null;
      const order = this.#compares[part]?.(value, key[part] ?? null) ?? 0;
      if (order !== 0) return order;
    }
    return 0;
  }

  #compareValues(left: StoredRow, right: StoredRow): number {
    for (let part = 0; part < this.#ordinals.length; part += 1) {
      const ordinal = this.#ordinals[part] ?? 0;
      const order = this.#compares[part]?.(left[ordinal] ?? null, right[ordinal] ?? null) ?? 0;
      if (order !== 0) return order;
    }
    return 0;
  }
}
