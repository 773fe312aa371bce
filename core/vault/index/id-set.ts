import { wordOf } from "../format/id-word.ts";
import { releaseBytes } from "../format/release-bytes.ts";

const PARTS = 64;
const FIRST_CAPACITY = 64;
const MAX_LOAD = 0.8;

/**
 * Which ids were there, by their first 8 bytes: for what is counted, where one in a hundred billion may be missed, and not for
 * what is decided. Of ten million ids two share those once in 300,000 vaults. Open addressing, 8 bytes a slot, 10 to 20 bytes
 * an id; in parts, so that growing takes little beside.
 */
export class IdSet {
  readonly #parts = Array.from({ length: PARTS }, () => new Part());

  /** Whether the id that stands at the offset is new. */
  add(bytes: Uint8Array, offset = 0): boolean {
    const part = this.#parts[(bytes[offset + 8] ?? 0) % PARTS];
    if (part === undefined) throw new RangeError("no such part. This is a bug.");
    // A free slot is 0.
    return part.add(wordOf(bytes, offset) || 1, wordOf(bytes, offset + 4));
  }
}

class Part {
  #slots = new Uint32Array(FIRST_CAPACITY * 2);
  #size = 0;

  add(first: number, second: number): boolean {
    if (this.#size >= (this.#slots.length / 2) * MAX_LOAD) this.#grow();
    const at = slotOf(this.#slots, first, second);
    if (this.#slots[at] !== 0) return false;
    this.#slots[at] = first;
    this.#slots[at + 1] = second;
    this.#size += 1;
    return true;
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Uint32Array(old.length * 2);
    for (let from = 0; from < old.length; from += 2) {
      const [first = 0, second = 0] = [old[from], old[from + 1]];
      if (first === 0) continue;
      const at = slotOf(slots, first, second);
      slots[at] = first;
      slots[at + 1] = second;
    }
    this.#slots = slots;
    releaseBytes(new Uint8Array(old.buffer));
  }
}

/** Where the id is, or where it belongs. */
function slotOf(slots: Uint32Array, first: number, second: number): number {
  const mask = slots.length / 2 - 1;
  let slot = second & mask;
  for (;;) {
    const at = slot * 2;
    if (slots[at] === 0 || (slots[at] === first && slots[at + 1] === second)) return at;
    slot = (slot + 1) & mask;
  }
}
