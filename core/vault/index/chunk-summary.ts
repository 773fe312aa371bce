const MAX_LOAD = 0.8;
const LEAST_SLOTS = 4096;
/** Groups have numbers from 0 on. */
export const MOST_GROUPS = 65_535;

type Slots = Uint32Array<SharedArrayBuffer>;

/** The pieces of a summary, in shared memory. */
export type SharedSummary = readonly Slots[];

/**
 * Says in which groups of index blobs a chunk may be: always the right one, and one time in some thousands another one beside it. Open
 * addressing, 4 bytes a slot, 5 bytes a chunk: 16 bits of the id and the number of the group. When a piece is full another one
 * follows it.
 */
export class ChunkSummary {
  #pieces: SharedSummary;
  #room: number;

  /** For so many chunks, as far as one can tell beforehand. */
  constructor(chunks: number) {
    const slots = slotsFor(chunks);
    this.#pieces = [createSlots(slots)];
    this.#room = slots * MAX_LOAD;
  }

  /** What other threads may look into with `mayHold`. What is added later may be missing there. */
  get shared(): SharedSummary {
    return this.#pieces;
  }

  /** Adds the ids that begin at every `step` bytes. */
  addAll(bytes: Uint8Array, step: number, group: number): void {
    for (let from = 0; from + step <= bytes.length; ) {
      if (this.#room < 1) this.#grow();
      const slots = this.#pieces.at(-1);
      if (slots === undefined) throw new RangeError("a summary without pieces");
      const end = Math.min(bytes.length, from + Math.floor(this.#room) * step);
      this.#room -= fill(slots, { bytes: bytes.subarray(from, end), step, group });
      from = end - ((end - from) % step);
    }
  }

  /** The groups in which the id may be, each once. */
  groupsOf(id: Uint8Array): readonly number[] {
    const print = printOf(id, 0);
    const groups: number[] = [];
    for (const slots of this.#pieces) {
      let slot = slotOf(slots, id, 0);
      for (let word = slots[slot] ?? 0; word !== 0; word = slots[slot] ?? 0) {
        const group = (word & 0xffff) - 1;
        if (word >>> 16 === print && !groups.includes(group)) groups.push(group);
        slot = slot + 1 === slots.length ? 0 : slot + 1;
      }
    }
    return groups;
  }

  #grow(): void {
    const before = this.#pieces.reduce((sum, { length }) => sum + length, 0);
    const slots = slotsFor(before / 4);
    this.#pieces = [...this.#pieces, createSlots(slots)];
    this.#room = slots * MAX_LOAD;
  }
}

/** Whether the id may be in some group: asked by another thread. */
export function mayHold(summary: SharedSummary, id: Uint8Array): boolean {
  const print = printOf(id, 0);
  return summary.some((slots) => {
    let slot = slotOf(slots, id, 0);
    for (let word = slots[slot] ?? 0; word !== 0; word = slots[slot] ?? 0) {
      if (word >>> 16 === print) return true;
      slot = slot + 1 === slots.length ? 0 : slot + 1;
    }
    return false;
  });
}

/**
 * Gives how many slots were taken. Plain stores: another thread sees a word whole or not yet, and a store with a fence would wait
 * for memory each time, which takes as long as all else.
 */
function fill(
  slots: Slots,
  {
    bytes,
    step,
    group,
  }: { readonly bytes: Uint8Array; readonly step: number; readonly group: number },
): number {
  const { length } = slots;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let taken = 0;
  for (let at = 0; at + step <= bytes.length; at += step) {
    const word = ((view.getUint16(at + 8) << 16) | (group + 1)) >>> 0;
    let slot = slotAt(view.getUint32(at + 4), length);
    let found = slots[slot];
    while (found !== 0 && found !== word) {
      slot = slot + 1 === length ? 0 : slot + 1;
      found = slots[slot];
    }
    if (found === word) continue;
    slots[slot] = word;
    taken += 1;
  }
  return taken;
}

function slotsFor(chunks: number): number {
  return Math.max(LEAST_SLOTS, Math.ceil(chunks / MAX_LOAD) + 1);
}

function createSlots(count: number): Slots {
  return new Uint32Array(new SharedArrayBuffer(count * 4));
}

/** Ids are uniform: four of their bytes say where to begin, two others are kept. */
function slotOf(slots: Slots, bytes: Uint8Array, offset: number): number {
  const high = ((bytes[offset + 4] ?? 0) << 24) | ((bytes[offset + 5] ?? 0) << 16);
  const low = ((bytes[offset + 6] ?? 0) << 8) | (bytes[offset + 7] ?? 0);
  return slotAt((high | low) >>> 0, slots.length);
}

function slotAt(word: number, slots: number): number {
  return Math.floor((word / 2 ** 32) * slots);
}

function printOf(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset + 8] ?? 0) << 8) | (bytes[offset + 9] ?? 0);
}
