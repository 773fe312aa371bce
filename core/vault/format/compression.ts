import { promisify } from "node:util";
import {
  constants,
  zstdCompress,
  zstdCompressSync,
  zstdDecompress,
  zstdDecompressSync,
} from "node:zlib";

/** Level -1 would silently mean 3. A window of a whole segment: 12 % smaller than one of 128 KiB on rows, and no slower (docs/performance.md). */
const PARAMS = {
  [constants.ZSTD_c_compressionLevel]: 1,
  [constants.ZSTD_c_windowLog]: 20,
  [constants.ZSTD_c_checksumFlag]: 1,
};

/**
 * Of streams, which are mostly pages of databases: a sixth less time than with the window of rows, for 2 % more bytes. Without a
 * checksum of zstd's own, because every chunk is compared with its id.
 */
const PAGE_PARAMS = {
  [constants.ZSTD_c_compressionLevel]: 1,
  [constants.ZSTD_c_windowLog]: 17,
  [constants.ZSTD_c_hashLog]: 14,
};

const compressAsync = promisify(zstdCompress);
const decompressAsync = promisify(zstdDecompress);

/** One zstd frame with the checksum of its content, made off the main thread. */
export async function compress(raw: Uint8Array): Promise<Uint8Array> {
  return compressAsync(raw, { params: PARAMS, chunkSize: boundOf(raw) });
}

/** The same of a stream's chunks, on the thread of the caller, without a checksum. The caller gives the memory back (`releaseBytes`). */
export function compressNow(raw: Uint8Array): Uint8Array {
  return zstdCompressSync(raw, { params: PAGE_PARAMS, chunkSize: boundOf(raw) });
}

/** With room for all of the frame zstd writes it in one go, out of the bytes where they lie; else it copies them first. */
function boundOf({ length }: Uint8Array): number {
  return length + (length >> 8) + 512;
}

/** Rejects unless the frame holds exactly `rawLength` bytes. An output buffer of that size saves a copy. */
export async function decompress(frame: Uint8Array, rawLength: number): Promise<Uint8Array> {
  const raw = await decompressAsync(frame, { chunkSize: Math.max(64, rawLength + 64) });
  if (raw.length !== rawLength) throw new RangeError("a frame of another length");
  return raw;
}

/** The same on the thread of the caller. Throws instead of rejecting. */
export function decompressNow(frame: Uint8Array, rawLength: number): Buffer {
  const raw = zstdDecompressSync(frame, { chunkSize: Math.max(64, rawLength + 64) });
  if (raw.length !== rawLength) throw new RangeError("a frame of another length");
  return raw;
}
