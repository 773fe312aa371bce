import type { VerifyReport } from "../../../schemas/vault-reports.ts";
import type { Instant } from "../../kit/clock.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import type { Watched } from "../contract/vault-contract.ts";
import type { BlobId } from "../format/blob-names.ts";
import type { Damage } from "../format/damage.ts";
import type { CareIndex } from "../index/chunk-index.ts";
import type { IndexedPack } from "../index/pack-index.ts";
import type { OpenedIndex } from "../index/vault-index.ts";
import type { VaultAccess } from "../vault-access.ts";
import { checkPack, type PackToCheck } from "./pack-check.ts";
import { readVerifiedPacks, rememberVerified, type VerifiedPacks } from "./verified-packs.ts";

export interface ReadShare extends Abortable, Watched {
  /** The share of packs whose every byte is read: 0 for none, 1 for all. */
  readonly share: number;
  /** Whether the vault may remember which packs were read. */
  readonly canWrite: boolean;
}

export interface PacksRead
  extends Pick<
    VerifyReport,
    "packs" | "archivedPacks" | "bytesRead" | "oldestReadAt" | "neverReadPacks"
  > {
  readonly damages: readonly Damage[];
  readonly segments: BadSegments;
}

/** Damage of segments: by pack, and by where they begin in it. */
export type BadSegments = ReadonlyMap<BlobId, ReadonlyMap<number, Damage>>;

/** Reads a share of the packs, those that were read longest ago, and notes which were right. */
export async function readPacks(
  access: VaultAccess,
  { index, unindexed }: OpenedIndex,
  options: ReadShare,
): Promise<PacksRead> {
  const packs = [
    ...(await index.listPacks()).map((pack) => ({ ...pack, indexed: pack })),
    ...unindexed.map((pack) => ({ ...pack, state: "whole" as const, indexed: undefined })),
  ];
  const there = packs.filter(({ state }) => state !== "missing" && state !== "cut");
  const readable = there.filter(({ state }) => state !== "archived");
  const known = await readVerifiedPacks(access, options);
  const sound: BlobId[] = [];
  const damages: Damage[] = [];
  const segments = new Map<BlobId, ReadonlyMap<number, Damage>>();
  let bytesRead = 0;
  const chosen = pickShare(readable, options.share, { access, times: known.times });
  // Their index blobs are read one after the other.
  const picked = chosen.toSorted((one, other) => placeOf(one) - placeOf(other));
  const total = picked.reduce((sum, { size }) => sum + size, 0);
  if (total > 0) options.watch?.begin("packs", { unit: "bytes", total });
  for (const pack of picked) {
    options.signal?.throwIfAborted();
    const check = await checkPack(access, await withPlaces(pack, index), options);
    bytesRead += check.bytesRead;
    options.watch?.add(pack.size);
    if (check.damages.length === 0) sound.push(pack.id);
    damages.push(...check.damages);
    if (check.segments.size > 0) segments.set(pack.id, check.segments);
  }
  const ids = there.map(({ id }) => id);
  const ages = await remember(access, { there: ids, sound, known }, options);
  const archivedPacks = there.length - readable.length;
  return { packs: packs.length, archivedPacks, bytesRead, damages, segments, ...ages };
}

interface PackToRead {
  readonly id: BlobId;
  readonly size: number;
  /** Undefined of a pack that no index names. */
  readonly indexed: IndexedPack | undefined;
}

function placeOf({ indexed }: PackToRead): number {
  return indexed?.firstSegment ?? Number.MAX_SAFE_INTEGER;
}

/** With what the index says of its segments. */
export async function withPlaces(
  { id, size, indexed }: PackToRead,
  index: Pick<CareIndex, "segmentsOf">,
): Promise<PackToCheck> {
  if (indexed === undefined) return { id, size, indexed };
  const places = [...(await index.segmentsOf(indexed))];
  // A collection may have taken it out of the indexes since it was listed.
  if (places.length === 0) return { id, size, indexed: undefined };
  return { id, size, indexed: { epoch: indexed.epoch, places } };
}

interface KnownPacks {
  readonly there: readonly BlobId[];
  readonly sound: readonly BlobId[];
  readonly known: VerifiedPacks;
}

/** Notes which packs were found right, forgets those that are gone, and says how long ago the others were read. */
async function remember(
  access: VaultAccess,
  { there, sound, known }: KnownPacks,
  { canWrite, signal }: ReadShare,
): Promise<Pick<PacksRead, "oldestReadAt" | "neverReadPacks">> {
  const times = new Map<BlobId, Instant>();
  for (const id of there) {
    const time = known.times.get(id);
    if (time !== undefined) times.set(id, time);
  }
  const now =
    canWrite && sound.length > 0
      ? await rememberVerified(access, { now: sound, known: { ...known, times } }, { signal })
      : access.clock.now();
  for (const id of sound) times.set(id, now);
  const neverReadPacks = there.length - times.size;
  const oldest = [...times.values()].reduce((one, other) => (other < one ? other : one), now);
  const isKnown = neverReadPacks === 0 && there.length > 0;
  return { neverReadPacks, oldestReadAt: isKnown ? oldest : null };
}

/** Those that were read longest ago; of equal ones, any. */
function pickShare<T extends { readonly id: BlobId }>(
  packs: readonly T[],
  share: number,
  { access, times }: { readonly access: VaultAccess; readonly times: VerifiedPacks["times"] },
): readonly T[] {
  if (share <= 0) return [];
  if (share >= 1) return packs;
  const draw = (): number => Buffer.from(access.randomBytes(4)).readUInt32BE();
  return packs
    .map((pack) => ({ pack, time: times.get(pack.id) ?? 0, order: draw() }))
    .toSorted((one, other) => one.time - other.time || one.order - other.order)
    .slice(0, Math.ceil(packs.length * share))
    .map(({ pack }) => pack);
}
