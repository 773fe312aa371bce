import type { Abortable, BlobName } from "../../storage/blob-store.ts";
import { createSharedMemory } from "../cut/web-assembly.ts";
import { Damage } from "../format/damage.ts";
import { isPatched, type ListedEntry, spansOf, storedChunksOf } from "../format/extent-entry.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import type { ChunkPlace } from "../index/pack-index.ts";
import { ChunkReader } from "../read/chunk-reader.ts";
import type { VaultAccess } from "../vault-access.ts";
import { fetchSegments } from "./fetch-segments.ts";
import { type LaneLink, openOwnLane, openThreadLane } from "./lane-link.ts";
import {
  type LaneReply,
  NO_SEGMENT,
  type OrderedSegment,
  type ReadOrder,
} from "./lane-messages.ts";
import { MOST_KEPT_SEGMENT } from "./read-lane.ts";
import { type ChunkRun, MOST_SEALED, runsOf } from "./read-order.ts";

/** Stretches that may be in use when the next one is asked for. */
export const LENT_STRETCHES = 2;
/** A thread takes 50 ms to start: smaller objects are read without. */
const LEAST_FOR_THREADS = 16 * 1024 * 1024;
/** This thread is a lane, too: with two processors, a second thread only takes time to start, and memory. */
const FEW_PROCESSORS = 2;
/** Besides one for each lane: what is being written, what is read ahead, and what is done before an order that takes long. */
const SPARE_SLOTS = LENT_STRETCHES + 5;
/** The largest chunk, and after it what is sealed. Memory is taken by what is used of it, which is 6 MiB for most. */
const MOST_BYTES = 8 * 1024 * 1024;
const SLOT = MOST_BYTES + MOST_SEALED;
const MOST_KEPT = 8 * 1024 * 1024;

/** Verified bytes of some chunks in order. */
export interface ReadStretch {
  /** Stays as it is while `LENT_STRETCHES` more are given. Begins at a page of the memory, which direct writes want. */
  readonly bytes: Uint8Array;
  readonly chunks: number;
}

interface OpenLane {
  readonly link: LaneLink;
  /** What is sent to it, one after the other. */
  turn: Promise<void>;
  load: number;
  /** The segments that it keeps, by their lengths, the one used last at the end. */
  kept: Map<number, number>;
}

interface Underway {
  readonly run: ChunkRun;
  readonly slot: number;
  readonly isSound: Promise<boolean>;
}

/** What is read. */
export interface LaneSource extends Abortable {
  readonly index: ChunkIndex;
  /** The blob that is at fault when a chunk is unknown: the manifest. */
  readonly owner: BlobName;
}

/** Reads chunks by lanes. Memory: 48 MiB of stretches, and of each lane a segment and 8 MiB of others. */
export class LaneReader implements AsyncDisposable {
  readonly #access: VaultAccess;
  readonly #memory: SharedArrayBuffer;
  readonly #free: number[];
  /** The slots of the stretches that were given last, the newest at the end: their reader may still be at them. */
  readonly #lent: number[] = [];
  readonly #lanes: readonly OpenLane[];
  readonly #answers = new Map<number, PromiseWithResolvers<boolean>>();
  #failure: { readonly error: unknown } | undefined;
  #orders = 0;

  /** Opens its lanes, for about so many bytes. */
  constructor(access: VaultAccess, bytes: number) {
    this.#access = access;
    const links = this.#openLinks(bytes);
    const slots = links.length + SPARE_SLOTS;
    const memory = createSharedMemory(slots * SLOT).buffer;
    this.#memory = memory;
    this.#free = Array.from({ length: slots }, (_, slot) => slot);
    const { ring, chunkId } = access;
    for (const link of links) link.send({ type: "read-setup", ring, chunkId, memory });
    this.#lanes = links.map((link) => {
      return { link, turn: Promise.resolve(), load: 0, kept: new Map<number, number>() };
    });
  }

  /** The chunks and extents in order. Throws Damage. To be called once. */
  async *readAll(
    batches: AsyncIterable<readonly ListedEntry[]>,
    source: LaneSource,
  ): AsyncGenerator<ReadStretch> {
    const queue: Underway[] = [];
    for await (const run of runsOf(batches, (entry) => findAll(source, entry))) {
      source.signal?.throwIfAborted();
      while (this.#free.length === 0) yield* this.#next(queue, source);
      queue.push(this.#submit(run, source));
    }
    while (queue.length > 0) yield* this.#next(queue, source);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#fail(new Error("the reader was disposed"));
    await Promise.all(this.#lanes.map(({ link }) => link.end()));
  }

  async *#next(queue: Underway[], source: LaneSource): AsyncGenerator<ReadStretch> {
    const next = queue.shift();
    if (next === undefined) return;
    const { run, slot } = next;
    if (await next.isSound) {
      source.signal?.throwIfAborted();
      const bytes = new Uint8Array(this.#memory, slot * SLOT, run.bytes);
      yield { bytes, chunks: run.entries.length };
    } else {
      yield* this.#readPlainly(run, source);
    }
    this.#lent.push(slot);
    this.#free.push(...this.#lent.splice(0, this.#lent.length - LENT_STRETCHES));
  }

  /** One after the other, to find out which chunk of the run is damaged and how. */
  async *#readPlainly(run: ChunkRun, source: LaneSource): AsyncGenerator<ReadStretch> {
    const reader = new ChunkReader(this.#access, source.index, source);
    for (const entry of run.entries) yield { bytes: await reader.read(entry), chunks: 1 };
  }

  #submit(run: ChunkRun, source: LaneSource): Underway {
    const slot = this.#free.pop();
    const [lane] = this.#lanes.toSorted((one, other) => costOf(one, run) - costOf(other, run));
    if (slot === undefined || lane === undefined)
      throw new Error("no slot is free. This is a bug.");
    const number = this.#orders;
    this.#orders += 1;
    const answer = Promise.withResolvers<boolean>();
    this.#answers.set(number, answer);
    if (this.#failure !== undefined) answer.reject(this.#failure.error);
    answer.promise.catch(() => undefined);
    lane.load += 1;
    const fetched = this.#fetch(lane, { run, sealed: slot * SLOT + MOST_BYTES }, source);
    lane.turn = lane.turn.then(async () => {
      const segments = await fetched.segments;
      if (segments === undefined) return answer.resolve(false);
      lane.link.send(orderOf(run, { number, start: slot * SLOT, segments, keep: fetched.keep }));
    });
    lane.turn.catch((error: unknown) => this.#fail(error));
    const isSound = answer.promise.finally(() => {
      lane.load -= 1;
      this.#answers.delete(number);
    });
    isSound.catch(() => undefined);
    return { run, slot, isSound };
  }

  /** What the lane lacks of the run, and what it is to keep. Undefined when something is damaged. */
  #fetch(
    lane: OpenLane,
    { run, sealed }: { readonly run: ChunkRun; readonly sealed: number },
    { signal }: Abortable,
  ) {
    const missing = [...run.segments.values()].filter(({ number }) => !lane.kept.has(number));
    const keep = this.#keepAfter(lane, run);
    lane.kept = keep;
    const into = new Uint8Array(this.#memory, sealed, MOST_SEALED);
    const ordered = fetchSegments(this.#access.store, missing, { signal, into }).then(
      (begins): readonly OrderedSegment[] =>
        [...run.segments.values()].map(({ number, pack, offset, storedLength, rawLength }) => {
          const { id, epoch } = pack;
          const begin = begins.get(number);
          const sealedAt = begin === undefined ? undefined : sealed + begin;
          return { number, pack: id, epoch, offset, storedLength, rawLength, sealedAt };
        }),
    );
    const segments = ordered.catch((error: unknown) => {
      // More than a slot has room for comes of a damaged index.
      if (!(error instanceof Damage || error instanceof RangeError)) throw error;
      // The lane gets no order, so it will not have what later ones would rely on.
      for (const { number } of missing) lane.kept.delete(number);
      return undefined;
    });
    segments.catch(() => undefined);
    return { segments, keep: new Set(keep.keys()) };
  }

  #keepAfter({ kept }: OpenLane, { segments }: ChunkRun): Map<number, number> {
    const used = [...segments].map(([number, { rawLength }]) => [number, rawLength] as const);
    const before = [...kept].filter(([number]) => !segments.has(number));
    const keep: (readonly [number, number])[] = [];
    let bytes = 0;
    for (const entry of [...before, ...used].toReversed()) {
      if (entry[1] > MOST_KEPT_SEGMENT) continue;
      bytes += entry[1];
      if (bytes <= MOST_KEPT) keep.unshift(entry);
    }
    return new Map(keep);
  }

  #openLinks(bytes: number): readonly LaneLink[] {
    const { startLane, blake3, processors = FEW_PROCESSORS } = this.#access;
    const ears = {
      onReply: (reply: LaneReply) => this.#hear(reply),
      onFailure: (error: unknown) => this.#fail(error),
    };
    const own = openOwnLane(ears, blake3);
    if (startLane === undefined || bytes < LEAST_FOR_THREADS) return [own];
    const threads = Array.from({ length: processors > FEW_PROCESSORS ? 2 : 1 }, () => startLane());
    return [...threads.map((thread) => openThreadLane(thread, ears)), own];
  }

  #hear(reply: LaneReply): void {
    if (reply.type === "read") this.#answers.get(reply.number)?.resolve(reply.isSound);
    if (reply.type === "failed") {
      this.#fail(new Error(`A lane of the vault failed: ${reply.problem}. This is a bug.`));
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    for (const { reject } of this.#answers.values()) reject(this.#failure.error);
  }
}

/** Where the stored chunks of an entry lie. Throws Damage. */
function findAll(
  { index, owner }: LaneSource,
  entry: ListedEntry,
): readonly ChunkPlace[] | Promise<readonly ChunkPlace[]> {
  const chunks = storedChunksOf(entry);
  const found = chunks.map(({ id }) => index.find(id));
  const toPlaces = (places: readonly (ChunkPlace | undefined)[]): readonly ChunkPlace[] =>
    chunks.map(({ length }, at) => {
      const place = places[at];
      if (place === undefined) throw new Damage(owner, "names a chunk that no index knows");
      // A place of another length is damage, which the plain way names.
      return place.length === length ? place : { ...place, length };
    });
  const isKnown = (place: (typeof found)[number]): place is ChunkPlace | undefined =>
    !(place instanceof Promise);
  if (found.every(isKnown)) return toPlaces(found);
  return Promise.all(found.map((place) => Promise.resolve(place))).then(toPlaces);
}

/** What a lane has to do first, in orders, and what it would have to open for this one. */
function costOf({ load, kept }: OpenLane, { segments }: ChunkRun): number {
  let missing = 0;
  for (const number of segments.keys()) missing += kept.has(number) ? 0 : 1;
  return load + missing / segments.size;
}

function orderOf(
  run: ChunkRun,
  order: Pick<ReadOrder, "number" | "start" | "segments" | "keep">,
): ReadOrder {
  const places: number[] = [];
  const copies: number[] = [];
  const ids = new Uint8Array(run.entries.length * 32);
  let to = 0;
  for (const [at, entry] of run.entries.entries()) {
    const { id, length } = entry;
    const [place, ...others] = run.places[at] ?? [];
    if (place === undefined) throw new RangeError("an entry without a place. This is a bug.");
    const sources = [place, ...others];
    if (!isPatched(entry)) places.push(place.segment.number, place.offset, length);
    else {
      places.push(NO_SEGMENT, 0, length);
      for (const span of spansOf(entry)) {
        const { segment, offset } = sources[span.source] ?? place;
        copies.push(segment.number, offset + span.from, span.length, to + span.to);
      }
    }
    ids.set(id, at * 32);
    to += length;
  }
  const words = { places: Uint32Array.from(places), copies: Uint32Array.from(copies) };
  return { type: "read", ...order, ...words, ids };
}
