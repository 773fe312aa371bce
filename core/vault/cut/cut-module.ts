import { CUT_MODULE } from "./cut-module-bytes.ts";
import { instantiate, OWN_MEMORY, type SharedMemory } from "./web-assembly.ts";

/** Cuts like `findCuts`, within a shared memory: the bytes from `start` to `end`; gives the lengths. */
export type CutInMemory = (start: number, end: number, isEnd: boolean) => Uint32Array;

/** A chunk that ends before 4 KiB is the last one of its stretch, or the next one is longer: at most 16,384 lengths, which the module leaves in its own memory. */
const MOST_STRETCH = 32 * 1024 * 1024;

/** Throws when WebAssembly cannot be compiled here. */
export function createCutModule(memory: SharedMemory): CutInMemory {
  const exports = instantiate(CUT_MODULE, memory);
  // The cast holds: cut-module.as declares it so.
  const findCuts = exports["findCuts"] as (start: number, end: number, isEnd: number) => number;
  return (start, end, isEnd) => {
    if (start < OWN_MEMORY || end - start > MOST_STRETCH) throw new RangeError("no such stretch");
    const count = findCuts(start, end, isEnd ? 1 : 0);
    return new Uint32Array(memory.buffer, 0, count).slice();
  };
}
