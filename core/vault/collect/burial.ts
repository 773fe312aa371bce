import type { Instant } from "../../kit/clock.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import { type BlobId, pointName } from "../format/blob-names.ts";
import type { VaultAccess } from "../vault-access.ts";
import { type HeldLease, listLeases } from "./lease-list.ts";
import { isTombstone, noteName, putTombstone } from "./signs.ts";
import { listRemovedPoints } from "./visible-points.ts";

/** Points that were removed but are kept, because someone reads them or their writer is still at work. */
export function keptByLeases(leases: readonly HeldLease[], now: Instant): ReadonlySet<BlobId> {
  const alive = leases.filter(({ runsOutAt }) => runsOutAt > now);
  const held = alive.flatMap(({ kind, holder, point }) => (kind === "writer" ? [holder] : [point]));
  return new Set(held.filter((point) => point !== undefined));
}

/**
 * Takes the manifests of removed points out of the store, and then their notes. Gives how many. Notes are listed before
 * leases: a reader that saw no note has put its lease before the note came.
 */
export async function buryPoints(
  access: VaultAccess,
  now: Instant,
  options: Abortable,
): Promise<number> {
  const removed = await listRemovedPoints(access, options);
  if (removed.length === 0) return 0;
  const held = await listLeases(access, options);
  const kept = keptByLeases(held, now);
  const buried = removed.filter((point) => !kept.has(point));
  const leases = new Map(held.map((lease) => [lease.holder, lease] as const));
  for (const point of buried) {
    await access.store.remove(pointName(point), options);
    const lease = leases.get(point);
    if (lease !== undefined) await closeName(access, lease, options);
    await access.store.remove(noteName(point), options);
  }
  return buried.length;
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
