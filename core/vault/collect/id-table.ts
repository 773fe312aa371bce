import { wordOf } from "../format/id-word.ts";

const KEY_WORDS = 4;
const SLOT_WORDS = KEY_WORDS + 1;
const FIRST_CAPACITY = 4096;
const MAX_LOAD = 0.7;

/** What stands behind the key of a slot: nothing, an id without a home, or the rank of its home. */
const FREE = 0;
const HOMELESS = 1;
const FIRST_HOME = 2;

/**
 * Takes ids where they stand, at an offset of some bytes: a million small arrays would be garbage. Ids of chunks, each with the rank of the pack that is its home: open addressing, 20 bytes a slot, at most 57 bytes an id. Knows the first
 * 16 bytes of an id; two chunks that share them (they never do) would both be kept.
 */
export class IdTable {
  #slots = new Uint32Array(FIRST_CAPACITY * SLOT_WORDS);
  #mask = FIRST_CAPACITY - 1;
  #size = 0;
  #homeless = 0;

  /** Ids whose home was not found. */
  get homeless(): number {
    return this.#homeless;
  }

  /** Whether the id is new. */
  add(bytes: Uint8Array, offset = 0): boolean {
    if (this.#size + 1 > (this.#mask + 1) * MAX_LOAD) this.#grow();
    const at = this.#slotOf(readKey(bytes, offset));
    if (this.#slots[at + KEY_WORDS] !== FREE) return false;
    this.#slots.set(KEY, at);
    this.#slots[at + KEY_WORDS] = HOMELESS;
    this.#size += 1;
    this.#homeless += 1;
    return true;
  }

  /** Gives the id a home, if it is in the table and has none of a lower rank. Whether it had none at all. */
  offer(bytes: Uint8Array, offset: number, rank: number): boolean {
    const at = this.#slotOf(readKey(bytes, offset)) + KEY_WORDS;
    const home = this.#slots[at] ?? FREE;
    if (home === FREE || (home !== HOMELESS && home <= rank + FIRST_HOME)) return false;
    this.#slots[at] = rank + FIRST_HOME;
    if (home === HOMELESS) this.#homeless -= 1;
    return home === HOMELESS;
  }

  /** Whether that is the id's home. */
  isHome(bytes: Uint8Array, offset: number, rank: number): boolean {
    return this.#slots[this.#slotOf(readKey(bytes, offset)) + KEY_WORDS] === rank + FIRST_HOME;
  }

  #slotOf(key: Uint32Array): number {
    const slots = this.#slots;
    let slot = (key[0] ?? 0) & this.#mask;
    for (;;) {
      const at = slot * SLOT_WORDS;
      if (slots[at + KEY_WORDS] === FREE || isSame(slots, at, key)) return at;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    const capacity = (this.#mask + 1) * 2;
    this.#slots = new Uint32Array(capacity * SLOT_WORDS);
    this.#mask = capacity - 1;
    for (let at = 0; at < old.length; at += SLOT_WORDS) {
      if (old[at + KEY_WORDS] === FREE) continue;
      const slot = old.subarray(at, at + SLOT_WORDS);
      this.#slots.set(slot, this.#slotOf(slot));
    }
  }
}

function isSame(slots: Uint32Array, at: number, key: Uint32Array): boolean {
  return (
    slots[at] === key[0] &&
    slots[at + 1] === key[1] &&
    slots[at + 2] === key[2] &&
    slots[at + 3] === key[3]
  );
}

/** One for all, because a million keys would be a million arrays. */
const KEY = new Uint32Array(KEY_WORDS);

function readKey(bytes: Uint8Array, offset: number): Uint32Array {
  for (let word = 0; word < KEY_WORDS; word += 1) KEY[word] = wordOf(bytes, offset + word * 4);
  return KEY;
}

/** Which of `count` parts of all ids the id at `offset` belongs to. */
export function partitionOf(bytes: Uint8Array, offset: number, count: number): number {
  return count === 1 ? 0 : wordOf(bytes, offset + 16) % count;
}
