import type { ConversionReason } from "../chain/conversion-reason.ts";

/** The rows of the list of behaviours that ask for each conversion. */
const CONVERSIONS: Readonly<Record<ConversionReason, string>> = {
  no_completed_full: "B-45",
  file_set_changed: "B-46",
  file_path_changed: "B-47",
  database_renamed: "B-48",
  metadata_inconsistent: "B-49",
  master_files_changed: "B-50",
  vss_change_unknown: "B-51",
  previous_full_failed: "B-52",
  foreign_full_breaks_base: "B-53",
  database_shrunk: "B-54",
  ag_secondary: "B-55",
  backup_set_membership_changed: "B-56",
  start_time_mismatch: "B-57",
  no_full_recovery_point: "B-58",
  first_backup: "B-59",
};

/** Those of cdc backups that ran as fulls. */
const CDC_CONVERSIONS: Readonly<Record<string, string>> = {
  cdc_disabled_between_backups: "A-16",
  cdc_config_mismatch: "A-17",
};

/** The rows behind the reason of a conversion; none where it is not known. */
export function conversionSeeds(reason: string | null): readonly string[] {
  const seed = Object.entries({ ...CONVERSIONS, ...CDC_CONVERSIONS }).find(
    ([code]) => code === reason,
  )?.[1];
  return seed === undefined ? [] : [seed];
}

const RESULTS: Readonly<Record<string, readonly string[]>> = {
  skipped: ["A-48", "A-49"],
  down: ["A-48", "A-49", "A-53"],
  failed: ["A-05"],
};

/** The rows behind what happened to a database within a job, and its code. */
export function resultSeeds(result: string, code: string | null): readonly string[] {
  if (code === "AZURE_SQL_1057") return ["A-57"];
  return RESULTS[result] ?? [];
}
