import assert from "node:assert/strict";
import { test } from "node:test";
import { conversionSeeds, resultSeeds } from "../../../../core/policy/simulate/behaviour-seeds.ts";

/** As the list of behaviours has them. */
const CONVERSIONS: Readonly<Record<string, string>> = {
  "B-45": "no_completed_full",
  "B-46": "file_set_changed",
  "B-47": "file_path_changed",
  "B-48": "database_renamed",
  "B-49": "metadata_inconsistent",
  "B-50": "master_files_changed",
  "B-51": "vss_change_unknown",
  "B-52": "previous_full_failed",
  "B-53": "foreign_full_breaks_base",
  "B-54": "database_shrunk",
  "B-55": "ag_secondary",
  "B-56": "backup_set_membership_changed",
  "B-57": "start_time_mismatch",
  "B-58": "no_full_recovery_point",
  "B-59": "first_backup",
  "A-16": "cdc_disabled_between_backups",
  "A-17": "cdc_config_mismatch",
};

test("each reason of a conversion names the behaviour that asks for it", () => {
  for (const [seed, reason] of Object.entries(CONVERSIONS)) {
    assert.deepEqual(conversionSeeds(reason), [seed]);
  }
});

test("a reason that is not known, or none, names no behaviour", () => {
  assert.deepEqual(conversionSeeds("since_it_rained"), []);
  assert.deepEqual(conversionSeeds(null), []);
});

test("A-48 A-49 A-53 [decision] a database that is skipped or down names what follows from it", () => {
  assert.deepEqual(resultSeeds("skipped", "DATABASE_NOT_READY"), ["A-48", "A-49"]);
  assert.deepEqual(resultSeeds("down", null), ["A-48", "A-49", "A-53"]);
});

test("A-57 [decision] system databases alone under captured changes name their own behaviour", () => {
  assert.deepEqual(resultSeeds("failed", "AZURE_SQL_1057"), ["A-57"]);
  assert.deepEqual(resultSeeds("failed", "STORE_FULL"), ["A-05"]);
  assert.deepEqual(resultSeeds("backed_up", null), []);
});
