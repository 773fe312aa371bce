import type { BlobId } from "./blob-names.ts";
import { CHUNK_ID_SIZE, type ChunkId } from "./chunk-id.ts";
import { Damage } from "./damage.ts";

/** One chunk in a directory: its id, then its length. */
export const ENTRY_SIZE = CHUNK_ID_SIZE + 4;
/** What a directory says of a segment before its chunks. */
export const SEGMENT_SIZE = 16;
const PACK_SIZE = 28;

/** What a segment holds: bytes of objects, or lists of chunks. */
export type SegmentKind = "data" | "listing";

export interface SegmentEntry {
  readonly kind: SegmentKind;
  readonly offset: number;
  /** With the tag. */
  readonly storedLength: number;
  readonly rawLength: number;
  /** The chunks in order, `ENTRY_SIZE` bytes each. */
  readonly chunks: Uint8Array;
}

/** A pack as an index lists it. */
export interface PackEntry {
  readonly id: BlobId;
  readonly epoch: number;
  readonly size: number;
  /** Encoded by `encodeDirectory`. */
  readonly directory: Uint8Array;
}

export function encodeDirectory(segments: readonly SegmentEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const segment of segments) {
    const head = Buffer.alloc(SEGMENT_SIZE);
    head.writeUInt32BE(segment.offset, 0);
    head.writeUInt32BE(segment.storedLength, 4);
    head.writeUInt32BE(segment.rawLength, 8);
    head.writeUInt32BE(segment.chunks.length / ENTRY_SIZE, 12);
    if (segment.kind === "listing") head.writeUInt8(0x80 | head.readUInt8(12), 12);
    parts.push(head, segment.chunks);
  }
  return Buffer.concat(parts);
}

/** Walks the segments of a directory; throws Damage that names `blob`. */
export function* decodeDirectory(blob: string, bytes: Uint8Array): Generator<SegmentEntry> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  while (at < view.length) {
    if (at + SEGMENT_SIZE > view.length) throw new Damage(blob, "has a directory that breaks off");
    const word = view.readUInt32BE(at + 12);
    const end = at + SEGMENT_SIZE + (word & 0x7fffffff) * ENTRY_SIZE;
    if (end > view.length) throw new Damage(blob, "has a directory that breaks off");
    yield {
      kind: word >>> 31 === 1 ? "listing" : "data",
      offset: view.readUInt32BE(at),
      storedLength: view.readUInt32BE(at + 4),
      rawLength: view.readUInt32BE(at + 8),
      chunks: view.subarray(at + SEGMENT_SIZE, end),
    };
    at = end;
  }
}

/** The content of an index blob. */
export function encodePackList(packs: readonly PackEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const pack of packs) {
    const head = Buffer.alloc(PACK_SIZE);
    head.write(pack.id, 0, "hex");
    head.writeUInt32BE(pack.epoch, 16);
    head.writeUInt32BE(pack.size, 20);
    head.writeUInt32BE(pack.directory.length, 24);
    parts.push(head, pack.directory);
  }
  return Buffer.concat(parts);
}

/** Walks the packs of an index blob; throws Damage that names `blob`. */
export function* decodePackList(blob: string, bytes: Uint8Array): Generator<PackEntry> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  while (at < view.length) {
    if (at + PACK_SIZE > view.length) throw new Damage(blob, "breaks off");
    const end = at + PACK_SIZE + view.readUInt32BE(at + 24);
    if (end > view.length) throw new Damage(blob, "breaks off");
    yield {
      id: view.toString("hex", at, at + 16) as BlobId,
      epoch: view.readUInt32BE(at + 16),
      size: view.readUInt32BE(at + 20),
      directory: view.subarray(at + PACK_SIZE, end),
    };
    at = end;
  }
}

/** The chunks of a segment or of a listing, in order. */
export function* decodeEntries(
  entries: Uint8Array,
): Generator<{ readonly id: ChunkId; readonly length: number }> {
  const view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
  for (let at = 0; at + ENTRY_SIZE <= entries.length; at += ENTRY_SIZE) {
    const id = entries.subarray(at, at + ENTRY_SIZE - 4) as ChunkId;
    yield { id, length: view.getUint32(at + ENTRY_SIZE - 4) };
  }
}
