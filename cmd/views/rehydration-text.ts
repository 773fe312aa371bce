import { formatBytes } from "../../core/kit/bytes.ts";
import { formatCounted } from "./count-text.ts";

/** What of a point lies in the archive tier, as `core/vault` counts it. */
export interface RehydrationRow {
  readonly packs: number;
  readonly bytes: number;
  readonly rehydratingPacks: number;
  readonly rehydratingBytes: number;
}

type Priority = "standard" | "high";

/** As Azure documents it; see docs/stores.md. */
const MOST_HOURS: Readonly<Record<Priority, number>> = { standard: 15, high: 1 };

/** The step before a restore; null where there is none. */
export function rehydrationToJson(row: RehydrationRow, priority: Priority = "standard") {
  if (row.packs + row.rehydratingPacks === 0) return null;
  return {
    packs: row.packs,
    bytes: row.bytes,
    rehydrating_packs: row.rehydratingPacks,
    rehydrating_bytes: row.rehydratingBytes,
    priority,
    hours: MOST_HOURS[priority],
  };
}

/** Lines of the preview of a restore. */
export function rehydrationFacts(row: RehydrationRow, priority: Priority = "standard") {
  const { packs, bytes, rehydratingPacks, rehydratingBytes } = row;
  const hours = formatCounted(MOST_HOURS[priority], "hour");
  const step = {
    name: "First",
    value: `-rehydrate brings ${formatCounted(packs, "pack")} (${formatBytes(bytes)}) back from the archive tier: priority ${priority}, up to ${hours}`,
  };
  const underway = {
    name: "On its way",
    value: `${formatCounted(rehydratingPacks, "pack")} (${formatBytes(rehydratingBytes)}) out of the archive tier`,
  };
  return [...(packs > 0 ? [step] : []), ...(rehydratingPacks > 0 ? [underway] : [])];
}
