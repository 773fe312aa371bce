import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { removeIfThere } from "./durable-file.ts";
import { errnoOf } from "./file-failure.ts";

const PRIVATE_FILE = 0o600;
/** Offsets, lengths and memory of a direct write are multiples of it: no disk in use has larger blocks. */
const BLOCK = 4096;
const SLOT = 2 * 1024 * 1024;
const MEMORY_PAGE = 65_536;
/** Of two slots each; more writers at once wait for nothing and get memory of their own. */
const KEPT_MEMORIES = 4;
/** What file systems answer that cannot write past the cache: tmpfs of old kernels, some network shares, ZFS of old. */
const REFUSALS: readonly (string | undefined)[] = ["EINVAL", "ENOTSUP", "EOPNOTSUPP"];

type Slots = readonly [Buffer, Buffer];

/**
 * Writes large files past the cache of the system (O_DIRECT). What is written is not read again soon, and 320 MiB in
 * files of 16 MiB took half the time and two thirds of the processor of buffered writes. Memory of WebAssembly begins
 * at a page, which memory of Node does not; parts are copied there.
 */
export class DirectWriter {
  readonly #idle: Slots[] = [];
  /** Undefined on Windows and macOS. */
  #flag: number | undefined = constants.O_DIRECT;

  /**
   * Writes a new file of mode 0600 and flushes it. False where that cannot be done here: then there is no file, and the
   * caller writes it otherwise. Holds 4 MiB.
   */
  async tryWrite(
    path: string,
    parts: readonly Uint8Array[],
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    if (this.#flag === undefined || size < SLOT) return false;
    const slots = this.#idle.pop() ?? createSlots();
    try {
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | this.#flag;
      await using file = await open(path, flags, PRIVATE_FILE);
      await writeParts(file, parts, { slots, signal });
      await file.truncate(size);
      signal?.throwIfAborted();
      await file.sync();
      return true;
    } catch (error) {
      if (!REFUSALS.includes(errnoOf(error))) throw error;
      this.#flag = undefined;
      await removeIfThere(path);
      return false;
    } finally {
      if (this.#idle.length < KEPT_MEMORIES) this.#idle.push(slots);
    }
  }
}

interface WriteFacts {
  readonly slots: Slots;
  readonly signal: AbortSignal | undefined;
}

/** One slot is filled while the other is written. The last block is filled up with what the slot held before. */
async function writeParts(
  file: FileHandle,
  parts: readonly Uint8Array[],
  { slots, signal }: WriteFacts,
): Promise<void> {
  const writes: Promise<void>[] = [];
  let offset = 0;
  try {
    for (const { turn, length } of fillSlots(slots, parts)) {
      signal?.throwIfAborted();
      const whole = Math.ceil(length / BLOCK) * BLOCK;
      const write = writeAt(file, slots[turn % 2 === 0 ? 0 : 1].subarray(0, whole), offset);
      write.catch(() => undefined);
      writes.push(write);
      offset += length;
      await writes.at(-2);
    }
  } finally {
    await Promise.allSettled(writes);
  }
  await Promise.all(writes);
}

/** Copies the parts into the slots by turns; a slot is filled again at the second turn after. */
function* fillSlots(
  slots: Slots,
  parts: readonly Uint8Array[],
): Generator<{ readonly turn: number; readonly length: number }> {
  let turn = 0;
  let filled = 0;
  for (const part of parts) {
    for (let from = 0; from < part.length; ) {
      const piece = part.subarray(from, from + SLOT - filled);
      slots[turn % 2 === 0 ? 0 : 1].set(piece, filled);
      filled += piece.length;
      from += piece.length;
      if (filled < SLOT) continue;
      yield { turn, length: SLOT };
      turn += 1;
      filled = 0;
    }
  }
  if (filled > 0) yield { turn, length: filled };
}

/** A write may take less than it was given when the disk fills: the rest then tells why. */
async function writeAt(file: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}

/** TypeScript knows WebAssembly only together with all of a browser. */
interface WebAssemblyScope {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
}

function createSlots(): Slots {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyScope };
  const { buffer } = new WebAssembly.Memory({ initial: (2 * SLOT) / MEMORY_PAGE });
  return [Buffer.from(buffer, 0, SLOT), Buffer.from(buffer, SLOT, SLOT)];
}
