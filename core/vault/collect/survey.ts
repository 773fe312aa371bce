import type { Instant } from "../../kit/clock.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import { type BlobId, idOfName, PACK_PREFIX, packName, pointName } from "../format/blob-names.ts";
import type { ChunkId } from "../format/chunk-id.ts";
import { Damage } from "../format/damage.ts";
import { decodeDirectory, ENTRY_SIZE, type PackEntry } from "../format/pack-directory.ts";
import { PackIndex } from "../index/pack-index.ts";
import { isMissing } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";
import { IdTable, partitionOf } from "./id-table.ts";
import { listIndexes, type StoredBlob, walkIndexes } from "./index-walk.ts";
import { type ListedMarks, listMarks, markedBy } from "./marks.ts";
import {
  addSegments,
  type ListingSource,
  type NeedChunk,
  seekListing,
  walkNeeds,
} from "./needs.ts";
import { listRemovedPoints, listVisiblePoints } from "./visible-points.ts";

/** Ids that are held in memory at once: 40 MB at most. */
const PARTITION_SIZE = 400_000;
/** Each time another collection merged indexes meanwhile. */
const MAX_ATTEMPTS = 10;

/** What a pack is worth. */
export interface SurveyedPack {
  readonly id: BlobId;
  /** Of the data key that encrypts it. */
  readonly epoch: number;
  /** Undefined when the store does not have it. */
  readonly stored: StoredBlob | undefined;
  /** Bytes of all its chunks. */
  readonly rawBytes: number;
  /** Bytes of the chunks that some point needs and that are counted here and in no other pack. */
  liveBytes: number;
  /** One bit a chunk, in the order of the directory: whether it is counted here. */
  readonly live: Uint8Array;
}

/** What a vault holds, and what of it is needed. */
export interface Survey {
  readonly marks: ListedMarks;
  readonly indexes: readonly BlobId[];
  /** Packs that an index names. */
  readonly packs: ReadonlyMap<BlobId, SurveyedPack>;
  /** Packs that no index names. */
  readonly leftovers: ReadonlyMap<BlobId, StoredBlob>;
  readonly points: readonly BlobId[];
  /** The newest time of a pack. */
  readonly highest: Instant;
}

export interface SurveyOptions extends Abortable {
  /** Ids in memory at once; [400,000] */
  readonly partitionSize?: number | undefined;
  /** Gives the removed points that someone still reads. Asked after notes were listed: who saw no note had a lease before. */
  readonly listRead: () => Promise<ReadonlySet<BlobId>>;
}

/**
 * Finds what is needed. The order of the listings is marks, points, indexes, packs: what a listed point needs was indexed
 * before, and a pack that no listed mark names is a home. A chunk counts in one pack, in one that no mark names if there
 * is one, else in all that hold it. Throws Damage when a needed chunk is nowhere: then nothing may be removed. Memory: a part of the ids, one bit a
 * chunk, some 300 bytes a pack.
 */
export async function surveyVault(access: VaultAccess, options: SurveyOptions): Promise<Survey> {
  for (let attempt = 1; ; attempt += 1) {
    const marks = await listMarks(access, options);
    const points = await listNeededPoints(access, options);
    const indexes = await listIndexes(access, options);
    try {
      return await surveyPoints(access, { marks, points, indexes }, options);
    } catch (error) {
      if (!(error instanceof Damage) || attempt === MAX_ATTEMPTS) throw error;
      // Another collector may take indexes and packs away meanwhile, once it has put others in their place.
      const now = isMissing(error) ? undefined : await listIndexes(access, options);
      if (now?.join() === indexes.join()) throw error;
    }
  }
}

async function listNeededPoints(
  access: VaultAccess,
  options: SurveyOptions,
): Promise<readonly BlobId[]> {
  const removed = await listRemovedPoints(access, options);
  const visible = await listVisiblePoints(access, options);
  const read = await options.listRead();
  return [...visible, ...removed.filter((id) => read.has(id))];
}

async function surveyPoints(
  access: VaultAccess,
  listed: Pick<Survey, "marks" | "points" | "indexes">,
  options: SurveyOptions,
): Promise<Survey> {
  const entries = await readEntries(access, listed.indexes, options);
  const { stored, highest } = await listPacks(access, options);
  const packs = new Map<BlobId, SurveyedPack>();
  let chunks = 0;
  for (const { id, epoch, size, count, rawBytes } of entries) {
    const found = stored.get(id);
    const live = new Uint8Array(Math.ceil(count / 8));
    // A pack of another length is damaged. It is no home, and it stays for who may repair it.
    const whole = found?.size === size ? found : undefined;
    packs.set(id, { id, epoch, stored: whole, rawBytes, liveBytes: 0, live });
    chunks += count;
    stored.delete(id);
  }
  const survey = { ...listed, packs, leftovers: stored, highest };
  await countLife(access, survey, { ...options, chunks });
  return survey;
}

interface CountedEntry extends Pick<PackEntry, "id" | "epoch" | "size"> {
  readonly count: number;
  readonly rawBytes: number;
}

async function readEntries(
  access: VaultAccess,
  indexes: readonly BlobId[],
  options: Abortable,
): Promise<readonly CountedEntry[]> {
  const entries: CountedEntry[] = [];
  for await (const { id, epoch, size, directory } of walkIndexes(access, indexes, options)) {
    let count = 0;
    let rawBytes = 0;
    for (const segment of decodeDirectory(packName(id), directory)) {
      count += segment.chunks.length / ENTRY_SIZE;
      rawBytes += segment.rawLength;
    }
    entries.push({ id, epoch, size, count, rawBytes });
  }
  return entries;
}

async function listPacks(access: VaultAccess, options: Abortable) {
  const stored = new Map<BlobId, StoredBlob>();
  let highest = 0;
  for await (const { name, ...facts } of access.store.list(PACK_PREFIX, options)) {
    const id = idOfName(name);
    if (id === undefined) continue;
    stored.set(id, facts);
    highest = Math.max(highest, facts.writtenAt);
  }
  return { stored, highest: highest as Instant };
}

interface CountOptions extends Abortable {
  readonly partitionSize?: number | undefined;
  /** Of all packs together, roughly. */
  readonly chunks: number;
  /** Further points of which only listings count. */
  readonly listingsOf?: readonly BlobId[] | undefined;
}

/** The packs in which lies what some points need, and of other points the listings. Else as `surveyVault`. */
export async function packsNeeded(
  access: VaultAccess,
  survey: Survey,
  needs: Omit<CountOptions, "chunks"> & { readonly points: readonly BlobId[] },
): Promise<ReadonlySet<BlobId>> {
  const packs = new Map<BlobId, SurveyedPack>();
  let chunks = 0;
  for (const [id, pack] of survey.packs) {
    const live = new Uint8Array(pack.live.length);
    packs.set(id, { ...pack, liveBytes: 0, live });
    chunks += live.length * 8;
  }
  const { points, ...options } = needs;
  await countLife(access, { ...survey, packs, points }, { ...options, chunks });
  return new Set([...packs.values()].filter(({ liveBytes }) => liveBytes > 0).map(({ id }) => id));
}

async function countLife(
  access: VaultAccess,
  survey: Survey,
  options: CountOptions,
): Promise<void> {
  const { signal, chunks } = options;
  const source = await findListings(access, survey, { signal });
  const ranks = rankPacks(survey);
  const parts = Math.max(1, Math.ceil(chunks / (options.partitionSize ?? PARTITION_SIZE)));
  for (let part = 0; part < parts; part += 1) {
    const isHere = (bytes: Uint8Array, at: number): boolean =>
      partitionOf(bytes, at, parts) === part;
    const needed = new IdTable();
    const need: NeedChunk = (bytes, at) => {
      if (isHere(bytes, at)) needed.add(bytes, at);
    };
    await walkNeeds(access, survey.points, { source, need, signal });
    const { listingsOf = [] } = options;
    await walkNeeds(access, listingsOf, { source, need, what: "listings", signal });
    const offer: Homes["visit"] = (bytes, at, { rank }) => {
      if (isHere(bytes, at)) needed.offer(bytes, at, rank);
    };
    await eachHome(access, survey, { ranks, visit: offer, signal });
    if (needed.homeless > 0) throw await lossOf(access, survey, { source, needed, signal });
    const count: Homes["visit"] = (bytes, at, { pack, rank, number }) => {
      if (!isHere(bytes, at) || !needed.isHome(bytes, at, rank)) return;
      pack.liveBytes += lengthAt(bytes, at);
      pack.live[number >> 3] = (pack.live[number >> 3] ?? 0) | (1 << (number & 7));
    };
    await eachHome(access, survey, { ranks, visit: count, signal });
  }
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + ENTRY_SIZE - 4);
}

/**
 * The lower the rank, the rather a pack is the home of a chunk that others hold, too: those that no mark names, of those
 * the ones that are not archived, and of those the newest. A pack that is written anew is the newest, so what was counted
 * in the old one is counted in it, and one collection is enough. Marked ones have one rank, so a chunk that lies in
 * nothing else counts in each of them: nobody can say which of them others remove.
 */
function rankPacks({ packs, marks }: Survey): ReadonlyMap<BlobId, number> {
  const marked = markedBy(marks);
  const weightOf = ({ id, stored }: SurveyedPack): number =>
    (marked.has(id) ? 2 : 0) + (stored?.tier === "archive" ? 1 : 0);
  const timeOf = ({ stored }: SurveyedPack): number => stored?.writtenAt ?? 0;
  const order = [...packs.values()]
    .filter(({ stored }) => stored !== undefined)
    .sort((a, b) => weightOf(a) - weightOf(b) || timeOf(b) - timeOf(a) || (a.id < b.id ? -1 : 1));
  return new Map(order.map(({ id }, rank) => [id, marked.has(id) ? order.length : rank]));
}

/** A chunk's place: in which pack, and as which of its directory. */
interface Home {
  readonly pack: SurveyedPack;
  readonly rank: number;
  number: number;
}

interface Homes extends Abortable {
  readonly ranks: ReadonlyMap<BlobId, number>;
  /** Gets a chunk's entry where it stands in some bytes; the home is valid for that call only. */
  readonly visit: (bytes: Uint8Array, at: number, home: Readonly<Home>) => void;
}

/** Every chunk of every pack that may be a home. */
async function eachHome(
  access: VaultAccess,
  survey: Survey,
  { ranks, visit, signal }: Homes,
): Promise<void> {
  for await (const entry of walkIndexes(access, survey.indexes, { signal })) {
    const pack = survey.packs.get(entry.id);
    const rank = ranks.get(entry.id);
    if (pack !== undefined && rank !== undefined)
      visitChunks(entry, { pack, rank, number: 0 }, visit);
  }
}

function visitChunks({ id, directory }: PackEntry, home: Home, visit: Homes["visit"]): void {
  const here = { ...home };
  for (const { chunks } of decodeDirectory(packName(id), directory)) {
    for (let at = 0; at < chunks.length; at += ENTRY_SIZE) {
      visit(chunks, at, here);
      here.number += 1;
    }
  }
}

/** Old packs come first: while they are marked they are still there, and a dry run cannot read those that it would write. */
async function findListings(
  access: VaultAccess,
  survey: Survey,
  options: Abortable,
): Promise<ListingSource> {
  const listings = new PackIndex();
  const marked = markedBy(survey.marks);
  const hasMarks = survey.marks.marks.length + survey.marks.unreadable.length > 0;
  // What is archived cannot be read, and no listing that is needed is archived.
  const isWhole = ({ id }: PackEntry): boolean => {
    const stored = survey.packs.get(id)?.stored;
    return stored !== undefined && stored.tier !== "archive";
  };
  for (const isMarked of hasMarks ? [true, false] : [false]) {
    for await (const entry of walkIndexes(access, survey.indexes, options)) {
      if (!isWhole(entry) || marked.has(entry.id) !== isMarked) continue;
      addSegments(listings, entry, ({ kind }) => kind === "listing");
    }
  }
  const { indexes } = survey;
  const seek = (id: ChunkId): Promise<void> =>
    seekListing(access, id, { indexes, listings, isWhole, signal: options.signal });
  return { listings, seek };
}

/** Names the first point that needs what is lost. */
async function lossOf(
  access: VaultAccess,
  survey: Survey,
  {
    source,
    needed,
    signal,
  }: Abortable & { readonly source: ListingSource; readonly needed: IdTable },
): Promise<Damage> {
  for (const point of survey.points) {
    const lost: Uint8Array[] = [];
    const need: NeedChunk = (bytes, at) => {
      if (needed.offer(bytes, at, 0)) lost.push(bytes);
    };
    await walkNeeds(access, [point], { source, need, signal });
    if (lost.length === 0) continue;
    return new Damage(pointName(point), "needs a chunk that no pack of the store holds");
  }
  throw new RangeError("a chunk that no point needs has no home. This is a bug.");
}
