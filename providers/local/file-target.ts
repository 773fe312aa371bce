import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { BLOCK, createSlots, DIRECT, refusesDirect } from "./direct-blocks.ts";
import { removeIfThere, syncFolder } from "./durable-file.ts";
import { notWritable } from "./whole-file.ts";
import { writeAt } from "./write-at.ts";

/** Pieces are gathered to this size; through the cache they are split to it, too, which takes less of the kernel than larger ones (docs/performance.md). */
const WRITE_SIZE = 1024 * 1024;

/** A file that appears under its name when it is whole. */
export interface FileTarget extends AsyncDisposable {
  /** Copies what it keeps. Calls may overlap: the bytes are in the file in the order of the calls. Rejects with FILE_NOT_WRITABLE. */
  write(bytes: Uint8Array): Promise<void>;
  /** Flushes the file and gives it its name; one that has it is replaced. Rejects with FILE_NOT_WRITABLE. */
  finish(): Promise<void>;
}

/** Disposed before `finish`, nothing is left. FILE_NOT_WRITABLE. */
export async function createFileTarget(path: string): Promise<FileTarget> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.part`;
  try {
    return new GatheringTarget(new TwoWayFile(await open(temporary, "wx"), temporary), path);
  } catch (error) {
    throw notWritable(path, error);
  }
}

class GatheringTarget implements FileTarget {
  readonly #file: TwoWayFile;
  readonly #path: string;
  #slots: readonly [Buffer, Buffer] | undefined;
  #used = 0;
  /** Of the file: where the bytes of the next write go. */
  #end = 0;
  #writing: Promise<void> = Promise.resolve();
  /** The last call that gathers; undefined while none does. */
  #gathering: Promise<void> | undefined;

  constructor(file: TwoWayFile, path: string) {
    this.#file = file;
    this.#path = path;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const isGathering = this.#used > 0 || this.#gathering !== undefined;
    if (!isGathering && bytes.length >= WRITE_SIZE && bytes.length % BLOCK === 0) {
      return this.#writeNext(bytes, this.#writing);
    }
    const before = this.#gathering;
    const gathering =
      before === undefined ? this.#gather(bytes) : before.then(() => this.#gather(bytes));
    this.#gathering = gathering;
    await gathering;
    if (this.#gathering === gathering) this.#gathering = undefined;
  }

  async finish(): Promise<void> {
    if (this.#slots !== undefined && this.#used > 0) await this.#flush(this.#slots);
    await this.#writing;
    await this.#attempt(async () => {
      await this.#file.flush();
      await this.#file.close();
      await rename(this.#file.path, this.#path);
      await syncFolder(dirname(this.#path));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#file.close();
    await removeIfThere(this.#file.path);
  }

  async #gather(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      this.#slots ??= createSlots(WRITE_SIZE);
      const [slot] = this.#slots;
      const some = bytes.subarray(at, at + WRITE_SIZE - this.#used);
      slot.set(some, this.#used);
      this.#used += some.length;
      at += some.length;
      if (this.#used === WRITE_SIZE) await this.#flush(this.#slots);
    }
  }

  /** Begins to write what was gathered, once what was gathered before it is written. */
  async #flush([full, other]: readonly [Buffer, Buffer]): Promise<void> {
    const before = this.#writing;
    this.#writing = this.#writeNext(full.subarray(0, this.#used), before);
    this.#writing.catch(() => undefined);
    this.#slots = [other, full];
    this.#used = 0;
    await before;
  }

  /** Takes its place in the file at once, and begins once `before` is over. */
  async #writeNext(bytes: Uint8Array, before: Promise<void>): Promise<void> {
    const begin = this.#end;
    this.#end += bytes.length;
    await before;
    await this.#attempt(() => this.#file.write(bytes, begin));
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw notWritable(this.#path, error);
    }
  }
}

/**
 * A file that is written past the cache of the system (O_DIRECT) where its bytes are whole blocks and the file system
 * lets it, and through the cache elsewhere. 2 GiB past the cache took a third of the kernel's time, and what the cache
 * held of others stays there.
 */
class TwoWayFile {
  readonly path: string;
  readonly #cached: FileHandle;
  #direct: Promise<FileHandle | undefined> | undefined;
  #isRefused = DIRECT === undefined;
  #isOpen = true;

  constructor(cached: FileHandle, path: string) {
    this.#cached = cached;
    this.path = path;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    if (await this.#tryDirect(bytes, position)) return;
    await this.#writeCached(bytes, position);
  }

  async flush(): Promise<void> {
    await this.#cached.sync();
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const direct = await this.#direct;
    await direct?.close();
    await this.#cached.close();
  }

  /** Two pieces at a time: while this thread works on something else, the second one is written. */
  async #writeCached(bytes: Uint8Array, position: number): Promise<void> {
    let next = 0;
    const writeNext = async (): Promise<void> => {
      while (next < bytes.length) {
        const at = next;
        next += WRITE_SIZE;
        await writeAt(this.#cached, bytes.subarray(at, next), position + at);
      }
    };
    await Promise.all([writeNext(), writeNext()]);
  }

  async #tryDirect(bytes: Uint8Array, position: number): Promise<boolean> {
    const isWhole = bytes.length % BLOCK === 0 && position % BLOCK === 0;
    if (this.#isRefused || !isWhole) return false;
    this.#direct ??= openDirect(this.path);
    const file = await this.#direct;
    if (file === undefined) return false;
    try {
      await writeAt(file, bytes, position);
      return true;
    } catch (error) {
      if (!refusesDirect(error)) throw error;
      this.#isRefused = true;
      return false;
    }
  }
}

/** Undefined where the file system cannot. */
async function openDirect(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_WRONLY | (DIRECT ?? 0));
  } catch (error) {
    if (!refusesDirect(error)) throw error;
    return undefined;
  }
}
