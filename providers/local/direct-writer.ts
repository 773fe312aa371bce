import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { BLOCK, createSlots, DIRECT, refusesDirect } from "./direct-blocks.ts";
import { removeIfThere } from "./durable-file.ts";
import { writeAt } from "./write-at.ts";

const PRIVATE_FILE = 0o600;
const SLOT = 2 * 1024 * 1024;
/** Of two slots each; more writers at once wait for nothing and get memory of their own. */
const KEPT_MEMORIES = 4;

type Slots = readonly [Buffer, Buffer];

/**
 * Writes large files past the cache of the system (O_DIRECT). What is written is not read again soon, and 320 MiB in
 * files of 16 MiB took half the time and two thirds of the processor of buffered writes. Parts are copied to memory that
 * begins at a page.
 */
export class DirectWriter {
  readonly #idle: Slots[] = [];
  #flag = DIRECT;

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
    const slots = this.#idle.pop() ?? createSlots(SLOT);
    try {
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | this.#flag;
      await using file = await open(path, flags, PRIVATE_FILE);
      await writeParts(file, parts, { slots, signal });
      await file.truncate(size);
      signal?.throwIfAborted();
      await file.sync();
      return true;
    } catch (error) {
      if (!refusesDirect(error)) throw error;
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
