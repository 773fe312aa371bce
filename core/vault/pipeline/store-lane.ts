import { EXTENT_SIZE } from "../cut/cut-sizes.ts";
import { identifyExtent } from "../cut/database-pages.ts";
import { createFingerprinter, type Fingerprinter } from "../cut/page-fingerprints.ts";
import type { BlobId } from "../format/blob-names.ts";
import {
  type ChunkHasher,
  type ChunkId,
  createChunkHasher,
  type KeyedHash,
} from "../format/chunk-id.ts";
import { compressNow } from "../format/compression.ts";
import {
  decodeListedEntries,
  encodeListedEntry,
  type ListedEntry,
  type ListedExtent,
  wholeExtentAt,
} from "../format/extent-entry.ts";
import { releaseBytes } from "../format/release-bytes.ts";
import { mayHold } from "../index/chunk-summary.ts";
import { ChunkLookup } from "../index/chunk-table.ts";
import { PACK_SIZE, PackBuilder } from "../write/pack-builder.ts";
import type { GatheredSegment } from "../write/segment-gatherer.ts";
import { claimChunk } from "./claim-tables.ts";
import type { Batch, LaneSetup, StoreReply, StoreRequest } from "./lane-messages.ts";
import { LaneSegments } from "./lane-segments.ts";
import { type ChunkKeeper, storeExtent } from "./store-extent.ts";

/** So many bytes of directory close a pack of chunks that compress very well. */
const MOST_DIRECTORY = 256 * 1024;

/** A pack in the making. */
interface OpenPack {
  readonly builder: PackBuilder;
  readonly parts: Uint8Array<ArrayBuffer>[];
}

interface Work extends LaneSetup {
  readonly hash: ChunkHasher;
  readonly fingerprints: Fingerprinter;
  readonly bytes: Uint8Array;
  readonly segments: LaneSegments;
  readonly isLeftover: ChunkLookup;
}

/**
 * Hashes the chunks of batches, gathers those that nobody has, compresses and seals them into packs. Works on any thread: it
 * takes requests and gives replies. Requests are served in turn; it waits for leave when all its packs are being put. Memory: a
 * segment before and one after compression, and two packs.
 */
export class StoreLane {
  readonly #reply: (reply: StoreReply) => void;
  readonly #blake3: KeyedHash | undefined;
  readonly #pause: (() => Promise<void>) | undefined;
  /** Of packs that it may make. */
  readonly #names: BlobId[] = [];
  #wakeUp: (() => void) | undefined;
  readonly #looks = new Map<number, (isStored: boolean) => void>();
  #lookCount = 0;
  #tables = new ChunkLookup([]);
  #work: Work | undefined;
  #pack: OpenPack | undefined;
  #newBytes = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(
    reply: (reply: StoreReply) => void,
    options: {
      readonly blake3: KeyedHash | undefined;
      readonly pause?: (() => Promise<void>) | undefined;
    },
  ) {
    this.#reply = reply;
    this.#blake3 = options.blake3;
    this.#pause = options.pause;
  }

  handle(request: StoreRequest): void {
    switch (request.type) {
      case "setup":
        this.#tables = new ChunkLookup(request.known.tables);
        this.#work = {
          ...request,
          hash: createChunkHasher(request.ring.idKey, {
            kind: request.chunkId,
            blake3: this.#blake3,
          }),
          fingerprints: createFingerprinter(request.ring.idKey, request),
          bytes: new Uint8Array(request.memory.buffer),
          segments: new LaneSegments(request.memory.buffer),
          isLeftover: new ChunkLookup(request.leftovers),
        };
        return;
      case "pack":
        this.#names.push(request.id);
        this.#wakeUp?.();
        return;
      case "batch":
        this.#then((work) => this.#process(work, request));
        return;
      case "looked":
        this.#tables = new ChunkLookup(request.tables);
        this.#looks.get(request.number)?.(request.isStored);
        this.#looks.delete(request.number);
        return;
      case "finish":
        this.#then((work) => this.#finish(work));
        return;
      default:
        request satisfies never;
    }
  }

  #then(step: (work: Work) => Promise<void>): void {
    this.#turn = this.#turn.then(async () => {
      const work = this.#work;
      if (work === undefined) throw new Error("a lane got work before its setup");
      await step(work);
    });
    this.#turn.catch((error: unknown) => {
      this.#reply({ type: "failed", problem: error instanceof Error ? error.message : "unknown" });
    });
  }

  async #process(work: Work, batch: Batch): Promise<void> {
    const { number, start, lengths, earlierAt } = batch;
    const inLeftovers: Uint8Array[] = [];
    const keeper = this.#keeper(work, batch, inLeftovers);
    const entries: Uint8Array[] = [];
    let at = start;
    for (const [index, length] of lengths.entries()) {
      const chunk = work.bytes.subarray(at, at + length);
      at += length;
      const id = work.hash(chunk);
      const place = earlierAt[index] ?? -1;
      const same = wholeExtentAt(batch.earlier, place, id);
      if (same !== undefined && this.#tables.has(id)) entries.push(same);
      else {
        const earlier = decodeExtent(batch.earlier, place);
        entries.push(encodeListedEntry(await storeChunk(keeper, { id, chunk, earlier })));
      }
    }
    const rest = work.segments.leaveRing();
    if (rest !== undefined) await this.#append(work, rest);
    const encoded = new Uint8Array(Buffer.concat(entries));
    const newBytes = this.#newBytes;
    this.#newBytes = 0;
    this.#reply({ type: "batch", number, entries: encoded, inLeftovers, newBytes });
  }

  #keeper(work: Work, { claims }: Batch, inLeftovers: Uint8Array[]): ChunkKeeper {
    const isStored = (id: ChunkId): boolean | Promise<boolean> => {
      if (this.#tables.has(id)) return true;
      const isLeftover = work.isLeftover.has(id);
      if (isLeftover) inLeftovers.push(Uint8Array.from(id));
      if (isLeftover || !mayHold(work.known.summary, id)) return isLeftover;
      return this.#look(id);
    };
    return {
      hash: work.hash,
      fingerprints: work.fingerprints,
      isStored,
      keep: async (id, chunk) => {
        if (!(await isStored(id)) && claimChunk(claims, id)) await this.#add(work, id, chunk);
      },
    };
  }

  /** Asks the thread that can read the index. */
  #look(id: ChunkId): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#lookCount += 1;
    this.#looks.set(this.#lookCount, resolve);
    this.#reply({ type: "look", number: this.#lookCount, id: Uint8Array.from(id) });
    return promise;
  }

  async #add(work: Work, id: ChunkId, chunk: Uint8Array): Promise<void> {
    this.#newBytes += chunk.length;
    const full = work.segments.add(id, chunk);
    if (full !== undefined) await this.#append(work, full);
  }

  async #append(work: Work, segment: GatheredSegment): Promise<void> {
    const { kind, chunks } = segment;
    const rawLength = segment.raw.length;
    const compressed = compressNow(segment.raw);
    segment.release();
    this.#pack ??= await this.#openPack(work);
    const { builder } = this.#pack;
    builder.append({ kind, chunks, rawLength }, compressed);
    releaseBytes(compressed);
    if (builder.size >= PACK_SIZE || builder.directorySize >= MOST_DIRECTORY) {
      await this.#closePack();
    }
    await this.#pause?.();
  }

  async #finish(work: Work): Promise<void> {
    const last = work.segments.take();
    if (last !== undefined) await this.#append(work, last);
    await this.#closePack();
    this.#reply({ type: "finished" });
  }

  async #openPack({ ring }: Work): Promise<OpenPack> {
    while (this.#names.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wakeUp = resolve;
      await promise;
    }
    const name = this.#names.shift();
    if (name === undefined) throw new Error("no name for a pack. This is a bug.");
    const parts: Uint8Array<ArrayBuffer>[] = [];
    return { builder: new PackBuilder(ring, name, (part) => parts.push(ownMemory(part))), parts };
  }

  async #closePack(): Promise<void> {
    const pack = this.#pack;
    if (pack === undefined) return;
    this.#pack = undefined;
    const entry = await pack.builder.finish();
    this.#reply({ type: "pack", entry, parts: pack.parts });
  }
}

interface NewChunk {
  readonly id: ChunkId;
  readonly chunk: Uint8Array;
  readonly earlier: ListedExtent | undefined;
}

async function storeChunk(
  keeper: ChunkKeeper,
  { id, chunk, earlier }: NewChunk,
): Promise<ListedEntry> {
  const { length } = chunk;
  const place = length === EXTENT_SIZE ? identifyExtent(chunk, 0, length) : undefined;
  if (place !== undefined) return storeExtent(keeper, { ...place, id, bytes: chunk, earlier });
  await keeper.keep(id, chunk);
  return { id, length };
}

/** The bytes, in memory that nothing else lies in. */
function ownMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isOwn ? new Uint8Array(buffer) : Uint8Array.from(bytes);
}

function decodeExtent(entries: Uint8Array, at: number): ListedExtent | undefined {
  if (at < 0) return undefined;
  const [entry] = decodeListedEntries(entries.subarray(at));
  return entry?.extent === undefined ? undefined : { ...entry, extent: entry.extent };
}
