import type { Abortable } from "../kit/abortable.ts";
import type { RowFormat } from "../resource/row-format.ts";
import { type DiffRow, type RowKey, readDiffRows } from "./diff-row.ts";
import type { KeyOrder } from "./key-order.ts";
import { readAllUnits, type StoredRows } from "./read-units.ts";
import { RowSearch } from "./row-search.ts";
import { unitsOf } from "./row-units.ts";

/** Where rows are looked for. */
export interface SoughtRows extends StoredRows {
  readonly format: RowFormat;
  readonly key: RowKey;
  /** Undefined where rows do not come in an order of their keys that is known here. */
  readonly order: KeyOrder | undefined;
}

/** By key: the contents of its columns, in the order of the key. */
export type WantedKeys = ReadonlyMap<string, readonly (Uint8Array | null)[]>;

export interface FoundRows {
  readonly found: ReadonlyMap<string, DiffRow>;
  /** Not looked for to the end, because enough was found. */
  readonly left: ReadonlySet<string>;
}

/** Bytes of found rows that are held at once, about. */
const MOST_FOUND = 24 * 1024 * 1024;

/** What was found, up to so much of it. */
class Findings implements FoundRows {
  readonly found = new Map<string, DiffRow>();
  readonly left = new Set<string>();
  #weight = 0;

  addAll(rows: readonly DiffRow[]): void {
    for (const row of rows) this.add(row);
  }

  add(row: DiffRow): void {
    if (this.#weight > MOST_FOUND) {
      this.left.add(row.key);
      return;
    }
    this.found.set(row.key, row.detached());
    this.#weight += row.weight;
  }
}

/** Reads as few row groups as it takes to find the rows of those keys; all where their order is not known. */
export async function findRows(
  rows: SoughtRows,
  wanted: WantedKeys,
  options: Abortable,
): Promise<FoundRows> {
  const findings = new Findings();
  if (wanted.size === 0) return findings;
  const { order } = rows;
  if (order === undefined) {
    for await (const bytes of readAllUnits(rows, options)) {
      findings.addAll(readDiffRows(bytes, rows).filter(({ key }) => wanted.has(key)));
    }
    return findings;
  }
  const ends = await unitEnds(rows, options);
  const onRow = (row: DiffRow) => findings.add(row);
  if (ends.length > 0) await new RowSearch(rows, order, { ...options, ends, onRow }).all(wanted);
  return findings;
}

/** Eight bytes of memory for each row group of a table. */
async function unitEnds({ reader, path }: StoredRows, options: Abortable) {
  const ends: number[] = [];
  let end = 0;
  for await (const units of unitsOf(reader.chunksOf(path, options))) {
    for (const { bytes } of units) {
      end += bytes;
      ends.push(end);
    }
  }
  return ends;
}
