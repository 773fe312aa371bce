/** A stretch of bytes that lies in others, too. */
export interface EqualStretch {
  /** Where it begins in the earlier bytes. */
  readonly from: number;
  /** Where it begins in the new ones. */
  readonly to: number;
  readonly length: number;
}

/** Shorter stretches are not looked for: to say where they lie takes some bytes as well. */
const BLOCK = 32;
/** Behind a difference, so many bytes are first compared without a shift: most changes leave a row as long as it was. */
const NEAR = 256;
/** A shorter stretch without a shift may be padding that stands in every row: then a longer one is looked for. */
const SURE = 4096;
const FACTOR = 0x2c9277b5;
/** The factor to the power of a block less one: the weight of the byte that leaves it. */
const LEAVING = Array.from({ length: BLOCK - 1 }).reduce<number>(
  (power) => Math.imul(power, FACTOR),
  1,
);
const SPREAD = 0x9e3779b1;
const AMBIGUOUS = -1;

/**
 * Which stretches of the new bytes lie in the earlier ones, in the order of the new ones. Undefined as soon as more than half of
 * the new bytes are in none. Linear in the bytes; memory: a word for every eight earlier bytes at most.
 */
export function equalStretches(
  earlier: Uint8Array,
  fresh: Uint8Array,
): readonly EqualStretch[] | undefined {
  const stretches: EqualStretch[] = [];
  const blocks = new BlockTable(earlier);
  let shift = 0;
  let missed = 0;
  for (let at = 0; at < fresh.length; ) {
    const found = nextStretch(blocks, fresh, { at, shift });
    missed += (found?.to ?? fresh.length) - at;
    if (missed * 2 > fresh.length) return undefined;
    if (found === undefined) break;
    stretches.push(found);
    shift = found.from - found.to;
    at = found.to + found.length;
  }
  return stretches;
}

function nextStretch(
  blocks: BlockTable,
  fresh: Uint8Array,
  { at, shift }: { readonly at: number; readonly shift: number },
): EqualStretch | undefined {
  const near = nextAtShift(blocks.bytes, fresh, { at, shift, end: at + NEAR });
  if (near !== undefined && near.length >= SURE) return near;
  const end = near === undefined ? fresh.length : near.to + near.length;
  const other = nextBlock(blocks, fresh, { at, end });
  return (other?.length ?? 0) > (near?.length ?? 0) ? other : near;
}

/** The first stretch that begins from `at` on with a block before `end` that is equal to the earlier bytes `shift` further on. */
function nextAtShift(
  earlier: Uint8Array,
  fresh: Uint8Array,
  { at, end, shift }: { readonly at: number; readonly end: number; readonly shift: number },
): EqualStretch | undefined {
  const last = Math.min(end, fresh.length, earlier.length - shift);
  let equal = 0;
  for (let place = at; place < last; place += 1) {
    equal = earlier[place + shift] === fresh[place] ? equal + 1 : 0;
    if (equal === BLOCK) return grown(earlier, fresh, { to: place + 1 - BLOCK, shift, at });
  }
  return undefined;
}

/** The first stretch that begins from `at` on with a block before `end` that stands once in the earlier bytes. */
function nextBlock(
  blocks: BlockTable,
  fresh: Uint8Array,
  { at, end }: { readonly at: number; readonly end: number },
): EqualStretch | undefined {
  let hash = 0;
  for (let place = at; place < end; place += 1) {
    const first = place + 1 - BLOCK;
    if (first > at) hash = (hash - Math.imul(fresh[first - 1] ?? 0, LEAVING)) | 0;
    hash = (Math.imul(hash, FACTOR) + (fresh[place] ?? 0)) | 0;
    if (first < at) continue;
    const from = blocks.find(hash, fresh, first);
    if (from !== undefined)
      return grown(blocks.bytes, fresh, { to: first, shift: from - first, at });
  }
  return undefined;
}

/** The stretch around an equal block, from `at` on. */
function grown(
  earlier: Uint8Array,
  fresh: Uint8Array,
  { to, shift, at }: { readonly to: number; readonly shift: number; readonly at: number },
): EqualStretch {
  let first = to;
  while (first > at && first + shift > 0 && earlier[first - 1 + shift] === fresh[first - 1])
    first -= 1;
  let end = to + BLOCK;
  const last = Math.min(fresh.length, earlier.length - shift);
  while (end < last && earlier[end + shift] === fresh[end]) end += 1;
  return { from: first + shift, to: first, length: end - first };
}

/** The blocks of some bytes that stand there once. They are looked through when the first one is sought. */
class BlockTable {
  readonly bytes: Uint8Array;
  readonly #unused: number;
  #known: Int32Array | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#unused = 32 - Math.max(4, 34 - Math.clz32(bytes.length / BLOCK));
  }

  /** Where the block stands that begins there in other bytes, which have that hash. */
  find(hash: number, other: Uint8Array, at: number): number | undefined {
    this.#known ??= this.#lookThrough();
    const from = (this.#known[this.#slotOf(hash)] ?? 0) - 1;
    if (from < 0 || !areEqualBlocks(this.bytes, from, other.subarray(at, at + BLOCK)))
      return undefined;
    return from;
  }

  #lookThrough(): Int32Array {
    const slots = new Int32Array(2 ** (32 - this.#unused));
    for (let at = 0; at + BLOCK <= this.bytes.length; at += BLOCK) this.#add(slots, at);
    return slots;
  }

  #add(slots: Int32Array, at: number): void {
    let hash = 0;
    for (let place = at; place < at + BLOCK; place += 1) {
      hash = (Math.imul(hash, FACTOR) + (this.bytes[place] ?? 0)) | 0;
    }
    const slot = this.#slotOf(hash);
    const known = slots[slot] ?? 0;
    const block = this.bytes.subarray(at, at + BLOCK);
    if (known === 0) slots[slot] = at + 1;
    else if (known > 0 && areEqualBlocks(this.bytes, known - 1, block)) slots[slot] = AMBIGUOUS;
  }

  #slotOf(hash: number): number {
    return Math.imul(hash, SPREAD) >>> this.#unused;
  }
}

function areEqualBlocks(bytes: Uint8Array, from: number, block: Uint8Array): boolean {
  for (let byte = 0; byte < BLOCK; byte += 1) {
    if (bytes[from + byte] !== block[byte]) return false;
  }
  return true;
}
