import type { Abortable } from "../../storage/blob-store.ts";
import type { CollectionOptions } from "../contract/vault-contract.ts";
import { type BlobId, packName, parseBlobId } from "../format/blob-names.ts";
import { areEqualIds } from "../format/chunk-id.ts";
import { compress } from "../format/compression.ts";
import { Damage } from "../format/damage.ts";
import {
  decodeDirectory,
  decodeEntries,
  ENTRY_SIZE,
  type PackEntry,
  type SegmentEntry,
} from "../format/pack-directory.ts";
import { packSpans } from "../format/pack-file.ts";
import { BlobCipher, openSegment } from "../format/sealed-blob.ts";
import { isMissing } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";
import { PACK_SIZE, PackBuilder } from "../write/pack-builder.ts";
import { type GatheredSegment, SegmentGatherer } from "../write/segment-gatherer.ts";
import { readIndexIfThere } from "./index-walk.ts";
import { IndexPutter } from "./put-indexes.ts";
import type { Survey, SurveyedPack } from "./survey.ts";

/** A pack of very small chunks is closed before it is full, because a directory is read as a whole. */
const MAX_DIRECTORY = 256 * 1024;

interface Rewriting extends Abortable, Pick<CollectionOptions, "watch"> {
  readonly packs: ReadonlySet<BlobId>;
}

/**
 * Writes the living chunks of the packs into new packs, then an index that names those: durable when it resolves. The old
 * packs are not touched. Gives the packs of which all is written anew: not those that another collector took away
 * meanwhile. Memory: a pack and three segments. Throws Damage when a chunk is not what was written.
 */
export async function rewritePacks(
  access: VaultAccess,
  survey: Survey,
  { packs, signal, watch }: Rewriting,
): Promise<ReadonlySet<BlobId>> {
  const rewritten = new Set<BlobId>();
  if (packs.size === 0) return rewritten;
  const sizeOf = (id: BlobId): number => survey.packs.get(id)?.stored?.size ?? 0;
  const total = [...packs].reduce((sum, id) => sum + sizeOf(id), 0);
  watch?.begin("rewrite", { unit: "bytes", total });
  const rewriter = new PackRewriter(access, { signal });
  for (const index of survey.indexes) {
    for (const entry of await readIndexIfThere(access, index, { signal })) {
      const pack = packs.has(entry.id) ? survey.packs.get(entry.id) : undefined;
      if (pack === undefined || rewritten.has(entry.id)) continue;
      if (!(await rewriter.tryAdd(entry, pack))) continue;
      rewritten.add(entry.id);
      watch?.add(sizeOf(entry.id));
    }
  }
  await rewriter.finish();
  return rewritten;
}

class PackRewriter {
  readonly #access: VaultAccess;
  readonly #options: Abortable;
  readonly #gatherers = {
    data: new SegmentGatherer("data"),
    listing: new SegmentGatherer("listing"),
  };
  readonly #indexes: IndexPutter;
  #parts: Uint8Array[] = [];
  #builder: PackBuilder | undefined;

  constructor(access: VaultAccess, options: Abortable) {
    this.#access = access;
    this.#options = options;
    this.#indexes = new IndexPutter(access, options);
  }

  /** False when the pack is gone. */
  async tryAdd(entry: PackEntry, pack: SurveyedPack): Promise<boolean> {
    try {
      await this.#add(entry, pack);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async #add(entry: PackEntry, pack: SurveyedPack): Promise<void> {
    let first = 0;
    for (const segment of decodeDirectory(packName(entry.id), entry.directory)) {
      const count = segment.chunks.length / ENTRY_SIZE;
      const isLive = (at: number): boolean => isLiveAt(pack, first + at);
      if (someBelow(count, isLive)) await this.#addChunks(entry, segment, isLive);
      first += count;
    }
  }

  async finish(): Promise<void> {
    for (const gatherer of Object.values(this.#gatherers)) await this.#append(gatherer.take());
    await this.#put();
    await this.#indexes.flush();
  }

  async #read(entry: PackEntry, segment: SegmentEntry): Promise<Uint8Array> {
    const blob = packName(entry.id);
    const read = packSpans(this.#access.store, entry.id, this.#options);
    const sealed = await read(segment.offset, segment.storedLength);
    const head = { kind: "pack", id: entry.id, epoch: entry.epoch, rawLength: 0 } as const;
    return openSegment(new BlobCipher(this.#access.ring, head, blob), { ...segment, blob }, sealed);
  }

  async #addChunks(
    entry: PackEntry,
    segment: SegmentEntry,
    isLive: (at: number) => boolean,
  ): Promise<void> {
    const blob = packName(entry.id);
    this.#options.signal?.throwIfAborted();
    const raw = await this.#read(entry, segment);
    let offset = 0;
    let at = 0;
    for (const { id, length } of decodeEntries(segment.chunks)) {
      const chunk = raw.subarray(offset, offset + length);
      offset += length;
      at += 1;
      if (!isLive(at - 1)) continue;
      if (!areEqualIds(this.#access.hash(chunk), id)) {
        throw new Damage(blob, "holds a chunk that does not match its id");
      }
      await this.#append(this.#gatherers[segment.kind].add(id, chunk));
    }
  }

  async #append(segment: GatheredSegment | undefined): Promise<void> {
    if (segment === undefined) return;
    const { kind, chunks, raw } = segment;
    const compressed = await compress(raw);
    segment.release();
    this.#builder ??= this.#open();
    this.#builder.append({ kind, chunks, rawLength: raw.length }, compressed);
    const { size, directorySize } = this.#builder;
    if (size >= PACK_SIZE || directorySize >= MAX_DIRECTORY) await this.#put();
  }

  #open(): PackBuilder {
    const parts: Uint8Array[] = [];
    this.#parts = parts;
    const id = parseBlobId(this.#access.randomBytes(16));
    return new PackBuilder(this.#access.ring, id, (part) => parts.push(part));
  }

  async #put(): Promise<void> {
    const builder = this.#builder;
    this.#builder = undefined;
    if (builder === undefined) return;
    const entry = await builder.finish();
    await this.#access.store.put(packName(entry.id), this.#parts, this.#options);
    await this.#indexes.add(entry);
  }
}

function isLiveAt({ live }: SurveyedPack, number: number): boolean {
  return (((live[number >> 3] ?? 0) >> (number & 7)) & 1) === 1;
}

function someBelow(count: number, holds: (at: number) => boolean): boolean {
  for (let at = 0; at < count; at += 1) if (holds(at)) return true;
  return false;
}
