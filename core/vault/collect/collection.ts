import type { CollectionReport } from "../../../schemas/vault-reports.ts";
import type { CollectionOptions } from "../contract/vault-contract.ts";
import { tryParseBlobId } from "../format/blob-names.ts";
import type { VaultAccess } from "../vault-access.ts";
import { collectGarbage } from "./collector.ts";
import { dryStore } from "./dry-store.ts";
import { pointNotFound, removePoint } from "./visible-points.ts";

/**
 * What removing those points and collecting would do now. Runs the collection itself on a store that only looks as if it
 * changed, so the bytes are exact as long as nobody else writes. POINT_NOT_FOUND.
 */
export async function planCollection(
  access: VaultAccess,
  points: readonly string[],
  options: CollectionOptions,
): Promise<CollectionReport> {
  const dry = { ...access, store: dryStore(access.store, access.clock) };
  let noteBytes = 0;
  for (const point of points) {
    const id = tryParseBlobId(point);
    if (id === undefined) throw pointNotFound(point);
    await removePoint(dry, id, options);
  }
  for await (const { size } of dry.store.list("removed/", options)) noteBytes += size;
  for await (const { size } of access.store.list("removed/", options)) noteBytes -= size;
  return withoutNotes(await collectGarbage(dry, options), noteBytes);
}

/** The report without the notes of removed points that were written just for this collection: they free nothing. */
export function withoutNotes(report: CollectionReport, noteBytes: number): CollectionReport {
  const { removedBytes, freedBytes } = report;
  return {
    ...report,
    removedBytes: removedBytes - noteBytes,
    freedBytes: freedBytes - noteBytes,
  };
}
