import { type CutInMemory, createCutModule } from "../cut/cut-module.ts";
import { LOOK_AHEAD } from "../cut/cut-sizes.ts";
import { createSharedMemory, OWN_MEMORY, type SharedMemory } from "../cut/web-assembly.ts";

/** Where the bytes of a stream come from. */
export interface ByteSource {
  /** Fills `into`, or a part of it from its beginning, and gives how many bytes came; 0 at the end. `into` is shared memory. */
  read(into: Uint8Array): Promise<number>;
}

const BODY = 4 * 1024 * 1024;
const SLOT = LOOK_AHEAD + BODY;
export const RING_SLOTS = 5;

/** What came of a stream into a slot. */
export interface FilledSlot {
  readonly slot: number;
  readonly end: number;
  readonly isEnd: boolean;
}

/** A stretch of a stream in a slot of the ring, cut into chunks. */
export interface Stretch {
  readonly slot: number;
  readonly start: number;
  readonly lengths: Uint32Array;
  readonly isEnd: boolean;
}

/** Shared memory in which streams are read and cut: five slots of 4 MiB, each with space in front for what was left over before it. */
export class BatchRing {
  readonly memory: SharedMemory;
  readonly bytes: Uint8Array;
  readonly #cut: CutInMemory;
  readonly #rest = new Uint8Array(LOOK_AHEAD);
  #restLength = 0;

  /** `extra` bytes of the memory, behind the slots, are others'. */
  constructor(extra: number) {
    this.memory = createSharedMemory(RING_SLOTS * SLOT + extra);
    this.bytes = new Uint8Array(this.memory.buffer);
    this.#cut = createCutModule(this.memory);
  }

  /** Where the others' bytes begin. */
  get extraAt(): number {
    return OWN_MEMORY + RING_SLOTS * SLOT;
  }

  /** Reads what comes next of a stream into a slot. What was read before it may be cut meanwhile. */
  async fill(slot: number, source: ByteSource): Promise<FilledSlot> {
    const body = bodyOf(slot);
    let end = body;
    let isEnd = false;
    while (!isEnd && end < body + BODY) {
      const read = await source.read(this.bytes.subarray(end, body + BODY));
      isEnd = read === 0;
      end += read;
    }
    return { slot, end, isEnd };
  }

  /** Cuts slots in the order in which they were filled. After the one with `isEnd`, the next stream may begin. */
  cut({ slot, end, isEnd }: FilledSlot): Stretch {
    const start = bodyOf(slot) - this.#restLength;
    this.bytes.set(this.#rest.subarray(0, this.#restLength), start);
    const lengths = this.#cut(start, end, isEnd);
    const cut = lengths.reduce((sum, length) => sum + length, start);
    this.#restLength = end - cut;
    this.#rest.set(this.bytes.subarray(cut, end));
    return { slot, start, lengths, isEnd };
  }
}

function bodyOf(slot: number): number {
  return OWN_MEMORY + slot * SLOT + LOOK_AHEAD;
}
