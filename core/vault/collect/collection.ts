import type { Watch } from "../../kit/watch.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import { tryParseBlobId } from "../format/blob-names.ts";
import type { Tiering } from "../tiers/move-packs.ts";
import type { VaultAccess } from "../vault-access.ts";
import { collectGarbage } from "./collector.ts";
import { dryStore } from "./dry-store.ts";
import { pointNotFound, removePoint } from "./visible-points.ts";

/** What a collection does, in this order. */
type CollectionStep = "survey" | "rewrite" | "sweep";

export interface CollectionOptions extends Abortable {
  readonly watch?: Watch<CollectionStep> | undefined;
  /** Chunk ids in memory at once, 57 bytes each at most; [400,000]. Fewer take longer. */
  readonly partitionSize?: number | undefined;
  /** Bytes of packs of older data keys that are written anew at most, but always one pack; [an eighth of all packs, at least 1 GiB] */
  readonly reencryption?: number | undefined;
  /** Moves packs that only old points need to a cheaper tier. Nothing is moved without it. */
  readonly tiering?: Tiering | undefined;
}

/** What a collection did, or would do. */
export interface CollectionReport {
  /** Points that stay. */
  readonly points: number;
  /** Removed points whose manifests went. */
  readonly removedPoints: number;
  readonly removedPacks: number;
  /** Packs of which little was needed: that was written into new packs. */
  readonly rewrittenPacks: number;
  /** Other packs whose data key was an older one: what is needed of them was written anew with the newest. */
  readonly reencryptedPacks: number;
  readonly removedIndexes: number;
  /** Backups that gave no sign of life for an hour, and were ended. */
  readonly fencedWriters: number;
  /** Packs that are marked and wait for backups, a verify or another collection that began before. A later one removes them. */
  readonly waitingPacks: number;
  /** Marks that could not be read and were taken away; what is garbage was looked for anew. */
  readonly clearedMarks: number;
  /** Marks that cannot be read and stay while another collection is at work. Until they go, little is removed, and backups store all of their data anew. */
  readonly unreadableMarks: number;
  /** Packs that nothing needs and that a policy or a legal hold protects. A later collection removes them. */
  readonly protectedPacks: number;
  readonly protectedBytes: number;
  /** Removed points whose manifests are protected so. */
  readonly protectedPoints: number;
  /** Packs that only cold points need, which were moved to a cheaper tier. */
  readonly movedPacks: number;
  readonly movedBytes: number;
  /** Packs that will be moved by a later collection: a backup or a verify that began before may want them, or there are very many. */
  readonly waitingMoves: number;
  /** Of blobs that were there before. */
  readonly removedBytes: number;
  /** Of blobs that are new. */
  readonly writtenBytes: number;
  /** By how much the store became smaller: `removedBytes` less `writtenBytes`. */
  readonly freedBytes: number;
}

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
