import { EXTENT_SIZE, PAGE_SIZE } from "../cut/cut-sizes.ts";
import { CHUNK_ID_SIZE, type ChunkId, parseChunkId } from "./chunk-id.ts";
import { NotListing } from "./not-listing.ts";

export const EXTENT_PAGES = EXTENT_SIZE / PAGE_SIZE;
export const FINGERPRINT_SIZE = 8;

/** How an entry begins. */
const CHUNK = 0;
const WHOLE = 1;
const PATCHED = 2;

const CHUNK_ENTRY = 1 + CHUNK_ID_SIZE + 4;
const FILE = 1 + CHUNK_ID_SIZE;
const PAGE = FILE + 2;
const FINGERPRINTS = PAGE + 4;
const EXTENT_ENTRY = FINGERPRINTS + EXTENT_PAGES * FINGERPRINT_SIZE;
const SOURCE = CHUNK_ID_SIZE + 1;

export interface ListedChunk {
  readonly id: ChunkId;
  readonly length: number;
}

/** What an entry of a listing stands for: a stored chunk, an extent, or a row group that is put together. */
export interface ListedEntry extends ListedChunk {
  readonly extent?: Extent | undefined;
  /** Undefined when the row group is a stored chunk itself. */
  readonly group?: GroupPatch | undefined;
}

/** An entry that is known to be an extent. */
export interface ListedExtent extends ListedChunk {
  readonly extent: Extent;
}

/** Eight pages of a data file; the first has the number `page`. */
export interface Extent {
  readonly file: number;
  readonly page: number;
  /** The first 8 bytes of each page's keyed hash. */
  readonly fingerprints: Uint8Array;
  /** Undefined when the extent is a stored chunk itself. */
  readonly patch: Patch | undefined;
}

/** How an extent is put together. */
export interface Patch {
  /** At most eight. */
  readonly sources: readonly PageSource[];
  /** Where each of the eight pages lies: the number of its source times 16, and its place among the pages of that. */
  readonly pages: Uint8Array;
}

/** A stored chunk of one to eight pages. */
export interface PageSource {
  readonly id: ChunkId;
  readonly pages: number;
}

/** How a row group is put together out of stored chunks. */
export interface GroupPatch {
  /** One to four; the first is the earlier group that most of it comes from. */
  readonly sources: readonly ListedChunk[];
  /** In order, one directly after the other, from the beginning of the group to its end. */
  readonly spans: readonly SourceSpan[];
}

/** A stretch of a source, in bytes. */
export interface SourceSpan {
  /** Its number. */
  readonly source: number;
  readonly from: number;
  readonly length: number;
}

/** Whether the entry is put together out of several stretches of stored chunks. */
export function isPatched({ extent, group }: ListedEntry): boolean {
  return extent?.patch !== undefined || group !== undefined;
}

/** The chunks that have to be stored for the entry. */
export function storedChunksOf(entry: ListedEntry): readonly ListedChunk[] {
  if (entry.group !== undefined) return entry.group.sources;
  const patch = entry.extent?.patch;
  if (patch === undefined) return [entry];
  return patch.sources.map(({ id, pages }) => ({ id, length: pages * PAGE_SIZE }));
}

/** Where a stretch of an entry lies: `from` counts from the beginning of a source, `to` from that of the entry. */
export interface PatchSpan extends SourceSpan {
  readonly to: number;
}

/** The stretches of stored chunks that make the entry, in order. */
export function spansOf({ length, extent, group }: ListedEntry): readonly PatchSpan[] {
  if (extent?.patch !== undefined) return spansOfPages(extent.patch);
  let to = 0;
  return (group?.spans ?? [{ source: 0, from: 0, length }]).map((span) => {
    const placed = { ...span, to };
    to += span.length;
    return placed;
  });
}

function spansOfPages({ pages }: Patch): readonly PatchSpan[] {
  const spans: PatchSpan[] = [];
  for (const [page, place] of pages.entries()) {
    const source = place >> 4;
    const from = (place & 15) * PAGE_SIZE;
    const last = spans.at(-1);
    if (last?.source === source && last.from + last.length === from) {
      spans[spans.length - 1] = { ...last, length: last.length + PAGE_SIZE };
    } else spans.push({ source, from, to: page * PAGE_SIZE, length: PAGE_SIZE });
  }
  return spans;
}

/** The bytes of an entry out of those of its stored chunks. */
export function joinEntry(entry: ListedEntry, sources: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(entry.length);
  for (const { source, from, to, length } of spansOf(entry)) {
    joined.set(sources[source]?.subarray(from, from + length) ?? [], to);
  }
  return joined;
}

export function encodeListedEntry({ id, length, extent }: ListedEntry): Uint8Array {
  if (extent === undefined) {
    const bytes = Buffer.allocUnsafe(CHUNK_ENTRY);
    bytes.writeUInt8(CHUNK, 0);
    bytes.set(id, 1);
    bytes.writeUInt32BE(length, 1 + CHUNK_ID_SIZE);
    return bytes;
  }
  const { patch } = extent;
  const more = patch === undefined ? 0 : 1 + patch.sources.length * SOURCE + EXTENT_PAGES;
  const bytes = Buffer.allocUnsafe(EXTENT_ENTRY + more);
  bytes.writeUInt8(patch === undefined ? WHOLE : PATCHED, 0);
  bytes.set(id, 1);
  bytes.writeUInt16BE(extent.file, FILE);
  bytes.writeUInt32BE(extent.page, PAGE);
  bytes.set(extent.fingerprints, FINGERPRINTS);
  if (patch === undefined) return bytes;
  bytes.writeUInt8(patch.sources.length, EXTENT_ENTRY);
  let at = EXTENT_ENTRY + 1;
  for (const source of patch.sources) {
    bytes.set(source.id, at);
    bytes.writeUInt8(source.pages, at + CHUNK_ID_SIZE);
    at += SOURCE;
  }
  bytes.set(patch.pages, at);
  return bytes;
}

/** The entries of a node that lists chunks and extents, in order. Throws NotListing when it is none. */
export function* decodeListedEntries(bytes: Uint8Array): Generator<ListedEntry> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; ) {
    const end = at + entryLength(view, at);
    const entry = view.subarray(at, end);
    const id = parseChunkId(entry.subarray(1, 1 + CHUNK_ID_SIZE));
    if (entry[0] === CHUNK) yield { id, length: entry.readUInt32BE(1 + CHUNK_ID_SIZE) };
    else yield { id, length: EXTENT_SIZE, extent: decodeExtent(entry) };
    at = end;
  }
}

/** Where a stored chunk's id stands in some bytes. */
export type VisitId = (bytes: Uint8Array, offset: number) => void;

/** Visits the ids of all chunks that a node needs, without a copy of any. Throws NotListing when it is none. */
export function visitStoredIds(bytes: Uint8Array, visit: VisitId): void {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; ) {
    const length = entryLength(view, at);
    if (view[at] === PATCHED) {
      const sources = view[at + EXTENT_ENTRY] ?? 0;
      const first = at + EXTENT_ENTRY + 1;
      for (let source = 0; source < sources; source += 1) visit(bytes, first + source * SOURCE);
    } else visit(bytes, at + 1);
    at += length;
  }
}

function decodeExtent(entry: Buffer): Extent {
  return {
    file: entry.readUInt16BE(FILE),
    page: entry.readUInt32BE(PAGE),
    fingerprints: entry.subarray(FINGERPRINTS, EXTENT_ENTRY),
    patch: entry[0] === PATCHED ? decodePatch(entry.subarray(EXTENT_ENTRY)) : undefined,
  };
}

function decodePatch(bytes: Buffer): Patch {
  const count = bytes[0] ?? 0;
  const sources = Array.from({ length: count }, (_, source): PageSource => {
    const at = 1 + source * SOURCE;
    const id = parseChunkId(bytes.subarray(at, at + CHUNK_ID_SIZE));
    return { id, pages: bytes[at + CHUNK_ID_SIZE] ?? 0 };
  });
  const pages = bytes.subarray(1 + count * SOURCE);
  const isSound =
    sources.every((source) => source.pages >= 1 && source.pages <= EXTENT_PAGES) &&
    pages.every((place) => (place & 15) < (sources[place >> 4]?.pages ?? 0));
  if (!isSound) throw new NotListing();
  return { sources, pages };
}

/** How long the encoded entry is that begins there. Throws NotListing when none does. */
export function entryLength(bytes: Uint8Array, at: number): number {
  const length = declaredLength(bytes, at);
  if (length === undefined || at + length > bytes.length) throw new NotListing();
  return length;
}

/** The id of an encoded entry. */
export function idOfEntry(entry: Uint8Array): ChunkId {
  return parseChunkId(entry.subarray(1, 1 + CHUNK_ID_SIZE));
}

/** The last 16 bits of the id of the encoded entry that begins there: they decide where nodes end. */
export function idEndAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at + CHUNK_ID_SIZE - 1] ?? 0) << 8) | (bytes[at + CHUNK_ID_SIZE] ?? 0);
}

/** The encoded entry that begins there, when it is an extent of that id which is a stored chunk itself. */
export function wholeExtentAt(bytes: Uint8Array, at: number, id: ChunkId): Uint8Array | undefined {
  if (bytes[at] !== WHOLE) return undefined;
  for (let byte = 0; byte < CHUNK_ID_SIZE; byte += 1) {
    if (bytes[at + 1 + byte] !== id[byte]) return undefined;
  }
  return bytes.subarray(at, at + EXTENT_ENTRY);
}

/** Visits the extents of a node in order: where their entries begin, and which they are. Throws NotListing when it is none. */
export function visitExtents(
  bytes: Uint8Array,
  visit: (at: number, place: Pick<Extent, "file" | "page">) => void,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const length = entryLength(bytes, at);
    if (bytes[at] !== CHUNK) {
      visit(at, { file: view.getUint16(at + FILE), page: view.getUint32(at + PAGE) });
    }
    at += length;
  }
}

function declaredLength(bytes: Uint8Array, at: number): number | undefined {
  const form = bytes[at];
  if (form === CHUNK) return CHUNK_ENTRY;
  if (form === WHOLE) return EXTENT_ENTRY;
  const sources = bytes[at + EXTENT_ENTRY] ?? 0;
  if (form !== PATCHED || sources < 1 || sources > EXTENT_PAGES) return undefined;
  return EXTENT_ENTRY + 1 + sources * SOURCE + EXTENT_PAGES;
}
