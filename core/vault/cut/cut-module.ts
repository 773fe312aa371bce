import { CUT_MODULE } from "./cut-module-bytes.ts";

/** A memory that WebAssembly, this thread and others see at once. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

/** Cuts like `findCuts`, within a shared memory: the bytes from `start` to `end`; gives the lengths. */
export type CutInMemory = (start: number, end: number, isEnd: boolean) => Uint32Array;

/** The first page of the memory is the module's own: it leaves the lengths there, at most 16,384 of them. */
export const OWN_MEMORY = 64 * 1024;
const MEMORY_PAGE = 64 * 1024;
/** A chunk that ends before 4 KiB is the last one of its stretch, or the next one is longer. */
const MOST_STRETCH = 32 * 1024 * 1024;

/** TypeScript knows WebAssembly only together with all of a browser. */
interface WebAssemblyScope {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => SharedMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: SharedMemory } },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

/** At least `bytes` bytes behind the module's own page; at most 255 MiB. */
export function createSharedMemory(bytes: number): SharedMemory {
  const pages = Math.ceil((OWN_MEMORY + bytes) / MEMORY_PAGE);
  return new (webAssembly().Memory)({ initial: pages, maximum: pages, shared: true });
}

/** Throws when WebAssembly cannot be compiled here. */
export function createCutModule(memory: SharedMemory): CutInMemory {
  const { Module, Instance } = webAssembly();
  const module = new Module(Buffer.from(CUT_MODULE, "base64"));
  const { exports } = new Instance(module, { env: { memory } });
  // The cast holds: cut-module.as declares it so.
  const findCuts = exports["findCuts"] as (start: number, end: number, isEnd: number) => number;
  return (start, end, isEnd) => {
    if (start < OWN_MEMORY || end - start > MOST_STRETCH) throw new RangeError("no such stretch");
    const count = findCuts(start, end, isEnd ? 1 : 0);
    return new Uint32Array(memory.buffer, 0, count).slice();
  };
}

/** The cast holds: Node has it in every thread. */
function webAssembly(): WebAssemblyScope {
  return (globalThis as unknown as { readonly WebAssembly: WebAssemblyScope }).WebAssembly;
}
