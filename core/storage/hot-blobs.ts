import { crc32 } from "node:zlib";
import { hasCode } from "../diagnostics/caught.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { ByteCount } from "../kit/bytes.ts";
import {
  type Abortable,
  type BlobName,
  type BlobStore,
  type ByteSpan,
  parseBlobName,
} from "./blob-store.ts";

export interface HotBlobsOptions {
  /** The most that the copies may take. */
  readonly limit: ByteCount;
  /** Hears once of each kind of trouble: copies are of use and no loss, so trouble with them fails nothing. */
  readonly onTrouble: (diagnostic: Diagnostic) => void;
}

/** Before the names of copies, so that nothing else in that place can be taken for one. */
const FOLDER = "hot-copies/";
const LONGEST_NAME = 200 - FOLDER.length;
/** A checksum stands for so many bytes of a copy. */
const BLOCK = 1024 * 1024;
const CHECKSUM = 4;

interface Copy {
  /** Of the blob, without its checksums. */
  readonly size: number;
  readonly checksums: Promise<Uint8Array> | undefined;
}

/**
 * Copies of blobs in a store near by, at most so many bytes of them: the one that was used longest ago makes room. A copy
 * is the blob and then a CRC-32 of each MiB of it, low byte first; one whose bytes are not those is forgotten. The store
 * may be shared by several processes, which may take copies from each other.
 */
export class HotBlobs {
  readonly #store: BlobStore;
  readonly #options: HotBlobsOptions;
  /** In the order of their use. */
  readonly #copies = new Map<BlobName, Copy>();
  readonly #told = new Set<string>();
  #used = 0;

  constructor(store: BlobStore, options: HotBlobsOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Takes over the copies that are there, the oldest first. */
  async load(options: Abortable = {}): Promise<void> {
    await this.#guard(options, async () => {
      const infos = await Array.fromAsync(this.#store.list(FOLDER, options));
      for (const { name, size } of infos.toSorted((one, two) => one.writtenAt - two.writtenAt)) {
        const blocks = Math.ceil(size / (BLOCK + CHECKSUM));
        this.#add(parseBlobName(name.slice(FOLDER.length)), size - blocks * CHECKSUM);
      }
      await this.#makeRoom(0, options);
    });
  }

  /** Keeps a copy, unless it is larger than all of the room. */
  async keep(name: BlobName, parts: readonly Uint8Array[], options: Abortable = {}): Promise<void> {
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    const isTooLarge = storedSize(size) > this.#options.limit || name.length > LONGEST_NAME;
    if (isTooLarge || this.#copies.has(name)) return;
    await this.#guard(options, async () => {
      await this.#makeRoom(storedSize(size), options);
      this.#add(name, size);
      try {
        await this.#store.put(nearName(name), [...parts, checksumsOf(parts, size)], options);
      } catch (error) {
        if (hasCode(error, "STORE_EXISTS")) return;
        this.#drop(name);
        throw error;
      }
    });
  }

  /** The bytes of a copy; undefined when there is none that is whole. */
  async read(
    name: BlobName,
    span: ByteSpan | undefined,
    options: Abortable = {},
  ): Promise<Uint8Array | undefined> {
    const copy = this.#copies.get(name);
    if (copy === undefined) return undefined;
    const { offset, length } = span ?? { offset: 0, length: copy.size };
    if (offset + length > copy.size) return undefined;
    return this.#guard(options, async () => {
      this.#touch(name, copy);
      const from = Math.floor(offset / BLOCK);
      const begin = from * BLOCK;
      const end = Math.min(Math.ceil((offset + length) / BLOCK) * BLOCK, copy.size);
      const [checksums, bytes] = await Promise.all([
        this.#checksums(name, copy, options),
        this.#store.get(nearName(name), {
          ...options,
          span: { offset: begin, length: end - begin },
        }),
      ]);
      if (isWhole(bytes, checksums.subarray(from * CHECKSUM)))
        return bytes.subarray(offset - begin, offset - begin + length);
      await this.forget(name, options);
      return undefined;
    }).catch((error: unknown) => {
      this.#drop(name);
      throw error;
    });
  }

  has(name: BlobName): boolean {
    return this.#copies.has(name);
  }

  /** Removes a copy if there is one. */
  async forget(name: BlobName, options: Abortable = {}): Promise<void> {
    this.#drop(name);
    await this.#guard(options, () => this.#store.remove(nearName(name), options));
  }

  async #checksums(name: BlobName, copy: Copy, options: Abortable): Promise<Uint8Array> {
    const known = this.#copies.get(name)?.checksums;
    if (known !== undefined) return known;
    const length = storedSize(copy.size) - copy.size;
    const checksums = this.#store.get(nearName(name), {
      ...options,
      span: { offset: copy.size, length },
    });
    const read = await checksums;
    if (this.#copies.has(name)) this.#copies.set(name, { ...copy, checksums });
    return read;
  }

  async #makeRoom(wanted: number, options: Abortable): Promise<void> {
    for (const [name] of this.#copies) {
      if (this.#used + wanted <= this.#options.limit) return;
      this.#drop(name);
      await this.#store.remove(nearName(name), options);
    }
  }

  #add(name: BlobName, size: number): void {
    this.#drop(name);
    this.#copies.set(name, { size, checksums: undefined });
    this.#used += storedSize(size);
  }

  #touch(name: BlobName, copy: Copy): void {
    this.#copies.delete(name);
    this.#copies.set(name, copy);
  }

  #drop(name: BlobName): void {
    const copy = this.#copies.get(name);
    if (copy !== undefined) this.#used -= storedSize(copy.size);
    this.#copies.delete(name);
  }

  /** Tells trouble of the store near by, once of each kind; gives undefined then. */
  async #guard<T>({ signal }: Abortable, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof DiagnosticError)) throw error;
      const { code } = error.diagnostic;
      if (code !== "STORE_NOT_FOUND" && !this.#told.has(code)) {
        this.#options.onTrouble(error.diagnostic);
        this.#told.add(code);
      }
      return undefined;
    }
  }
}

/** With what the names of copies begin, of blobs whose names begin so. */
export function copyPrefix(prefix: string): string {
  return `${FOLDER}${prefix}`;
}

function nearName(name: BlobName): BlobName {
  return parseBlobName(`${FOLDER}${name}`);
}

function storedSize(size: number): number {
  return size + Math.ceil(size / BLOCK) * CHECKSUM;
}

function checksumsOf(parts: readonly Uint8Array[], size: number): Uint8Array {
  const checksums = Buffer.alloc(Math.ceil(size / BLOCK) * CHECKSUM);
  let at = 0;
  let value = 0;
  for (const part of parts) {
    for (let from = 0; from < part.length; ) {
      const piece = part.subarray(from, from + BLOCK - (at % BLOCK));
      value = crc32(piece, value);
      at += piece.length;
      from += piece.length;
      checksums.writeUInt32LE(value, Math.floor((at - 1) / BLOCK) * CHECKSUM);
      if (at % BLOCK === 0) value = 0;
    }
  }
  return checksums;
}

function isWhole(bytes: Uint8Array, checksums: Uint8Array): boolean {
  const expected = new DataView(checksums.buffer, checksums.byteOffset, checksums.byteLength);
  const count = Math.ceil(bytes.length / BLOCK);
  return Array.from({ length: count }, (_, at) => at).every((at) => {
    const block = bytes.subarray(at * BLOCK, (at + 1) * BLOCK);
    return crc32(block) === expected.getUint32(at * CHECKSUM, true);
  });
}
