import { Readable } from "node:stream";
import type { BlockBlobClient, BlockBlobUploadHeaders } from "@azure/storage-blob";
import { type Instant, toInstant } from "../../../core/kit/clock.ts";
import { createLimiter } from "../../../core/kit/limiter.ts";

/** Larger than any pack, so that packs take one request. Azure takes up to 5,000 MiB in one. */
const SINGLE_PUT_LIMIT = 256 * 1024 * 1024;
const MOST_BLOCKS = 50_000;
const SMALLEST_BLOCK = 8 * 1024 * 1024;
const BLOCKS_AT_ONCE = 4;
/** Parts below that are joined: a request of many small writes is slower. */
const JOIN_LIMIT = 256 * 1024;

const IF_ABSENT = { ifNoneMatch: "*" } as const;
const HEADERS = { blobContentType: "application/octet-stream" } as const;

export interface UploadOptions {
  readonly abortSignal: AbortSignal;
  readonly nonce: () => string;
  readonly singlePutLimit?: number | undefined;
}

/** Writes a blob if its name is free, and gives the service's time of it. Nothing is visible before all of it is there. */
export async function uploadBlob(
  blob: BlockBlobClient,
  parts: readonly Uint8Array[],
  options: UploadOptions,
): Promise<Instant> {
  const { abortSignal, singlePutLimit = SINGLE_PUT_LIMIT } = options;
  const size = lengthOf(parts);
  const how = { abortSignal, conditions: IF_ABSENT, blobHTTPHeaders: HEADERS };
  if (size <= singlePutLimit) return timeOf(await blob.upload(bodyOf(parts), size, how));
  const ids = await stageBlocks(blob, parts, { ...options, singlePutLimit });
  return timeOf(await blob.commitBlockList(ids, how));
}

async function stageBlocks(
  blob: BlockBlobClient,
  parts: readonly Uint8Array[],
  options: UploadOptions & { readonly singlePutLimit: number },
): Promise<string[]> {
  const limit = createLimiter(BLOCKS_AT_ONCE);
  const least = Math.min(SMALLEST_BLOCK, options.singlePutLimit);
  const blocks = cutBlocks(parts, Math.max(least, Math.ceil(lengthOf(parts) / MOST_BLOCKS)));
  const nonce = options.nonce();
  const stopped = new AbortController();
  const abortSignal = AbortSignal.any([options.abortSignal, stopped.signal]);
  const staged = blocks.map((block, at) =>
    limit(async () => {
      abortSignal.throwIfAborted();
      const id = Buffer.from(`${nonce}-${String(at).padStart(6, "0")}`).toString("base64");
      await blob.stageBlock(id, bodyOf(block), lengthOf(block), { abortSignal });
      return id;
    }),
  );
  try {
    return await Promise.all(staged);
  } catch (error) {
    stopped.abort();
    await Promise.allSettled(staged);
    throw error;
  }
}

/** The parts in groups of `size` bytes, the last one shorter, without copying. */
function cutBlocks(parts: readonly Uint8Array[], size: number): readonly (readonly Uint8Array[])[] {
  const blocks: Uint8Array[][] = [[]];
  let room = size;
  for (const part of parts) {
    for (let from = 0; from < part.length; ) {
      if (room === 0) {
        blocks.push([]);
        room = size;
      }
      const piece = part.subarray(from, from + room);
      blocks.at(-1)?.push(piece);
      from += piece.length;
      room -= piece.length;
    }
  }
  return blocks;
}

/** A body for one request. */
function bodyOf(parts: readonly Uint8Array[]): Uint8Array | (() => NodeJS.ReadableStream) {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  if (lengthOf(parts) <= JOIN_LIMIT) return Buffer.concat(parts);
  return () => Readable.from(joinSmall(parts), { objectMode: false });
}

function* joinSmall(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  for (const part of parts) {
    waiting.push(part);
    if (lengthOf(waiting) < JOIN_LIMIT) continue;
    yield waiting.length === 1 ? part : Buffer.concat(waiting);
    waiting = [];
  }
  if (waiting.length > 0) yield Buffer.concat(waiting);
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function timeOf({ lastModified }: Pick<BlockBlobUploadHeaders, "lastModified">): Instant {
  return toInstant(lastModified?.getTime() ?? Number.NaN);
}
