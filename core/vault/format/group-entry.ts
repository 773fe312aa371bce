import { CHUNK_ID_SIZE, parseChunkId } from "./chunk-id.ts";
import type { GroupPatch, ListedChunk, ListedEntry, SourceSpan, VisitId } from "./extent-entry.ts";
import { NotListing } from "./not-listing.ts";
import { ENTRY_SIZE } from "./pack-directory.ts";

/**
 * A row group that is put together stands in cells as long as the entry of a chunk, so that a node which lists none is the same
 * as before: the group, its sources, then its spans. The group's cell has its id and this word: 1 bit that tells it from a
 * chunk, 2 of the number of its sources less one, 6 of its cells of spans, 23 of its length less one.
 */
const PATCHED = 0x80000000;
const SOURCES_AT = 29;
const CELLS_AT = 23;
const MOST_CELLS = 63;
const LENGTH = 0x7fffff;

export const MOST_SOURCES = 4;

/** Of a group and of its sources in bytes: what lies in four segments of so many can be read at once. */
export const LONGEST_PART = 2 * 1024 * 1024;

/** A number of a span has at most so many bytes of seven bits. */
const MOST_DIGITS = 4;

/** A row group that is known to be put together. */
export interface PatchedGroup extends ListedChunk {
  readonly group: GroupPatch;
}

/** Whether an entry has room for the spans of a group. */
export function fitsEntry(spans: readonly SourceSpan[]): boolean {
  return encodeSpans(spans).length <= MOST_CELLS * ENTRY_SIZE;
}

/** Throws RangeError when it has no room. */
export function encodeGroupEntry({ id, length, group }: PatchedGroup): Uint8Array {
  const { sources, spans } = group;
  const encoded = encodeSpans(spans);
  const cells = Math.ceil(encoded.length / ENTRY_SIZE);
  if (cells < 1 || cells > MOST_CELLS || sources.length < 1 || sources.length > MOST_SOURCES) {
    throw new RangeError("a group that no entry has room for. This is a bug.");
  }
  const bytes = Buffer.alloc((1 + sources.length + cells) * ENTRY_SIZE);
  const word = (sources.length - 1) * 2 ** SOURCES_AT + cells * 2 ** CELLS_AT + length - 1;
  writeCell(bytes, 0, { id, word: PATCHED + word });
  for (const [source, chunk] of sources.entries()) {
    writeCell(bytes, (1 + source) * ENTRY_SIZE, { id: chunk.id, word: chunk.length });
  }
  bytes.set(encoded, (1 + sources.length) * ENTRY_SIZE);
  return bytes;
}

/** The entries of a node that lists chunks and groups, in order. Throws NotListing when it is none. */
export function* decodeGroupEntries(bytes: Uint8Array): Generator<ListedEntry> {
  const view = viewOf(bytes);
  for (let at = 0; at < view.length; ) {
    const { sources, end } = headAt(view, at);
    const { id, word } = readCell(view, at);
    if (sources === 0) yield { id, length: word };
    else {
      const length = (word & LENGTH) + 1;
      const chunks = Array.from({ length: sources }, (_, source): ListedChunk => {
        const cell = readCell(view, at + (1 + source) * ENTRY_SIZE);
        return { id: cell.id, length: cell.word };
      });
      const spans = view.subarray(at + (1 + sources) * ENTRY_SIZE, end);
      const group = groupOf(chunks, spans, length);
      requireSound(length, group);
      yield { id, length, group };
    }
    at = end;
  }
}

/** Visits the ids of all chunks that such a node needs, without a copy of any. Throws NotListing when it is none. */
export function visitGroupIds(bytes: Uint8Array, visit: VisitId): void {
  const view = viewOf(bytes);
  for (let at = 0; at < view.length; ) {
    const { sources, end } = headAt(view, at);
    if (sources === 0) visit(bytes, at);
    for (let source = 1; source <= sources; source += 1) visit(bytes, at + source * ENTRY_SIZE);
    at = end;
  }
}

/** Where the entry ends that begins there, and how many sources it has: none when it is a chunk. */
function headAt(view: Buffer, at: number): { readonly sources: number; readonly end: number } {
  if (at + ENTRY_SIZE > view.length) throw new NotListing();
  const word = view.readUInt32BE(at + CHUNK_ID_SIZE);
  if (word < PATCHED) return { sources: 0, end: at + ENTRY_SIZE };
  const sources = ((word >>> SOURCES_AT) & (MOST_SOURCES - 1)) + 1;
  const cells = (word >>> CELLS_AT) & MOST_CELLS;
  const end = at + (1 + sources + cells) * ENTRY_SIZE;
  if (cells === 0 || end > view.length) throw new NotListing();
  return { sources, end };
}

/** The spans are taken apart whenever they are asked for: they may take 30 times the memory of the entry, of which nodes have thousands. */
function groupOf(sources: readonly ListedChunk[], spans: Buffer, length: number): GroupPatch {
  return {
    sources,
    get spans() {
      return decodeSpans(spans, length);
    },
  };
}

function requireSound(length: number, { sources, spans }: GroupPatch): void {
  const isPart = (size: number) => size >= 1 && size <= LONGEST_PART;
  const isInside = ({ source, from, length: size }: SourceSpan) =>
    from >= 0 && from + size <= (sources[source]?.length ?? 0);
  const isSound =
    isPart(length) && sources.every((source) => isPart(source.length)) && spans.every(isInside);
  if (!isSound) throw new NotListing();
}

/**
 * Each span is two numbers: four times its length plus its source; and how far it begins behind the end of the span before it
 * of that source, doubled, or doubled less one where it begins before that.
 */
function encodeSpans(spans: readonly SourceSpan[]): Uint8Array {
  const ends = [0, 0, 0, 0];
  const digits: number[] = [];
  for (const { source, from, length } of spans) {
    const step = from - (ends[source] ?? 0);
    ends[source] = from + length;
    for (let number of [length * MOST_SOURCES + source, step < 0 ? -2 * step - 1 : 2 * step]) {
      for (; number > 127; number >>>= 7) digits.push((number & 127) | 128);
      digits.push(number);
    }
  }
  return Uint8Array.from(digits);
}

/** Spans that are as long as the group together, and zeros behind them. */
function decodeSpans(bytes: Uint8Array, length: number): readonly SourceSpan[] {
  const ends = [0, 0, 0, 0];
  const spans: SourceSpan[] = [];
  let at = 0;
  const read = (): number => {
    let number = 0;
    for (let digit = 0; digit < MOST_DIGITS; digit += 1) {
      const byte = bytes[at] ?? 128;
      at += 1;
      number += (byte & 127) * 2 ** (7 * digit);
      if (byte < 128) return number;
    }
    throw new NotListing();
  };
  for (let left = length; left > 0; ) {
    const head = read();
    const step = read();
    const source = head % MOST_SOURCES;
    const size = Math.floor(head / MOST_SOURCES);
    const from = (ends[source] ?? 0) + (step % 2 === 0 ? step / 2 : -(step + 1) / 2);
    if (size === 0 || size > left) throw new NotListing();
    ends[source] = from + size;
    left -= size;
    spans.push({ source, from, length: size });
  }
  if (bytes.subarray(at).some((byte) => byte !== 0)) throw new NotListing();
  return spans;
}

function writeCell(bytes: Buffer, at: number, { id, word }: Cell): void {
  bytes.set(id, at);
  bytes.writeUInt32BE(word, at + CHUNK_ID_SIZE);
}

function readCell(view: Buffer, at: number): Cell {
  const id = parseChunkId(view.subarray(at, at + CHUNK_ID_SIZE));
  return { id, word: view.readUInt32BE(at + CHUNK_ID_SIZE) };
}

interface Cell {
  readonly id: ListedChunk["id"];
  readonly word: number;
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
