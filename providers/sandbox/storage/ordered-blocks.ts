/** Says where an entry stands to a place that is looked for: negative before it, 0 at it, positive behind it. */
export type Probe<Entry> = (entry: Entry) => number;

const BLOCK_SIZE = 256;

/**
 * Entries in order, in blocks of at most 256, so that an insert moves no more than one block. The order must be total: no two entries
 * are equal. Appending at the end fills blocks to the brim. Reads take copies, so entries may change between two reads.
 */
export class OrderedBlocks<Entry> {
  readonly #compare: (left: Entry, right: Entry) => number;
  #blocks: Entry[][] = [];
  #size = 0;

  constructor(compare: (left: Entry, right: Entry) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#size;
  }

  get last(): Entry | undefined {
    return this.#blocks.at(-1)?.at(-1);
  }

  /** False when an equal entry is there already. */
  add(entry: Entry): boolean {
    const last = this.#blocks.at(-1);
    const end = last?.at(-1);
    if (last === undefined || end === undefined || this.#compare(end, entry) < 0) {
      this.#append(last, entry);
      return true;
    }
    const probe: Probe<Entry> = (other) => this.#compare(other, entry);
    const index = this.#blockOf(probe);
    const block = this.#blocks[index] ?? [];
    const offset = lowerBound(block, probe);
    const found = block[offset];
    if (found !== undefined && probe(found) === 0) return false;
    block.splice(offset, 0, entry);
    this.#size += 1;
    if (block.length > BLOCK_SIZE) {
      this.#blocks.splice(index + 1, 0, block.splice(BLOCK_SIZE / 2));
    }
    return true;
  }

  remove(entry: Entry): boolean {
    const probe: Probe<Entry> = (other) => this.#compare(other, entry);
    const index = this.#blockOf(probe);
    const block = this.#blocks[index];
    if (block === undefined) return false;
    const offset = lowerBound(block, probe);
    const found = block[offset];
    if (found === undefined || probe(found) !== 0) return false;
    block.splice(offset, 1);
    this.#size -= 1;
    if (block.length === 0) this.#blocks.splice(index, 1);
    return true;
  }

  /** The entries at the place and behind it, up to the end of a block: never empty unless there is none. */
  forward(place: Probe<Entry> | undefined): readonly Entry[] {
    if (place === undefined) return this.#blocks[0]?.slice() ?? [];
    const index = this.#blockOf(place);
    const block = this.#blocks[index];
    if (block === undefined) return [];
    const rest = block.slice(lowerBound(block, place));
    return rest.length > 0 ? rest : (this.#blocks[index + 1]?.slice() ?? []);
  }

  /** The entries before the place, nearest first, down to the start of a block. */
  backward(place: Probe<Entry> | undefined): readonly Entry[] {
    if (place === undefined) return this.#blocks.at(-1)?.toReversed() ?? [];
    const index = Math.min(this.#blockOf(place), this.#blocks.length - 1);
    const block = this.#blocks[index];
    if (block === undefined) return [];
    const rest = block.slice(0, lowerBound(block, place)).reverse();
    return rest.length > 0 ? rest : (this.#blocks[index - 1]?.toReversed() ?? []);
  }

  /** The first block whose last entry is not before the place; the number of blocks when there is none. */
  #blockOf(place: Probe<Entry>): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const last = this.#blocks[middle]?.at(-1);
      if (last !== undefined && place(last) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #append(last: Entry[] | undefined, entry: Entry): void {
    if (last === undefined || last.length >= BLOCK_SIZE) this.#blocks.push([entry]);
    else last.push(entry);
    this.#size += 1;
  }
}

function lowerBound<Entry>(block: readonly Entry[], place: Probe<Entry>): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = block[middle];
    if (entry !== undefined && place(entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
