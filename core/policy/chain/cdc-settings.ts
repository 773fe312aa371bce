import type { Milliseconds } from "../model/policy-rule.ts";

/** What change data capture must be like for backups to rely on it: `cdc_profile` of a policy. */
export interface CdcProfile {
  readonly continuous: boolean;
  /** How long changes stay in the change tables at least. */
  readonly retention: Milliseconds;
  readonly allTables: boolean;
  readonly allColumns: boolean;
}

/** What it is like. */
export interface CdcSettings {
  /** Null where the service itself runs the capture (Azure SQL Database). */
  readonly continuous: boolean | null;
  readonly retention: Milliseconds;
  /** Tables that should be captured and are not; never history tables, which have no changes of their own. */
  readonly untrackedTables: readonly string[];
  readonly partlyTrackedTables: readonly string[];
}

export type CdcViolation =
  | "capture_job_not_continuous"
  | "cleanup_retention_too_short"
  | "tables_not_tracked"
  | "columns_not_tracked";

/**
 * What is wrong with the settings. Retention longer than the profile's is right: it loses no change. Where the profile
 * wants no continuous capture, a continuous one is wrong all the same as it is not what was declared.
 */
export function cdcViolations(settings: CdcSettings, profile: CdcProfile): readonly CdcViolation[] {
  const { continuous, retention, untrackedTables, partlyTrackedTables } = settings;
  const violations: readonly (readonly [CdcViolation, boolean])[] = [
    ["capture_job_not_continuous", continuous !== null && continuous !== profile.continuous],
    ["cleanup_retention_too_short", retention < profile.retention],
    ["tables_not_tracked", profile.allTables && untrackedTables.length > 0],
    ["columns_not_tracked", profile.allColumns && partlyTrackedTables.length > 0],
  ];
  return violations.filter(([, isViolated]) => isViolated).map(([violation]) => violation);
}
