import type { VerifyProblem, VerifyReport } from "../../../schemas/vault-reports.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import { findVisible } from "../collect/visible-points.ts";
import { type BlobId, PACK_PREFIX, packName, pointName } from "../format/blob-names.ts";
import { formatChunkId } from "../format/chunk-id.ts";
import { Damage } from "../format/damage.ts";
import {
  isPatched,
  type ListedChunk,
  type ListedEntry,
  storedChunksOf,
} from "../format/extent-entry.ts";
import { encodeAnyEntry, readListing } from "../format/listing.ts";
import { type ManifestObject, readManifest } from "../format/manifest.ts";
import { blamedOn } from "../format/not-listing.ts";
import { lossOf } from "../format/pack-file.ts";
import { mayBeSound } from "../format/sealed-blob.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import { ChunkTable } from "../index/chunk-table.ts";
import type { ChunkPlace } from "../index/pack-index.ts";
import type { OpenedIndex } from "../index/vault-index.ts";
import { ChunkReader } from "../read/chunk-reader.ts";
import type { VaultAccess } from "../vault-access.ts";
import { type BadSegments, type ReadShare, readPacks } from "./read-packs.ts";

export interface VerifyOptions extends ReadShare {
  readonly points: readonly BlobId[];
  /** The index as it is later. */
  readonly reopen: () => Promise<OpenedIndex>;
}

/** Problems by blob and text, each with the points that it costs. */
class Findings {
  readonly #found = new Map<string, { readonly damage: Damage; readonly points: Set<string> }>();

  add(damage: Damage, point?: string): void {
    const key = `${damage.blob}\n${damage.problem}`;
    const finding = this.#found.get(key) ?? { damage, points: new Set() };
    if (point !== undefined) finding.points.add(point);
    this.#found.set(key, finding);
  }

  list(): readonly VerifyProblem[] {
    return [...this.#found.values()].map(({ damage, points }) => ({
      blob: damage.blob,
      problem: damage.problem,
      points: [...points].toSorted(),
    }));
  }
}

/** Looks at everything that the points need. Memory: the index as it was opened, and about 100 bytes an object version. */
export async function verifyVault(
  access: VaultAccess,
  loaded: OpenedIndex,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const findings = new Findings();
  for (const damage of loaded.damaged) findings.add(damage);
  const { index } = loaded;
  const read = await readPacks(access, loaded, options);
  for (const damage of read.damages) findings.add(damage);
  for (const pack of await index.listPacks()) {
    const loss = lossOf(pack);
    if (loss !== undefined) findings.add(loss);
  }
  for (const [point, damages] of await walkAll(access, { loaded, bad: read.segments }, options)) {
    for (const damage of damages) findings.add(damage, point);
  }
  const { packs, archivedPacks, bytesRead, oldestReadAt, neverReadPacks } = read;
  return {
    points: options.points.length,
    pointIds: options.points,
    packs,
    archivedPacks,
    chunks: index.chunks,
    bytesRead,
    oldestReadAt,
    neverReadPacks,
    problems: findings.list(),
  };
}

/**
 * What each point lacks. A collection that began before this verify may take packs away meanwhile, once it has written what is
 * needed of them anew: points that miss some are walked again by the index of then.
 */
async function walkAll(
  access: VaultAccess,
  { loaded, bad }: { readonly loaded: OpenedIndex; readonly bad: BadSegments },
  { points, reopen, signal, share, watch }: VerifyOptions,
): Promise<ReadonlyMap<BlobId, readonly Damage[]>> {
  const joins = share === 1;
  const walk = new PointWalk(access, loaded, { bad, joins, signal });
  const found = new Map<BlobId, readonly Damage[]>();
  watch?.begin("points", { unit: "points", total: points.length });
  for (const point of points) {
    found.set(point, await walk.damagesOf(point));
    watch?.add(1);
  }
  const moved = [...found].filter(([, damages]) => damages.some(isGone));
  if (moved.length === 0) return found;
  const there = [...bad].filter(([, segments]) => ![...segments.values()].some(isGone));
  const again = new PointWalk(access, await reopen(), { bad: new Map(there), joins, signal });
  for (const [point] of moved) found.set(point, await again.damagesOf(point));
  return found;
}

const UNKNOWN_CHUNK = "names a chunk that no index knows";

/** Whether what is needed is nowhere, as far as the index knows. */
function isGone({ blob, problem }: Damage): boolean {
  return problem === UNKNOWN_CHUNK || (blob.startsWith(PACK_PREFIX) && problem === "is missing");
}

export interface WalkOptions extends Abortable {
  /** Of segments that were read. */
  readonly bad: BadSegments;
  /** Whether patched extents are put together and compared with their ids. */
  readonly joins: boolean;
}

/** Where points find their chunks, and what of it could not be read. */
interface WalkedIndex {
  readonly index: ChunkIndex;
  readonly damaged: readonly Damage[];
}

/** Follows points to their chunks. Objects that many points share are walked once. */
export class PointWalk {
  readonly #access: VaultAccess;
  readonly #loaded: WalkedIndex;
  readonly #options: WalkOptions;
  readonly #signal: AbortSignal | undefined;
  /** Patched extents that were put together and found right, by the hash of their entries. */
  readonly #joined = new ChunkTable();
  readonly #seen = new Map<string, readonly Damage[]>();

  constructor(access: VaultAccess, loaded: WalkedIndex, options: WalkOptions) {
    this.#access = access;
    this.#loaded = loaded;
    this.#options = options;
    this.#signal = options.signal;
  }

  /** None of a point that was removed since it was listed: a collection may have taken what it needed. */
  async damagesOf(id: BlobId): Promise<readonly Damage[]> {
    const found = await this.#damagesNow(id);
    if (found.length === 0) return found;
    const visible = await findVisible(this.#access, id, { signal: this.#signal });
    return visible === undefined ? [] : found;
  }

  async #damagesNow(id: BlobId): Promise<readonly Damage[]> {
    const found: Damage[] = [];
    try {
      const { manifest } = await readManifest(this.#access, id, { signal: this.#signal });
      const reading = { signal: this.#signal, owner: pointName(id) };
      const reader = new ChunkReader(this.#access, this.#loaded.index, reading);
      for (const object of manifest.objects) {
        found.push(...(await this.#damagesIn(id, object, reader)));
      }
    } catch (error) {
      found.push(asDamage(error));
    }
    const unknown = found.some(({ blob }) => blob === pointName(id));
    if (!unknown && !found.some(isGone)) return found;
    // An index that a newer key or version reads may name what seems to be gone.
    const sound = this.#loaded.damaged.filter(mayBeSound);
    const known = sound.length > 0 ? found.filter((damage) => !isGone(damage)) : found;
    return unknown ? [...known, ...this.#loaded.damaged] : [...known, ...sound];
  }

  async #damagesIn(
    id: BlobId,
    { object, root }: ManifestObject,
    reader: ChunkReader,
  ): Promise<readonly Damage[]> {
    if (root === undefined) return [];
    const key = `${formatChunkId(root.id)} ${root.depth} ${object.chunks} ${object.bytes}`;
    const seen = this.#seen.get(key);
    if (seen !== undefined) return seen;
    const found = new Map<string, Damage>();
    const note = (damage: Damage | undefined): void => {
      if (damage !== undefined) found.set(damage.message, damage);
    };
    let chunks = 0;
    let bytes = 0;
    try {
      for await (const entry of readListing(root, (node) => reader.read(node))) {
        this.#signal?.throwIfAborted();
        chunks += 1;
        bytes += entry.length;
        let isSound = true;
        for (const chunk of storedChunksOf(entry)) {
          const damage = await this.#damageOf(id, chunk);
          note(damage);
          isSound &&= damage === undefined;
        }
        if (isSound) note(await this.#joinDamage(entry, reader));
      }
      if (chunks !== object.chunks || bytes !== object.bytes) {
        note(new Damage(pointName(id), "lists other chunks than it counts"));
      }
    } catch (error) {
      note(asDamage(blamedOn(pointName(id), error)));
    }
    const damages = [...found.values()];
    // Damage that names this point's manifest is not another point's.
    if (!damages.some(({ blob }) => blob === pointName(id))) this.#seen.set(key, damages);
    return damages;
  }

  /** Of a patched extent or row group whose sources do not make it. */
  async #joinDamage(entry: ListedEntry, reader: ChunkReader): Promise<Damage | undefined> {
    if (!this.#options.joins || !isPatched(entry)) return undefined;
    for (const chunk of storedChunksOf(entry)) if (await this.#isArchived(chunk)) return undefined;
    const key = this.#access.hash(encodeAnyEntry(entry));
    if (this.#joined.find(key) !== undefined) return undefined;
    try {
      await reader.read(entry);
    } catch (error) {
      return asDamage(error);
    }
    this.#joined.set(key, { source: 0, offset: 0, length: 1 });
    return undefined;
  }

  async #isArchived({ id }: ListedChunk): Promise<boolean> {
    return (await this.#loaded.index.find(id))?.segment.pack.state === "archived";
  }

  async #damageOf(id: BlobId, chunk: ListedChunk): Promise<Damage | undefined> {
    const place = await this.#loaded.index.find(chunk.id);
    if (place === undefined) return new Damage(pointName(id), UNKNOWN_CHUNK);
    const { pack, offset } = place.segment;
    return (
      lossOf(pack) ?? this.#options.bad.get(pack.id)?.get(offset) ?? lengthDamage(place, chunk)
    );
  }
}

function lengthDamage(place: ChunkPlace, chunk: ListedChunk): Damage | undefined {
  if (place.length === chunk.length) return undefined;
  return new Damage(packName(place.segment.pack.id), "lists a chunk with another length");
}

function asDamage(error: unknown): Damage {
  if (error instanceof Damage) return error;
  throw error;
}
