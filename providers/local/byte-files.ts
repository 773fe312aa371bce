import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename } from "node:fs/promises";
import { removeIfThere } from "./durable-file.ts";
import { notWritable, orUnreadable } from "./whole-file.ts";

/** Pieces are gathered to this size, or split: writes of 1 MiB take two thirds of the time of small ones, and no more than larger ones (docs/performance.md). */
const WRITE_SIZE = 1024 * 1024;

/** A file that is read from its beginning to its end. */
export interface FileSource extends AsyncDisposable {
  /** Fills `into`, or a part of it from its beginning, and gives how many bytes came; 0 at the end. Rejects with FILE_UNREADABLE. */
  read(into: Uint8Array): Promise<number>;
  /** Bytes; undefined of what is no plain file, such as a named pipe. */
  readonly size: number | undefined;
}

/** FILE_UNREADABLE. */
export async function openFileSource(path: string): Promise<FileSource> {
  const attempt = <T>(work: () => Promise<T>) => orUnreadable(path, work);
  const file = await attempt(() => open(path, "r"));
  const facts = await attempt(() => file.stat());
  return {
    size: facts.isFile() ? facts.size : undefined,
    read: (into) => attempt(async () => (await file.read(into, 0, into.length)).bytesRead),
    [Symbol.asyncDispose]: () => file.close(),
  };
}

/** A file that appears under its name when it is whole. */
export interface FileTarget extends AsyncDisposable {
  /** Copies what it keeps. Rejects with FILE_NOT_WRITABLE. */
  write(bytes: Uint8Array): Promise<void>;
  /** Gives the file its name; one that has it is replaced. The disk may write it later. */
  finish(): Promise<void>;
}

/** Disposed before `finish`, nothing is left. FILE_NOT_WRITABLE. */
export async function createFileTarget(path: string): Promise<FileTarget> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.part`;
  try {
    return new GatheringTarget(await open(temporary, "wx"), { path, temporary });
  } catch (error) {
    throw notWritable(path, error);
  }
}

interface TargetPaths {
  readonly path: string;
  readonly temporary: string;
}

class GatheringTarget implements FileTarget {
  readonly #file: FileHandle;
  readonly #paths: TargetPaths;
  #gathered = Buffer.allocUnsafeSlow(WRITE_SIZE);
  #spare = Buffer.allocUnsafeSlow(WRITE_SIZE);
  #used = 0;
  /** Of the file: where the next bytes go. */
  #written = 0;
  #writing: Promise<void> = Promise.resolve();
  #isOpen = true;

  constructor(file: FileHandle, paths: TargetPaths) {
    this.#file = file;
    this.#paths = paths;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length >= WRITE_SIZE) {
      await this.#flush();
      await this.#writing;
      await this.#attempt(() => this.#writeAll(bytes));
      return;
    }
    for (let at = 0; at < bytes.length; ) {
      const some = bytes.subarray(at, at + WRITE_SIZE - this.#used);
      this.#gathered.set(some, this.#used);
      this.#used += some.length;
      at += some.length;
      if (this.#used === WRITE_SIZE) await this.#flush();
    }
  }

  async finish(): Promise<void> {
    await this.#flush();
    await this.#writing;
    await this.#attempt(async () => {
      this.#isOpen = false;
      await this.#file.close();
      await rename(this.#paths.temporary, this.#paths.path);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing.catch(() => undefined);
    if (this.#isOpen) {
      this.#isOpen = false;
      await this.#file.close();
    }
    await removeIfThere(this.#paths.temporary);
  }

  /** Begins to write what was gathered, once what was gathered before it is written. */
  async #flush(): Promise<void> {
    await this.#writing;
    const full = this.#gathered.subarray(0, this.#used);
    [this.#gathered, this.#spare] = [this.#spare, this.#gathered];
    this.#used = 0;
    this.#writing = this.#attempt(() => this.#writeAll(full));
    this.#writing.catch(() => undefined);
  }

  /** Two pieces at a time: while this thread works on something else, the second one is written. */
  async #writeAll(bytes: Uint8Array): Promise<void> {
    const begin = this.#written;
    this.#written += bytes.length;
    let next = 0;
    const writeNext = async (): Promise<void> => {
      while (next < bytes.length) {
        const piece = bytes.subarray(next, next + WRITE_SIZE);
        const position = begin + next;
        next += piece.length;
        await this.#writeAt(position, piece);
      }
    };
    await Promise.all([writeNext(), writeNext()]);
  }

  async #writeAt(position: number, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      at += (await this.#file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
    }
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw notWritable(this.#paths.path, error);
    }
  }
}
