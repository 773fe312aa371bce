import { constants } from "node:fs";
import { errnoOf } from "./file-failure.ts";

/** The flag that opens a file past the cache of the system. Undefined on Windows and macOS. */
export const DIRECT: number | undefined = constants.O_DIRECT;

/** Offsets, lengths and memory of a direct write are multiples of it: no disk in use has larger blocks. */
export const BLOCK = 4096;

const MEMORY_PAGE = 65_536;

/** What file systems answer that cannot write past the cache: tmpfs of old kernels, some network shares, ZFS of old. */
const REFUSALS: readonly (string | undefined)[] = ["EINVAL", "ENOTSUP", "EOPNOTSUPP"];

/** Whether the file system, or where the memory lies, is why a direct write failed: written otherwise, the same bytes may go through. */
export function refusesDirect(error: unknown): boolean {
  return REFUSALS.includes(errnoOf(error));
}

/** TypeScript knows WebAssembly only together with all of a browser. */
interface WebAssemblyScope {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
}

/** Two pieces of memory of `size` bytes, a multiple of 64 KiB. Memory of WebAssembly begins at a page, which memory of Node does not. */
export function createSlots(size: number): readonly [Buffer, Buffer] {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyScope };
  const { buffer } = new WebAssembly.Memory({ initial: (2 * size) / MEMORY_PAGE });
  return [Buffer.from(buffer, 0, size), Buffer.from(buffer, size, size)];
}
