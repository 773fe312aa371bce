import { Readable } from "node:stream";
import type {
  BlobImmutabilityPolicy,
  BlockBlobClient,
  BlockBlobUploadHeaders,
} from "@azure/storage-blob";
import { type Instant, toInstant } from "../../../core/kit/clock.ts";
import { createLimiter } from "../../../core/kit/limiter.ts";

const MOST_BLOCKS = 50_000;
const SMALLEST_BLOCK = 8 * 1024 * 1024;
const BLOCKS_AT_ONCE = 4;
/** Parts below that are joined: a request of many small writes is slower. */
const JOIN_LIMIT = 256 * 1024;

const IF_ABSENT = { ifNoneMatch: "*" } as const;
const HEADERS = { blobContentType: "application/octet-stream" } as const;

export interface UploadOptions {
  readonly abortSignal: AbortSignal;
  /** Until then the blob can be neither changed nor removed, by anybody. */
  readonly immutableUntil?: Date | undefined;
}

/** Writes a blob in one request if its name is free, and gives the service's time of it. */
export async function putWhole(
  blob: BlockBlobClient,
  parts: readonly Uint8Array[],
  options: UploadOptions,
): Promise<Instant> {
  const how = howTo(options);
  return timeOf(await blob.upload(bodyOf(parts), lengthOf(parts), how));
}

export interface Block {
  /** Of this block of this `put` alone: blocks of other writers of the same blob are beside it. */
  readonly id: string;
  readonly parts: readonly Uint8Array[];
  readonly size: number;
}

/** Cuts a blob into blocks, at most 50,000. `nonce` is a new text of 32 characters. */
export function cutBlocks(
  parts: readonly Uint8Array[],
  { nonce, limit }: { readonly nonce: string; readonly limit: number },
): readonly Block[] {
  const least = Math.min(SMALLEST_BLOCK, limit);
  const size = Math.max(least, Math.ceil(lengthOf(parts) / MOST_BLOCKS));
  return groupParts(parts, size).map((group, at) => ({
    id: Buffer.from(`${nonce}-${String(at).padStart(6, "0")}`).toString("base64"),
    parts: group,
    size: lengthOf(group),
  }));
}

/** Sends blocks, four at once, with `send`; when one fails for good, no other is begun. Nothing of them is visible. */
export async function sendBlocks(
  blocks: readonly Block[],
  send: (block: Block) => Promise<void>,
): Promise<void> {
  const limit = createLimiter(BLOCKS_AT_ONCE);
  let isStopped = false;
  const sent = blocks.map((block) =>
    limit(async () => {
      if (isStopped) return;
      try {
        await send(block);
      } catch (error) {
        isStopped = true;
        throw error;
      }
    }),
  );
  await Promise.allSettled(sent);
  await Promise.all(sent);
}

/** Sends one block. The same block may be sent again. */
export async function stageBlock(
  blob: BlockBlobClient,
  { id, parts, size }: Block,
  abortSignal: AbortSignal,
): Promise<void> {
  await blob.stageBlock(id, bodyOf(parts), size, { abortSignal });
}

/** Makes a blob of staged blocks if its name is free. Only now it is visible, whole. */
export async function commitBlocks(
  blob: BlockBlobClient,
  blocks: readonly Block[],
  options: UploadOptions,
): Promise<Instant> {
  const ids = blocks.map(({ id }) => id);
  return timeOf(await blob.commitBlockList(ids, howTo(options)));
}

function howTo({ abortSignal, immutableUntil: expiriesOn }: UploadOptions) {
  const how = { abortSignal, conditions: IF_ABSENT, blobHTTPHeaders: HEADERS };
  if (expiriesOn === undefined) return how;
  const immutabilityPolicy: BlobImmutabilityPolicy = { expiriesOn, policyMode: "Locked" };
  return { ...how, immutabilityPolicy };
}

/** The parts in groups of `size` bytes, the last one shorter, without copying. */
function groupParts(
  parts: readonly Uint8Array[],
  size: number,
): readonly (readonly Uint8Array[])[] {
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
