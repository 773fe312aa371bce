import { randomBytes } from "node:crypto";
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseByteCount } from "../../core/kit/bytes.ts";
import { toInstant } from "../../core/kit/clock.ts";
import {
  type Abortable,
  type BlobInfo,
  type BlobName,
  type BlobStore,
  type ByteSpan,
  type GetOptions,
  tryParseBlobName,
} from "../../core/storage/blob-store.ts";
import { spanPastEnd, storeHasNoTiers } from "../../core/storage/store-failure.ts";
import { DirectWriter } from "./direct-writer.ts";
import {
  identityOf,
  makeFolder,
  removeEmptyFolders,
  removeIfThere,
  syncRemoval,
  writeDurably,
} from "./durable-file.ts";
import { errnoOf, explainFileError, type FileAttempt } from "./file-failure.ts";
import { OpenFiles } from "./open-files.ts";
import { publishFile } from "./publish-file.ts";
import { sweepTemporaries } from "./temporary-files.ts";

/** Begins with a dot, so no blob can have its name. */
const TEMPORARY_FOLDER = ".tmp";

/** How often a folder may vanish before a blob is in it: each time, another process removed its last blob just then. */
const MOST_TURNS = 100;

/** More do not help: the thread pool has four threads. */
const STATS_AT_ONCE = 16;

/**
 * Keeps blobs as files of a folder: the blob `packs/ab/ab12` is the file of that path. The folder is made by the first
 * `put`. A blob is written under a temporary name, flushed, linked to its name (which fails when that is taken) and the
 * folder is flushed. The last blob of a folder takes that along, so that listings need not read empty ones; a `put` that is
 * about to use it makes it again. A folder that was made for the store goes when that is closed without a blob in it.
 */
export function createFolderStore(path: string, publish = publishFile): BlobStore {
  return new FolderStore(resolve(path), publish);
}

class FolderStore implements BlobStore {
  readonly #root: string;
  readonly #publish: typeof publishFile;
  readonly #direct = new DirectWriter();
  readonly #files = new OpenFiles();
  /** Folders whose names are durable, with what tells them from those that are made in their place. */
  readonly #madeFolders = new Map<string, string>();
  #isSwept = false;
  /** The highest folder that was made for the store; undefined where its folder was there. */
  #made: string | undefined;

  constructor(root: string, publish: typeof publishFile) {
    this.#root = root;
    this.#publish = publish;
  }

  put(name: BlobName, parts: readonly Uint8Array[], options: Abortable = {}): Promise<BlobInfo> {
    return this.#attempt("write", name, async () => {
      options.signal?.throwIfAborted();
      const final = this.#pathOf(name);
      const temporaries = join(this.#root, TEMPORARY_FOLDER);
      await this.#ensureFolder(temporaries);
      await this.#ensureFolder(dirname(final));
      await this.#sweepOnce(temporaries);
      const temporary = join(temporaries, randomBytes(12).toString("hex"));
      try {
        const isWritten = await this.#direct.tryWrite(temporary, parts, options.signal);
        if (!isWritten) await writeDurably(temporary, parts, options.signal);
        await this.#publishInFolder(temporary, final);
        // Another process may have removed a file of that name which is still open here.
        await this.#files.forget(final);
      } catch (error) {
        await removeIfThere(temporary);
        throw error;
      }
      return this.#infoOf(name, final);
    });
  }

  get(name: BlobName, options: GetOptions = {}): Promise<Uint8Array> {
    return this.#attempt("read", name, async () => {
      const { span, signal } = options;
      signal?.throwIfAborted();
      const path = this.#pathOf(name);
      if (span !== undefined) {
        const read = (file: FileHandle) => readSpan({ file, name }, span, options);
        return this.#files.read(path, read);
      }
      await using file = await open(path, "r");
      const { size } = await file.stat();
      return await readSpan({ file, name }, { offset: 0, length: size }, options);
    });
  }

  head(name: BlobName, options: Abortable = {}): Promise<BlobInfo | undefined> {
    return this.#attempt("read", name, async () => {
      options.signal?.throwIfAborted();
      return this.#tryInfoOf(name);
    });
  }

  async *list(prefix: string, options: Abortable = {}): AsyncIterable<BlobInfo> {
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    try {
      yield* this.#walk(folder, prefix, options);
    } catch (error) {
      throw this.#explain(error, { kind: "read", name: prefix, folder: this.#root });
    }
  }

  async remove(name: BlobName, options: Abortable = {}): Promise<void> {
    await this.#attempt("write", name, async () => {
      options.signal?.throwIfAborted();
      const path = this.#pathOf(name);
      await this.#files.forget(path);
      const wasThere = await removeIfThere(path);
      // Whoever read it meanwhile has opened it anew.
      await this.#files.forget(path);
      if (!wasThere) return;
      await syncRemoval(dirname(path));
      const removed = await removeEmptyFolders(dirname(path), this.#root);
      for (const folder of removed) this.#madeFolders.delete(folder);
    });
  }

  async setTier(): Promise<void> {
    throw storeHasNoTiers(`The folder ${this.#root}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#files[Symbol.asyncDispose]();
    const temporaries = join(this.#root, TEMPORARY_FOLDER);
    if (this.#made === undefined) return;
    const left = await readFolder(this.#root);
    if (left.every(({ name }) => name === TEMPORARY_FOLDER)) {
      await removeEmptyFolders(temporaries, dirname(this.#made));
    }
    this.#made = undefined;
    this.#madeFolders.clear();
  }

  async *#walk(folder: string, prefix: string, options: Abortable): AsyncGenerator<BlobInfo> {
    const names: BlobName[] = [];
    for (const entry of await readFolder(join(this.#root, folder))) {
      const path = `${folder}${entry.name}`;
      const isOnTheWay = `${path}/`.startsWith(prefix) || prefix.startsWith(`${path}/`);
      if (entry.isFolder && isOnTheWay) yield* this.#walk(`${path}/`, prefix, options);
      const name = entry.isFolder || !path.startsWith(prefix) ? undefined : tryParseBlobName(path);
      if (name !== undefined) names.push(name);
    }
    for (let first = 0; first < names.length; first += STATS_AT_ONCE) {
      options.signal?.throwIfAborted();
      const some = names.slice(first, first + STATS_AT_ONCE);
      const infos = await Promise.all(some.map((name) => this.#tryInfoOf(name)));
      yield* infos.filter((info) => info !== undefined);
    }
  }

  #pathOf(name: BlobName): string {
    return join(this.#root, name);
  }

  async #infoOf(name: BlobName, path: string): Promise<BlobInfo> {
    const { size, mtimeMs } = await stat(path);
    return { name, size: parseByteCount(size), writtenAt: toInstant(mtimeMs) };
  }

  async #tryInfoOf(name: BlobName): Promise<BlobInfo | undefined> {
    try {
      return await this.#infoOf(name, this.#pathOf(name));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** The folder can be removed, and made by another process, at any moment until the blob is in it. */
  async #publishInFolder(temporary: string, final: string): Promise<void> {
    const folder = dirname(final);
    for (let turn = 1; ; turn += 1) {
      try {
        await this.#ensureFolder(folder);
        await this.#publish(temporary, final);
        break;
      } catch (error) {
        const mayRetry = turn < MOST_TURNS && isGone(error) && (await isThere(temporary));
        if (!mayRetry) throw error;
        this.#forgetFolder(folder);
      }
    }
    if (this.#madeFolders.get(folder) === (await identityOf(folder))) return;
    this.#forgetFolder(folder);
    await this.#ensureFolder(folder);
  }

  async #ensureFolder(path: string): Promise<void> {
    for (let turn = 1; ; turn += 1) {
      try {
        return await this.#makeFolders(path);
      } catch (error) {
        if (turn === MOST_TURNS || !isGone(error)) throw error;
        this.#forgetFolder(path);
      }
    }
  }

  async #makeFolders(path: string): Promise<void> {
    if (this.#madeFolders.has(path)) return;
    if (path !== this.#root) await this.#makeFolders(dirname(path));
    const { identity, first } = await makeFolder(path);
    this.#madeFolders.set(path, identity);
    if (path === this.#root) this.#made ??= first;
  }

  #forgetFolder(path: string): void {
    for (let folder = path; folder !== this.#root; folder = dirname(folder))
      this.#madeFolders.delete(folder);
  }

  async #sweepOnce(temporaries: string): Promise<void> {
    if (this.#isSwept) return;
    this.#isSwept = true;
    await sweepTemporaries(temporaries);
  }

  async #attempt<T>(kind: FileAttempt["kind"], name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#explain(error, { kind, name, folder: this.#root });
    }
  }

  /** Errors of the system become diagnostics; all others, an abort among them, stay what they are. */
  #explain(error: unknown, attempt: FileAttempt): unknown {
    const isOfSystem = error instanceof Error && "syscall" in error;
    return isOfSystem ? explainFileError(error, attempt) : error;
  }
}

async function readSpan(
  { file, name }: { readonly file: FileHandle; readonly name: BlobName },
  { offset, length }: ByteSpan,
  { into, signal }: GetOptions,
): Promise<Uint8Array> {
  const bytes = into ?? Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) throw spanPastEnd(name, (await file.stat()).size);
    filled += bytesRead;
  }
  return bytes;
}

async function readFolder(
  path: string,
): Promise<readonly { readonly name: string; readonly isFolder: boolean }[]> {
  try {
    // One call of the thread pool, where `opendir` takes four: a vault has up to 256 folders of packs.
    const entries = await readdir(path, { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [];
  }
}

function isGone(error: unknown): boolean {
  return errnoOf(error) === "ENOENT";
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === "ENOENT" || errno === "ENOTDIR";
}
