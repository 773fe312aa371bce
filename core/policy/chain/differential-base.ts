import type { BackupHeader } from "./backup-header.ts";
import type { SetGuid } from "./guid.ts";

/**
 * Why a differential cannot be restored: `base_missing`: the full that it names is not there; `several_bases`: its files
 * have different bases, which this program does not restore; `base_contradicts`: the set that it names is no full that a
 * differential could start from.
 */
export type NoBase = "base_missing" | "several_bases" | "base_contradicts";

/**
 * The full that a differential continues: the one that it names by GUID. The log sequence number must agree, which is
 * that of the full's first record or of its checkpoint: the documentation says the first, and in every backup seen the
 * two were one. The newest full before it is another matter: it may be a copy, or another tool's.
 */
export function differentialBase(
  differential: BackupHeader,
  bySet: ReadonlyMap<SetGuid, BackupHeader>,
): BackupHeader | NoBase {
  const named = differential.differentialBase;
  if (named === null) return "base_contradicts";
  if (named.set === null) return "several_bases";
  const base = bySet.get(named.set);
  if (base === undefined) return "base_missing";
  const fits =
    base.type === "full" &&
    !base.copyOnly &&
    (named.lsn === base.firstLsn || named.lsn === base.checkpointLsn) &&
    base.lastLsn <= differential.lastLsn;
  return fits ? base : "base_contradicts";
}
