import type { Abortable } from "../kit/abortable.ts";
import { type DiffRow, readDiffRows } from "./diff-row.ts";
import type { SoughtRows, WantedKeys } from "./find-rows.ts";
import { compareRanks, type KeyOrder, type Rank, shareOfWay } from "./key-order.ts";
import { readUnits } from "./read-units.ts";
import { type RowUnit, unitsOf } from "./row-units.ts";

interface SoughtKey {
  readonly key: string;
  readonly rank: Rank;
}

/** A unit that was read. */
interface Probe {
  readonly number: number;
  readonly first: Rank;
  readonly last: Rank;
}

/** In every third round the middle is looked at, however keys seem to be spread. */
const BISECT_EVERY = 3;
/** Units of one listing that are read in one go. */
const AT_ONCE = 256;

export interface SearchOptions extends Abortable {
  /** Where each unit of the table ends, in bytes from its beginning. */
  readonly ends: readonly number[];
  readonly onRow: (row: DiffRow) => void;
}

/** Looks for rows in a table whose rows come in the order of their keys, and reads only the units where they must be. */
export class RowSearch {
  readonly #rows: SoughtRows;
  readonly #order: KeyOrder;
  readonly #options: SearchOptions;
  /** In the order of the table; those that were not decided yet. */
  #open: readonly SoughtKey[] = [];
  #decided = new Set<SoughtKey>();
  #probes: Probe[] = [];

  constructor(rows: SoughtRows, order: KeyOrder, options: SearchOptions) {
    this.#rows = rows;
    this.#order = order;
    this.#options = options;
  }

  async all(wanted: WantedKeys): Promise<void> {
    const keys = [...wanted].map(([key, contents]) => ({
      key,
      rank: this.#order.rankOf(contents),
    }));
    this.#open = keys.sort((one, other) => compareRanks(one.rank, other.rank));
    const count = this.#options.ends.length;
    const isWhole = wanted.size * 2 >= count;
    await this.#read(isWhole ? undefined : new Set([0, count - 1]));
    for (let round = 1; this.#open.length > 0; round += 1) await this.#read(this.#guesses(round));
  }

  /** The units to be read next; keys that can be in none are decided. */
  #guesses(round: number): ReadonlySet<number> {
    const numbers = new Set<number>();
    for (const sought of this.#open) {
      const guess = this.#guess(sought.rank, round);
      if (guess === undefined) this.#decided.add(sought);
      else numbers.add(guess);
    }
    return numbers;
  }

  #guess(rank: Rank, round: number): number | undefined {
    const next = firstIndex(this.#probes, ({ first }) => compareRanks(first, rank) > 0);
    const [below, above] = [this.#probes[next - 1], this.#probes[next]];
    if (below === undefined || above === undefined) return undefined;
    const [first, last] = [below.number + 1, above.number - 1];
    if (first > last) return undefined;
    if (round % BISECT_EVERY === 0) return (first + last) >> 1;
    const { ends } = this.#options;
    const [from, to] = [ends[below.number] ?? 0, ends[last] ?? 0];
    const target = from + (to - from) * shareOfWay(rank, below.last, above.first);
    return Math.min(
      last,
      Math.max(
        first,
        firstIndex(ends, (end) => end > target),
      ),
    );
  }

  async #read(numbers: ReadonlySet<number> | undefined): Promise<void> {
    let from = 0;
    let chosen: { number: number; unit: RowUnit }[] = [];
    for await (const units of unitsOf(this.#rows.reader.chunksOf(this.#rows.path, this.#options))) {
      for (const [at, unit] of units.entries()) {
        if (numbers === undefined || numbers.has(from + at))
          chosen.push({ number: from + at, unit });
      }
      from += units.length;
      if (chosen.length < AT_ONCE) continue;
      await this.#readChosen(chosen);
      chosen = [];
    }
    await this.#readChosen(chosen);
    this.#probes.sort((one, other) => one.number - other.number);
    this.#open = this.#open.filter((sought) => !this.#decided.has(sought));
    this.#decided = new Set();
  }

  async #readChosen(chosen: readonly { readonly number: number; readonly unit: RowUnit }[]) {
    const units = chosen.map(({ unit }) => unit);
    let at = 0;
    for await (const bytes of readUnits(this.#rows, units, this.#options)) {
      this.#look(bytes, chosen[at]?.number ?? 0);
      at += 1;
    }
  }

  #look(bytes: Uint8Array, number: number): void {
    const ends = this.#rows.format.rowEnds(bytes);
    const startOf = (row: number) => (row === 0 ? 0 : (ends[row - 1] ?? 0));
    const rankOf = (row: number) => this.#order.rankAt(bytes, startOf(row));
    const probe = { number, first: rankOf(0), last: rankOf(ends.length - 1) };
    this.#probes.push(probe);
    let open = firstIndex(this.#open, ({ rank }) => compareRanks(rank, probe.first) >= 0);
    for (let sought = this.#open[open]; sought !== undefined; sought = this.#open[open]) {
      const { rank, key } = sought;
      if (compareRanks(rank, probe.last) > 0) return;
      this.#decided.add(sought);
      const row = firstIndex(ends, (_, each) => compareRanks(rankOf(each), rank) >= 0);
      const found = readDiffRows(bytes.subarray(startOf(row), ends[row]), this.#rows);
      if (found[0]?.key === key) this.#options.onRow(found[0]);
      open += 1;
    }
  }
}

/** Of sorted items, the number of the first for which it holds; their count where there is none. */
function firstIndex<T>(items: readonly T[], holds: (item: T, at: number) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && holds(item, middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
