import { type FileHandle, open } from "node:fs/promises";

/** Files that stay open though nobody reads them. */
const MOST_IDLE = 8;
/** Milliseconds. */
const IDLE_TIME = 250;

interface OpenFile {
  readonly handle: Promise<FileHandle>;
  readers: number;
  wasUsed: boolean;
}

/**
 * Keeps files open that parts were read of, until they were left alone for a quarter to half a second: a pack is read in many
 * parts, and to open and close it for each of them took 5 % of a restore. A file that another process removes can be read meanwhile.
 */
export class OpenFiles implements AsyncDisposable {
  /** The one that was used last is at the end. */
  readonly #files = new Map<string, OpenFile>();
  #timer: NodeJS.Timeout | undefined;

  /** Rejects as `open` does. `work` is done again with the file opened anew where it failed with one that was open. */
  async read<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
    const wasOpen = this.#files.has(path);
    try {
      return await this.#read(path, work);
    } catch (error) {
      // Another process may have put another file there, or removed it, for which a network share answers ESTALE.
      if (!wasOpen) throw error;
      return this.#read(path, work);
    }
  }

  async #read<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
    const file = this.#files.get(path) ?? { handle: open(path, "r"), readers: 0, wasUsed: true };
    this.#files.delete(path);
    this.#files.set(path, file);
    file.readers += 1;
    file.wasUsed = true;
    try {
      return await work(await file.handle);
    } catch (error) {
      await this.forget(path);
      throw error;
    } finally {
      file.readers -= 1;
      if (this.#files.get(path) === file) this.#keepFew();
      else await closeUnread(file);
    }
  }

  /** Whoever asks for it next opens it anew. It is closed once nobody reads it. */
  async forget(path: string): Promise<void> {
    const file = this.#files.get(path);
    this.#files.delete(path);
    if (file !== undefined) await closeUnread(file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#forgetAll(this.#idle());
  }

  #keepFew(): void {
    const idle = this.#idle();
    void this.#forgetAll(idle.slice(0, Math.max(0, idle.length - MOST_IDLE)));
    this.#timer ??= setInterval(() => this.#forgetUnused(), IDLE_TIME).unref();
  }

  #forgetUnused(): void {
    void this.#forgetAll(this.#idle().filter(([, { wasUsed }]) => !wasUsed));
    for (const file of this.#files.values()) file.wasUsed = false;
    if (this.#files.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #idle(): readonly (readonly [string, OpenFile])[] {
    return [...this.#files].filter(([, { readers }]) => readers === 0);
  }

  async #forgetAll(files: readonly (readonly [string, OpenFile])[]): Promise<void> {
    await Promise.all(files.map(([path]) => this.forget(path)));
  }
}

/** What could not be opened needs no closing, and to close what was only read cannot lose anything. */
async function closeUnread({ handle, readers }: OpenFile): Promise<void> {
  if (readers > 0) return;
  await handle.then((file) => file.close()).catch(() => undefined);
}
