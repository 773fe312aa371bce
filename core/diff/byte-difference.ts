import type { Abortable } from "../kit/abortable.ts";
import type { PointReader } from "../vault/vault.ts";
import { hashOf } from "./join-rows.ts";
import type { StreamSides } from "./page-difference.ts";
import type { ByteRange, PageEvent } from "./page-event.ts";
import { type PlacedChunk, streamEntries } from "./stream-entries.ts";

/** Ids in memory at once, some 60 bytes each. */
const MOST_IDS = 1024 * 1024;
/** Ranges that are told at once. */
const AT_ONCE = 500;

async function* othersOf(
  reader: PointReader,
  options: Abortable,
): AsyncGenerator<readonly PlacedChunk[]> {
  for await (const entries of streamEntries(reader, options)) {
    yield entries.filter(({ chunk }) => chunk.extent === undefined);
  }
}

const idOf = ({ chunk }: PlacedChunk) => Buffer.from(chunk.id).toString("latin1");

/** A bit for each chunk: whether the other point has it, too. */
class Shared {
  #bits = new Uint8Array(1024);

  markAll(areShared: readonly boolean[], from: number): void {
    for (const [at, isShared] of areShared.entries()) if (isShared) this.#mark(from + at);
  }

  #mark(at: number): void {
    if (at >> 3 >= this.#bits.length) {
      const grown = new Uint8Array(this.#bits.length * 2);
      grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[at >> 3] = (this.#bits[at >> 3] ?? 0) | (1 << (at & 7));
  }

  has(at: number): boolean {
    return ((this.#bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
  }
}

async function countOf(reader: PointReader, options: Abortable): Promise<number> {
  let count = 0;
  for await (const entries of othersOf(reader, options)) count += entries.length;
  return count;
}

async function sharedBy(
  own: PointReader,
  other: PointReader,
  options: Abortable & { readonly most: number },
): Promise<Shared> {
  const shared = new Shared();
  const passes = Math.max(1, Math.ceil((await countOf(other, options)) / options.most));
  for (let pass = 0; pass < passes; pass += 1) {
    const isWanted = (id: string) => passes === 1 || hashOf(id) % passes === pass;
    const ids = new Set<string>();
    for await (const entries of othersOf(other, options)) {
      for (const id of entries.map(idOf).filter(isWanted)) ids.add(id);
    }
    let from = 0;
    for await (const entries of othersOf(own, options)) {
      shared.markAll(
        entries.map((entry) => ids.has(idOf(entry))),
        from,
      );
      from += entries.length;
    }
  }
  return shared;
}

/** Ranges of chunks that only this side has, and how many bytes it has in all. */
class OwnRanges {
  readonly #change: ByteRange["change"];
  #open: ByteRange | undefined;
  ready: ByteRange[] = [];
  own = 0;
  shared = 0;

  constructor(change: ByteRange["change"]) {
    this.#change = change;
  }

  add({ chunk, stream, offset }: PlacedChunk, isShared: boolean): void {
    if (isShared) {
      this.shared += chunk.length;
      return;
    }
    this.own += chunk.length;
    const open = this.#open;
    if (open !== undefined && open.stream === stream && open.offset + open.bytes === offset) {
      this.#open = { ...open, bytes: open.bytes + chunk.length };
      return;
    }
    this.close();
    this.#open = { change: this.#change, stream, offset, bytes: chunk.length };
  }

  close(): void {
    if (this.#open !== undefined) this.ready.push(this.#open);
    this.#open = undefined;
  }

  take(): readonly ByteRange[] {
    const ranges = this.ready;
    this.ready = [];
    return ranges;
  }
}

/**
 * Tells which bytes outside of database pages only one of two points of a vault has, from the ids of their chunks alone. Bytes
 * are told in whole chunks, so that a range may begin and end with some that are equal.
 */
export async function* byteDifferences(
  { before, after }: StreamSides,
  { signal, most = MOST_IDS }: Abortable & { readonly most?: number } = {},
): AsyncGenerator<PageEvent> {
  const removed = new OwnRanges("removed");
  const added = new OwnRanges("added");
  const turns = [
    { own: before, other: after, ranges: removed },
    { own: after, other: before, ranges: added },
  ];
  for (const { own, other, ranges } of turns) {
    const shared = await sharedBy(own, other, { signal, most });
    let at = 0;
    for await (const entries of othersOf(own, { signal })) {
      for (const entry of entries) {
        ranges.add(entry, shared.has(at));
        at += 1;
      }
      if (ranges.ready.length >= AT_ONCE) yield { type: "bytes", ranges: ranges.take() };
    }
    ranges.close();
    if (ranges.ready.length > 0) yield { type: "bytes", ranges: ranges.take() };
  }
  const result = { added: added.own, removed: removed.own, unchanged: added.shared };
  yield { type: "other_bytes", result };
}
