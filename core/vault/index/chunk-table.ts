const KEY_WORDS = 4;
const SLOT_WORDS = KEY_WORDS + 3;
const FIRST_CAPACITY = 1024;
const GROWTH = 4;
const MOST_CAPACITY = 4 * 1024 * 1024;
const MAX_LOAD = 0.85;

/** What a table knows of a chunk: three numbers below 2^32, whose meaning is the owner's. */
export interface ChunkFacts {
  readonly source: number;
  readonly offset: number;
  readonly length: number;
}

type Slots = Uint32Array<SharedArrayBuffer>;

/** The pieces of a table, in shared memory. */
export type SharedTable = readonly Slots[];

/** Asks a table of another thread. */
export class ChunkLookup {
  readonly #pieces: SharedTable;

  constructor(table: SharedTable) {
    this.#pieces = table;
  }

  has(id: Uint8Array): boolean {
    const key = readKey(id, 0);
    return this.#pieces.some((slots) => slots[slotOf(slots, key) + 6] !== 0);
  }
}

/**
 * Finds chunks by the first 16 bytes of their id: open addressing in typed arrays, 28 bytes a slot, 33 bytes a chunk and up to
 * 117 MB for what comes. (A `Map` of strings takes 109 to 195 bytes and ends at 16.7 million.) When a piece is full another
 * one follows it, four times as long up to four million slots: to copy into a larger one takes both at once, and V8 is slow
 * to give shared memory back. Ids are uniform, so their first word is the hash. A chunk has at least one byte, so a length of 0
 * marks a free slot.
 */
export class ChunkTable {
  #pieces: SharedTable;
  #size = 0;
  #room: number;

  /** `slots` is a power of two: of the first piece. */
  constructor(slots = FIRST_CAPACITY) {
    this.#pieces = [createSlots(slots)];
    this.#room = slots * MAX_LOAD;
  }

  get size(): number {
    return this.#size;
  }

  /** What other threads may look into with a `ChunkLookup`. What is set later may be missing there. */
  get shared(): SharedTable {
    return this.#pieces;
  }

  /** Undefined when the id, which begins at `offset` of some bytes, is not in the table. */
  find(id: Uint8Array, offset = 0): ChunkFacts | undefined {
    const key = readKey(id, offset);
    for (const slots of this.#pieces) {
      const at = slotOf(slots, key);
      const length = slots[at + 6] ?? 0;
      if (length !== 0) {
        return { source: slots[at + 4] ?? 0, offset: slots[at + 5] ?? 0, length };
      }
    }
    return undefined;
  }

  /** Keeps what is known of the id, in place of what was known before. */
  set(id: Uint8Array, facts: ChunkFacts, offset = 0): void {
    const key = readKey(id, offset);
    for (const slots of this.#pieces) {
      const at = slotOf(slots, key);
      if (slots[at + 6] !== 0) return write(slots, at, { key, facts });
    }
    if (this.#room < 1) this.#grow();
    const last = this.#pieces.at(-1);
    if (last === undefined) throw new RangeError("a table without pieces");
    write(last, slotOf(last, key), { key, facts });
    this.#size += 1;
    this.#room -= 1;
  }

  /** Keeps the memory of the first piece. Another thread may find for a while still what was in the table. */
  clear(): void {
    const [first] = this.#pieces;
    if (first === undefined) return;
    first.fill(0);
    this.#pieces = [first];
    this.#size = 0;
    this.#room = (first.length / SLOT_WORDS) * MAX_LOAD;
  }

  #grow(): void {
    const last = this.#pieces.at(-1)?.length ?? 0;
    const capacity = Math.min((last / SLOT_WORDS) * GROWTH, MOST_CAPACITY);
    this.#pieces = [...this.#pieces, createSlots(capacity)];
    this.#room = capacity * MAX_LOAD;
  }
}

/** The length comes last: with it, another thread sees the slot. */
function write(
  slots: Slots,
  at: number,
  { key, facts }: { readonly key: Uint32Array; readonly facts: ChunkFacts },
): void {
  slots.set(key, at);
  slots[at + 4] = facts.source;
  slots[at + 5] = facts.offset;
  Atomics.store(slots, at + 6, facts.length);
}

/** Where the key lies, or the free slot where it would. */
function slotOf(slots: Slots, key: Uint32Array): number {
  const mask = slots.length / SLOT_WORDS - 1;
  let slot = (key[0] ?? 0) & mask;
  for (;;) {
    const at = slot * SLOT_WORDS;
    if (slots[at + 6] === 0) return at;
    if (
      slots[at] === key[0] &&
      slots[at + 1] === key[1] &&
      slots[at + 2] === key[2] &&
      slots[at + 3] === key[3]
    ) {
      return at;
    }
    slot = (slot + 1) & mask;
  }
}

function createSlots(capacity: number): Slots {
  return new Uint32Array(new SharedArrayBuffer(capacity * SLOT_WORDS * 4));
}

/** One for all calls, which end before the next one begins. */
const scratch = new Uint32Array(KEY_WORDS);

function readKey(id: Uint8Array, offset: number): Uint32Array {
  for (let word = 0; word < KEY_WORDS; word += 1) {
    const at = offset + word * 4;
    const high = ((id[at] ?? 0) << 24) | ((id[at + 1] ?? 0) << 16);
    scratch[word] = high | ((id[at + 2] ?? 0) << 8) | (id[at + 3] ?? 0);
  }
  return scratch;
}
