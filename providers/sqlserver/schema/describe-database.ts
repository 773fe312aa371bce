import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import type { Row } from "../connection/tds-connection.ts";
import { flag, number, numberOrZero, textOrNull } from "./fields.ts";

/** ALTER DATABASE … SET option by the column of sys.databases that shows it. */
const SWITCHES = {
  is_auto_close_on: "AUTO_CLOSE",
  is_auto_shrink_on: "AUTO_SHRINK",
  is_auto_create_stats_on: "AUTO_CREATE_STATISTICS",
  is_auto_update_stats_on: "AUTO_UPDATE_STATISTICS",
  is_auto_update_stats_async_on: "AUTO_UPDATE_STATISTICS_ASYNC",
  is_ansi_null_default_on: "ANSI_NULL_DEFAULT",
  is_ansi_nulls_on: "ANSI_NULLS",
  is_ansi_padding_on: "ANSI_PADDING",
  is_ansi_warnings_on: "ANSI_WARNINGS",
  is_arithabort_on: "ARITHABORT",
  is_concat_null_yields_null_on: "CONCAT_NULL_YIELDS_NULL",
  is_numeric_roundabort_on: "NUMERIC_ROUNDABORT",
  is_quoted_identifier_on: "QUOTED_IDENTIFIER",
  is_recursive_triggers_on: "RECURSIVE_TRIGGERS",
  is_cursor_close_on_commit_on: "CURSOR_CLOSE_ON_COMMIT",
  is_date_correlation_on: "DATE_CORRELATION_OPTIMIZATION",
  is_read_committed_snapshot_on: "READ_COMMITTED_SNAPSHOT",
  is_read_only: "READ_ONLY",
} as const;

const RECOVERY: Readonly<Record<number, string>> = { 1: "FULL", 2: "BULK_LOGGED", 3: "SIMPLE" };
const PAGE_VERIFY: Readonly<Record<number, string>> = {
  0: "NONE",
  1: "TORN_PAGE_DETECTION",
  2: "CHECKSUM",
};

function onOff(isOn: boolean): string {
  return isOn ? "ON" : "OFF";
}

/** Options of the database itself, from its row in sys.databases. */
export function describeDatabase(row: Row): SqlServerSchema["database"] {
  const options: Record<string, string> = {};
  for (const [column, option] of Object.entries(SWITCHES)) {
    if (row[column] !== undefined) options[option] = onOff(flag(row, column));
  }
  const recovery = RECOVERY[numberOrZero(row, "recovery_model")];
  if (recovery !== undefined) options["RECOVERY"] = recovery;
  const verify = PAGE_VERIFY[numberOrZero(row, "page_verify_option")];
  if (verify !== undefined && row["page_verify_option"] !== undefined) {
    options["PAGE_VERIFY"] = verify;
  }
  // 2: on its way to ON.
  const isolation = numberOrZero(row, "snapshot_isolation_state");
  options["ALLOW_SNAPSHOT_ISOLATION"] = onOff(isolation === 1 || isolation === 2);
  // ON everywhere but where somebody, or a restore of Azure, switched it off (sql-docs, manage-retention-of-historical-data…).
  if (row["is_temporal_history_retention_enabled"] !== undefined) {
    const isOn = flag(row, "is_temporal_history_retention_enabled");
    if (!isOn) options["TEMPORAL_HISTORY_RETENTION"] = "OFF";
  }
  options["CURSOR_DEFAULT"] = flag(row, "is_local_cursor_default") ? "LOCAL" : "GLOBAL";
  options["PARAMETERIZATION"] = flag(row, "is_parameterization_forced") ? "FORCED" : "SIMPLE";
  return {
    collation: textOrNull(row, "collation_name"),
    compatibilityLevel: number(row, "compatibility_level"),
    options,
  };
}
