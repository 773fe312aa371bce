import { hasCode } from "../../diagnostics/caught.ts";
import type { Instant } from "../../kit/clock.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import { type BlobId, pointName } from "../format/blob-names.ts";
import type { VaultAccess } from "../vault-access.ts";
import { type HeldLease, listLeases } from "./lease-list.ts";
import { isTombstone, MAX_TOMBSTONE_SIZE, noteName, putTombstone } from "./signs.ts";
import { listRemovedPoints } from "./visible-points.ts";

/** Points that were removed but are kept, because someone reads them or their writer is still at work. */
export function keptByLeases(leases: readonly HeldLease[], now: Instant): ReadonlySet<BlobId> {
  const alive = leases.filter(({ runsOutAt }) => runsOutAt > now);
  const held = alive.flatMap(({ kind, holder, point }) => (kind === "writer" ? [holder] : [point]));
  return new Set(held.filter((point) => point !== undefined));
}

export interface Burial {
  readonly buried: number;
  /** Points whose manifests a policy protects from being removed: they are tried again. */
  readonly protectedPoints: number;
}

/**
 * Takes the manifests of removed points out of the store, and then their notes. Notes are listed before leases: a reader
 * that saw no note has put its lease before the note came.
 */
export async function buryPoints(
  access: VaultAccess,
  now: Instant,
  options: Abortable,
): Promise<Burial> {
  const removed = await listRemovedPoints(access, options);
  if (removed.length === 0) return { buried: 0, protectedPoints: 0 };
  const held = await listLeases(access, options);
  const kept = keptByLeases(held, now);
  const leases = new Map(held.map((lease) => [lease.holder, lease] as const));
  const burial = { buried: 0, protectedPoints: 0 };
  for (const point of removed.filter((id) => !kept.has(id))) {
    const isBuried = await tryBury(access, { point, lease: leases.get(point), now }, options);
    if (isBuried) burial.buried += 1;
    else burial.protectedPoints += 1;
  }
  return burial;
}

interface Grave {
  readonly point: BlobId;
  readonly lease: HeldLease | undefined;
  readonly now: Instant;
}

/** False while a policy protects the manifest. */
async function tryBury(access: VaultAccess, grave: Grave, options: Abortable): Promise<boolean> {
  const info = await access.store.head(pointName(grave.point), options);
  if ((info?.immutableUntil ?? 0) > grave.now) return false;
  try {
    await bury(access, grave, options);
    // Too short for a manifest: a tombstone that nobody can read any more, whose writer may still come.
    if (info !== undefined && info.size <= MAX_TOMBSTONE_SIZE)
      await putTombstone(access, grave.point, options);
    return true;
  } catch (error) {
    if (hasCode(error, "STORE_IMMUTABLE")) return false;
    throw error;
  }
}

async function bury(
  access: VaultAccess,
  { point, lease }: Grave,
  options: Abortable,
): Promise<void> {
  await access.store.remove(pointName(point), options);
  if (lease !== undefined) await closeName(access, lease, options);
  await access.store.remove(noteName(point), options);
}

/** The writer never said that it had ended: a second put of its manifest may still come. */
async function closeName(
  access: VaultAccess,
  { holder, blobs }: HeldLease,
  options: Abortable,
): Promise<void> {
  while ((await putTombstone(access, holder, options)) === "taken") {
    const info = await access.store.head(pointName(holder), options);
    if (info !== undefined && (await isTombstone(access, info, options))) break;
    await access.store.remove(pointName(holder), options);
  }
  for (const name of blobs) await access.store.remove(name, options);
}
