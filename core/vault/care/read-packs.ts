import type { VerifyReport } from "../../../schemas/vault-reports.ts";
import type { Instant } from "../../kit/clock.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import type { Watched } from "../contract/vault-contract.ts";
import type { BlobId } from "../format/blob-names.ts";
import type { Damage } from "../format/damage.ts";
import type { LoadedIndex } from "../index/index-loader.ts";
import type { VaultAccess } from "../vault-access.ts";
import { checkPack } from "./pack-check.ts";
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
  /** Damage of segments by their number in the index. */
  readonly segments: ReadonlyMap<number, Damage>;
}

/** Reads a share of the packs, those that were read longest ago, and notes which were right. */
export async function readPacks(
  access: VaultAccess,
  { index, unindexed }: LoadedIndex,
  options: ReadShare,
): Promise<PacksRead> {
  const packs = [
    ...index.packs.map((pack) => ({
      ...pack,
      indexed: { epoch: pack.epoch, places: [...index.segmentsOf(pack)] },
    })),
    ...unindexed.map((pack) => ({ ...pack, state: "whole" as const, indexed: undefined })),
  ];
  const there = packs.filter(({ state }) => state !== "missing" && state !== "cut");
  const readable = there.filter(({ state }) => state !== "archived");
  const known = await readVerifiedPacks(access, options);
  const sound: BlobId[] = [];
  const damages: Damage[] = [];
  const segments = new Map<number, Damage>();
  let bytesRead = 0;
  const picked = pickShare(readable, options.share, { access, times: known.times });
  const total = picked.reduce((sum, { size }) => sum + size, 0);
  if (total > 0) options.watch?.begin("packs", { unit: "bytes", total });
  for (const pack of picked) {
    options.signal?.throwIfAborted();
    const check = await checkPack(access, pack, options);
    bytesRead += check.bytesRead;
    options.watch?.add(pack.size);
    if (check.damages.length === 0) sound.push(pack.id);
    damages.push(...check.damages);
    for (const [segment, damage] of check.segments) segments.set(segment, damage);
  }
  const ids = there.map(({ id }) => id);
  const ages = await remember(access, { there: ids, sound, known }, options);
  const archivedPacks = there.length - readable.length;
  return { packs: packs.length, archivedPacks, bytesRead, damages, segments, ...ages };
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
