import { hasCode } from "../../diagnostics/caught.ts";
import { type Abortable, tryParseBlobName } from "../../storage/blob-store.ts";
import { beginWriting } from "../collect/begin-writing.ts";
import { keptStore } from "../collect/kept-store.ts";
import { IndexPutter } from "../collect/put-indexes.ts";
import { listVisiblePoints, removePoint, tryReadManifest } from "../collect/visible-points.ts";
import type { LostPoint, RepairOptions, RepairReport } from "../contract/vault-contract.ts";
import { type BlobId, idOfName, packName, pointName } from "../format/blob-names.ts";
import { Damage } from "../format/damage.ts";
import type { PackEntry } from "../format/pack-directory.ts";
import { mayBeSound } from "../format/sealed-blob.ts";
import { IndexLoader, type LoadedIndex } from "../index/index-loader.ts";
import type { PackSet } from "../index/stored-packs.ts";
import { removeUnlessProtected } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";
import { findStillLost, indexRest } from "./look-again.ts";
import { readPacks } from "./read-packs.ts";
import { salvageChunks } from "./salvage.ts";
import { isSoundNow } from "./second-look.ts";
import { PointWalk, type WalkOptions } from "./verify.ts";

/** What is wrong with a vault, and what of it can be read all the same. */
interface Findings {
  /** With the packs that no index names. */
  readonly loaded: LoadedIndex;
  /** Packs whose directories were read from their ends. */
  readonly unindexed: readonly PackEntry[];
  readonly damages: readonly Damage[];
  readonly lost: readonly LostPoint[];
  readonly forgettable: readonly BlobId[];
  /** Points that can be read again once indexes name those packs. */
  readonly regained: readonly string[];
}

/**
 * Makes the best of a damaged vault. It writes indexes for packs that a lost or damaged index named. Only where it may
 * remove: chunks that can still be read in damaged packs go into new packs, and damaged packs, indexes and manifests go;
 * lost points only where they may be forgotten. Nothing else is touched, a stop loses nothing, and the same call again goes on. Memory: the index, and a pack.
 */
export async function repairVault(
  vault: VaultAccess,
  options: RepairOptions,
): Promise<RepairReport> {
  const { dryRun, signal } = options;
  if (dryRun) return reportOf(await inspect(vault, options), NOTHING_DONE);
  const { lease, marked } = await beginWriting(vault, { signal });
  // To read every pack takes hours.
  const access = { ...vault, store: keptStore(vault.store, lease) };
  try {
    const found = await inspect(access, options);
    const isNeeded = found.regained.length > 0 || found.loaded.damaged.length > 0;
    const putter = new IndexPutter(access, { signal });
    for (const entry of isNeeded ? found.unindexed : []) await putter.add(entry);
    await putter.flush();
    const { removeDamaged: mayRemove } = options;
    const salvaged = mayRemove ? await salvage(access, { found, marked }, { signal }) : 0;
    const removed = mayRemove ? await removeDamaged(access, found, { signal }) : [];
    const { forgotten, whole } = await forgetLost(access, { found, removed }, options);
    return reportOf(without(found, whole), { salvaged, removed, forgotten });
  } finally {
    await lease[Symbol.asyncDispose]();
  }
}

const NOTHING_DONE = { salvaged: 0, removed: [], forgotten: [] };

function salvage(
  access: VaultAccess,
  { found, marked }: { readonly found: Findings; readonly marked: PackSet },
  options: Abortable,
): Promise<number> {
  const { loaded, unindexed } = found;
  return salvageChunks(access, { bad: badPacks(found), marked, loaded, unindexed }, options);
}

async function inspect(access: VaultAccess, options: RepairOptions): Promise<Findings> {
  const { signal, watch } = options;
  watch?.begin("index");
  const points = await listVisiblePoints(access, { signal });
  // A pack that is marked is there still, and perhaps the only home of a chunk.
  const loaded = await new IndexLoader(access).refresh({ signal, marked: new Set() });
  const plain = { points, bad: new Map(), joins: false, signal };
  const before = await brokenPoints(access, loaded, plain);
  const damages: Damage[] = [...loaded.damaged];
  const { added: unindexed, damages: unread } = await indexRest(access, loaded, { signal });
  damages.push(...unread);
  const all = { ...loaded, unindexed: [] };
  const share = options.readData ? 1 : 0;
  const read = await readPacks(access, all, { share, canWrite: false, signal, watch });
  damages.push(...read.damages);
  for (const { id, state } of loaded.index.packs) {
    if (state === "cut") damages.push(new Damage(packName(id), "is not as long as it was written"));
    if (state === "missing") damages.push(new Damage(packName(id), "is missing"));
  }
  const whole = { ...all, damaged: [] };
  const { segments: bad } = read;
  const after = await brokenPoints(access, whole, { points, bad, joins: options.readData, signal });
  const lost: LostPoint[] = [];
  for (const [id, reasons] of after) lost.push(await describe(access, { id, reasons }, { signal }));
  for (const reasons of after.values()) damages.push(...reasons);
  const regained = [...before.keys()].filter((id) => !after.has(id));
  const forgettable = [...after].filter(([, reasons]) => !reasons.some(mayBeSound));
  return {
    loaded: all,
    unindexed,
    damages,
    lost,
    forgettable: forgettable.map(([id]) => id),
    regained,
  };
}

async function brokenPoints(
  access: VaultAccess,
  loaded: LoadedIndex,
  { points, ...options }: WalkOptions & { readonly points: readonly BlobId[] },
): Promise<ReadonlyMap<BlobId, readonly Damage[]>> {
  const walk = new PointWalk(access, loaded, options);
  const broken = new Map<BlobId, readonly Damage[]>();
  for (const point of points) {
    const damages = await walk.damagesOf(point);
    if (damages.length > 0) broken.set(point, damages);
  }
  return broken;
}

async function describe(
  access: VaultAccess,
  { id, reasons }: { readonly id: BlobId; readonly reasons: readonly Damage[] },
  options: Abortable,
): Promise<LostPoint> {
  const blobs = [...new Set(reasons.map(({ blob }) => blob))].toSorted();
  try {
    const opened = await tryReadManifest(access, id, options);
    return { id, facts: opened?.point.facts ?? null, blobs };
  } catch (error) {
    if (error instanceof Damage) return { id, facts: null, blobs };
    throw error;
  }
}

/** Blobs that are there and are not what was written. What a newer program or key may read is not among them. */
function damagedBlobs({ damages }: Findings): readonly string[] {
  const gone = new Set(damages.filter(({ problem }) => problem === "is missing").map(nameOf));
  const doubtful = new Set(damages.filter(mayBeSound).map(nameOf));
  // A manifest that names what no index knows is whole itself.
  const broken = damages.filter(({ problem }) => !problem.startsWith("names a chunk"));
  const names = new Set(broken.map(nameOf));
  return [...names].filter((name) => !gone.has(name) && !doubtful.has(name)).toSorted();
}

function nameOf({ blob }: Damage): string {
  return blob;
}

function badPacks(found: Findings): ReadonlySet<BlobId> {
  const names = damagedBlobs(found).filter((name) => name.startsWith("packs/"));
  return new Set(names.flatMap((name) => idOfName(name) ?? []));
}

async function removeDamaged(
  access: VaultAccess,
  found: Findings,
  options: Abortable,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const name of damagedBlobs(found)) {
    const blob = tryParseBlobName(name);
    const id = idOfName(name);
    if (id === undefined || blob === undefined) continue;
    if (await isSoundNow(access, blob, options)) continue;
    // A damaged manifest is hidden; a collection takes it away.
    if (name === pointName(id)) await hidePoint(access, id, options);
    else if (!/^(?:packs|index)\//.test(name)) continue;
    else if (!(await removeUnlessProtected(access.store, blob, options))) continue;
    removed.push(name);
  }
  return removed;
}

/** A note hides each that is lost at a second look, too; a collection takes it away, and whatever only it needs. */
async function forgetLost(
  access: VaultAccess,
  { found, removed }: { readonly found: Findings; readonly removed: readonly string[] },
  { forgetLost: wanted, readData, signal }: RepairOptions,
): Promise<{ readonly forgotten: readonly string[]; readonly whole: ReadonlySet<string> }> {
  const chosen = found.forgettable.filter((id) => wanted === "all" || wanted?.has(id) === true);
  const hidden = new Set(chosen.filter((id) => removed.includes(pointName(id))));
  const points = chosen.filter((id) => !hidden.has(id));
  const looked = { points, bad: badPacks(found), joins: readData };
  const lost = await findStillLost(access, looked, { signal });
  for (const id of lost) {
    signal?.throwIfAborted();
    await hidePoint(access, id, { signal });
  }
  const forgotten = hidden.union(lost);
  return { forgotten: [...forgotten], whole: new Set(points).difference(forgotten) };
}

/** Somebody else may have hidden it meanwhile. */
async function hidePoint(access: VaultAccess, id: BlobId, options: Abortable): Promise<void> {
  try {
    await removePoint(access, id, options);
  } catch (error) {
    if (!hasCode(error, "POINT_NOT_FOUND")) throw error;
  }
}

/** What a second look found whole was misread, or has been mended since. */
function without(found: Findings, whole: ReadonlySet<string>): Findings {
  const isLost = (id: string): boolean => !whole.has(id);
  const lost = found.lost.filter(({ id }) => isLost(id));
  return { ...found, lost, forgettable: found.forgettable.filter(isLost) };
}

function reportOf(
  found: Findings,
  by: Pick<RepairReport, "removed" | "forgotten"> & { readonly salvaged: number },
): RepairReport {
  const { damages, lost, forgettable, regained, unindexed, loaded } = found;
  const problems = new Map(damages.map((damage) => [damage.message, damage]));
  const missed = new Set(lost.flatMap(({ blobs }) => blobs));
  for (const [key, { blob, problem }] of problems) {
    // A collection took it away because nothing needs it; an index may still name it.
    if (problem === "is missing" && !missed.has(blob)) problems.delete(key);
  }
  const isNeeded = regained.length > 0 || loaded.damaged.length > 0;
  return {
    problems: [...problems.values()].map(({ blob, problem }) => ({ blob, problem })),
    indexedPacks: isNeeded ? unindexed.length : 0,
    regained,
    lost,
    forgettable,
    forgotten: by.forgotten,
    removable: damagedBlobs(found),
    salvagedChunks: by.salvaged,
    removed: by.removed,
  };
}
