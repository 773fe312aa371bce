import { type Abortable, type BlobStore } from "../../storage/blob-store.ts";
import type { ChunkPlace, IndexedPack, SegmentPlace } from "../index/pack-index.ts";
import { fetchBlob } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";
import { type BlobId, packName } from "./blob-names.ts";
import { Damage } from "./damage.ts";
import { decodeDirectory, type PackEntry } from "./pack-directory.ts";
import { FOOTER_SIZE, tryParseFooter } from "./pack-footer.ts";
import { BlobCipher, HEADER_SIZE, openSegment, parseHead } from "./sealed-blob.ts";

/** The bytes of a pack from `offset` on; rejects with Damage when the pack is not there. */
export type ReadSpan = (offset: number, length: number) => Promise<Uint8Array>;

/** Reads spans of a pack from the store. */
export function packSpans(store: BlobStore, id: BlobId, options: Abortable): ReadSpan {
  return (offset, length) =>
    fetchBlob(store, packName(id), { signal: options.signal, span: { offset, length } });
}

const WINDOW = 4 * 1024 * 1024;

/** The same spans, read from the store in stretches of 4 MiB that end at `end`: spans one after the other read each byte once. Memory: a stretch and a span. */
export function inWindows(read: ReadSpan, end: number): ReadSpan {
  let start = 0;
  let window: Uint8Array = new Uint8Array();
  return async (offset, length) => {
    const last = start + window.length;
    if (offset < start || offset + length > last) {
      const isNext = offset >= start && offset <= last;
      const kept = isNext ? window.subarray(offset - start) : new Uint8Array();
      const from = offset + kept.length;
      const missing = length - kept.length;
      const more = await read(from, Math.max(missing, Math.min(WINDOW, end - from)));
      window = kept.length === 0 ? more : Buffer.concat([kept, more]);
      start = offset;
    }
    return window.subarray(offset - start, offset - start + length);
  };
}

/** What a pack says of itself at its end, so that it can be used without an index. Throws Damage. */
export async function readPackEntry(
  access: VaultAccess,
  pack: { readonly id: BlobId; readonly size: number },
  read: ReadSpan,
): Promise<PackEntry> {
  const { id, size } = pack;
  const blob = packName(id);
  if (size < HEADER_SIZE + FOOTER_SIZE) throw new Damage(blob, "is shorter than an empty pack");
  const head = parseHead(blob, await read(0, HEADER_SIZE), { kind: "pack", id });
  const footer = tryParseFooter(await read(size - FOOTER_SIZE, FOOTER_SIZE), size);
  if (footer === undefined) throw new Damage(blob, "has a damaged footer");
  const cipher = new BlobCipher(access.ring, head, blob);
  const sealed = await read(footer.offset, footer.storedLength);
  const directory = await openSegment(cipher, { ...footer, blob }, sealed);
  let at = HEADER_SIZE;
  for (const segment of decodeDirectory(blob, directory)) {
    if (segment.offset !== at) throw new Damage(blob, "has a directory that leaves gaps");
    at += segment.storedLength;
  }
  if (at !== footer.offset) throw new Damage(blob, "has a directory that leaves gaps");
  return { id, epoch: head.epoch, size, directory };
}

/** The chunks of one segment, decrypted, authenticated and decompressed. Throws Damage. */
export async function readSegment(
  access: VaultAccess,
  place: SegmentPlace,
  options: Abortable,
): Promise<Uint8Array> {
  const blob = packName(place.pack.id);
  const loss = lossOf(place.pack);
  if (loss !== undefined) throw loss;
  const sealed = await packSpans(
    access.store,
    place.pack.id,
    options,
  )(place.offset, place.storedLength);
  const head = { kind: "pack", id: place.pack.id, epoch: place.pack.epoch, rawLength: 0 } as const;
  return openSegment(new BlobCipher(access.ring, head, blob), { ...place, blob }, sealed);
}

/** What is wrong with a pack as a whole; undefined when it is there and as long as it was. */
export function lossOf(pack: IndexedPack): Damage | undefined {
  const { state } = pack;
  if (state !== "missing" && state !== "cut") return undefined;
  const problem = state === "missing" ? "is missing" : "is not as long as it was written";
  return new Damage(packName(pack.id), problem);
}

/** The chunk inside its segment's bytes. Throws Damage when it reaches past their end. */
export function sliceChunk(place: ChunkPlace, segment: Uint8Array): Uint8Array {
  const end = place.offset + place.length;
  if (end > segment.length) {
    throw new Damage(packName(place.segment.pack.id), "lists a chunk past the end of its segment");
  }
  return segment.subarray(place.offset, end);
}
