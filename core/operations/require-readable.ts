import { failure } from "../diagnostics/diagnostic.ts";
import { formatBytes } from "../kit/bytes.ts";
import type { RehydratePriority } from "../storage/blob-store.ts";
import type { ArchivedPacks, Vault } from "../vault/vault.ts";
import type { Ports } from "./ports.ts";

export type { RehydratePriority } from "../storage/blob-store.ts";

/** Within how many hours Azure brings blobs back; with priority high it says so of less than 10 GB and promises nothing. */
const REHYDRATION_HOURS: Readonly<Record<RehydratePriority, number>> = {
  standard: 15,
  high: 1,
};

export interface WantedReading {
  readonly point: string;
  /** Asks the store to bring back what is archived; it is only told without it. */
  readonly rehydrate?: RehydratePriority | undefined;
}

/**
 * Makes sure that a point can be read now. STORE_ARCHIVED while something of it lies in the archive tier and nobody asked
 * for it; STORE_REHYDRATING once it is on its way.
 */
export async function requireReadable(
  vault: Pick<Vault, "archivedOf" | "rehydrate">,
  { point, rehydrate }: WantedReading,
  { signal }: Pick<Ports, "signal">,
): Promise<void> {
  const archived = await vault.archivedOf(point, { signal });
  if (archived.packs > 0 && rehydrate === undefined) throw isArchived(point, archived);
  if (archived.packs > 0 && rehydrate !== undefined) {
    const asked = await vault.rehydrate(point, { priority: rehydrate, signal });
    throw isRehydrating(asked, `It was asked for with priority ${rehydrate}`);
  }
  if (archived.rehydratingPacks > 0) throw isRehydrating(archived, "It was asked for before");
}

function isArchived(point: string, { packs, bytes, rehydratingBytes }: ArchivedPacks): Error {
  const underway =
    rehydratingBytes === 0 ? "" : ` Another ${formatBytes(rehydratingBytes)} are on their way.`;
  return failure({
    code: "STORE_ARCHIVED",
    summary: "Recovery point is archived",
    detail: `${packs} packs (${formatBytes(bytes)}) that the recovery point ${point} needs lie in the archive tier, from which nothing can be read.${underway} Nothing was changed. Have them brought back by the same command with -rehydrate, which takes up to ${REHYDRATION_HOURS.standard} hours, or with -rehydrate=high, which is dearer and for less than 10 GB mostly takes less than one. They then stay for a week.`,
  });
}

function isRehydrating({ rehydratingPacks: packs, rehydratingBytes }: ArchivedPacks, how: string) {
  return failure({
    code: "STORE_REHYDRATING",
    summary: "Recovery point is on its way out of the archive",
    detail: `${packs} packs (${formatBytes(rehydratingBytes)}) are being brought back from the archive tier. ${how}; with priority standard that takes up to ${REHYDRATION_HOURS.standard} hours, with high mostly less than one. Nothing else was done. Run the same command again then: it goes on as soon as all of them are back.`,
  });
}
