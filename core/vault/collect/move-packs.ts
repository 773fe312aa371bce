import { hasCode } from "../../diagnostics/caught.ts";
import type { Instant } from "../../kit/clock.ts";
import { createLimiter } from "../../kit/limiter.ts";
import type { Abortable, BlobInfo, BlobTier } from "../../storage/blob-store.ts";
import type { ColdTier, Tiering } from "../contract/tiering.ts";
import { type BlobId, packName } from "../format/blob-names.ts";
import type { VaultAccess } from "../vault-access.ts";
import type { StoredBlob } from "./index-walk.ts";
import { packsNeeded, type Survey } from "./survey.ts";

/** A pack that only cold points need. */
export interface PackMove {
  readonly id: BlobId;
  readonly size: number;
  readonly to: ColdTier;
}

/** From the dearest to keep to the cheapest. */
const ORDER: readonly BlobTier[] = ["hot", "cool", "cold", "archive"];
/** What was brought back is wanted by somebody, so it stays for a week. */
const REST_MS = 7 * 86_400_000;
const CHANGED_AFTER_MS = 3_600_000;
const CALLS_AT_ONCE = 8;

export interface MoveOptions extends Abortable {
  readonly tiering: Tiering;
  readonly partitionSize?: number | undefined;
  /** Of the store. */
  readonly now: Instant;
  /** Points that somebody reads now. */
  readonly beingRead: ReadonlySet<BlobId>;
}

/**
 * Finds what may be moved of packs that stay, oldest first. Nothing that holds a listing is archived, so that a vault can
 * always be collected, verified and counted: such packs go to the tier cold instead.
 */
export async function findMoves(
  access: VaultAccess,
  { survey, packs }: { readonly survey: Survey; readonly packs: readonly BlobId[] },
  options: MoveOptions,
): Promise<readonly PackMove[]> {
  const { tiering, now } = options;
  const open = packs.flatMap((id) => {
    const stored = survey.packs.get(id)?.stored;
    return stored !== undefined && isMovable(stored, tiering.tier, now) ? [{ id, stored }] : [];
  });
  if (open.length === 0) return [];
  const { listings, data } = await findNeeds(access, survey, options);
  return open
    .filter(({ id }) => !data.has(id))
    .map(({ id, stored }) => ({ id, stored, to: targetOf(tiering.tier, listings.has(id)) }))
    .filter(({ stored, to }) => isMovable(stored, to, now))
    .sort((one, other) => one.stored.writtenAt - other.stored.writtenAt)
    .map(({ id, stored, to }) => ({ id, size: stored.size, to }));
}

/** Moves what is there still. Gives what was moved. */
export async function movePacks(
  { store }: VaultAccess,
  moves: readonly PackMove[],
  options: Abortable,
): Promise<readonly PackMove[]> {
  const limit = createLimiter(CALLS_AT_ONCE);
  const moved = await Promise.all(
    moves.map((move) =>
      limit(async () => {
        options.signal?.throwIfAborted();
        try {
          await store.setTier(packName(move.id), move.to, options);
          return [move];
        } catch (error) {
          // Another collector took it away.
          if (hasCode(error, "STORE_NOT_FOUND")) return [];
          throw error;
        }
      }),
    ),
  );
  return moved.flat();
}

/** Where data of points lies that are not cold, and where the listings of cold ones. */
async function findNeeds(access: VaultAccess, survey: Survey, options: MoveOptions) {
  const { tiering, beingRead, partitionSize, signal } = options;
  const isCold = (id: BlobId): boolean => tiering.coldPoints.has(id) && !beingRead.has(id);
  const points = survey.points.filter((id) => !isCold(id));
  const data = await packsNeeded(access, survey, { points, partitionSize, signal });
  if (tiering.tier !== "archive") return { data, listings: new Set<BlobId>() };
  const listingsOf = survey.points.filter(isCold);
  const needs = { points: [], listingsOf, partitionSize, signal };
  return { data, listings: await packsNeeded(access, survey, needs) };
}

function targetOf(tier: ColdTier, holdsListing: boolean): ColdTier {
  return tier === "archive" && holdsListing ? "cold" : tier;
}

/** A store without tiers tells none. */
function isMovable(stored: StoredBlob, to: ColdTier, now: Instant): boolean {
  const { tier, rehydratingTo } = stored;
  if (tier === undefined || rehydratingTo !== undefined) return false;
  return ORDER.indexOf(tier) < ORDER.indexOf(to) && !isResting(stored, now);
}

function isResting({ writtenAt, tierChangedAt }: Omit<BlobInfo, "name">, now: Instant): boolean {
  if (tierChangedAt === undefined || tierChangedAt - writtenAt < CHANGED_AFTER_MS) return false;
  return now - tierChangedAt < REST_MS;
}
