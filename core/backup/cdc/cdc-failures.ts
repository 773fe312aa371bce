import type { Address } from "../../address/address.ts";
import { type Diagnostic, failure, warningDiagnostic } from "../../diagnostics/diagnostic.ts";
import { formatDuration } from "../../kit/duration.ts";
import type { CdcProfile, CdcViolation } from "../../policy/chain/cdc-settings.ts";
import { SKIPPED_OR_DOWN } from "../../policy/chain/job-outcome.ts";
import type { CaptureState } from "../../resource/change-capture.ts";
import type { DatabaseFacts } from "../../resource/database-server.ts";

const MANY = 5;

type Enabled = Extract<CaptureState, { readonly enabled: true }>;
type Disabled = Extract<CaptureState, { readonly enabled: false }>;

export function list(names: readonly string[]): string {
  const shown = names.slice(0, MANY).join(", ");
  return names.length > MANY ? `${shown} and ${names.length - MANY} more` : shown;
}

function describeViolation(violation: CdcViolation, state: Enabled, profile: CdcProfile): string {
  switch (violation) {
    case "capture_job_not_continuous":
      return `continuous: the capture job is ${state.continuous === true ? "continuous" : "missing or not continuous"}, and cdc_profile wants ${profile.continuous}`;
    case "cleanup_retention_too_short":
      return `retention: the server keeps changes for ${formatDuration(state.retention)}, and cdc_profile wants at least ${formatDuration(profile.retention)}`;
    case "tables_not_tracked":
      return `all_tables: not captured: ${list(state.untrackedTables)}`;
    case "columns_not_tracked":
      return `all_columns: not all columns are captured of ${list(state.partlyTrackedTables)}`;
    default:
      return violation satisfies never;
  }
}

/** Of capture that is ours and is made anew. */
export function foreignStay(instances: readonly string[]): string {
  return `Others made capture instances in this database, which stay as they are, and capture of the database with them: ${list(instances)}. Only Holdfast's own were made anew.`;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}

export function settingsWrong(
  database: string,
  facts: {
    readonly violations: readonly CdcViolation[];
    readonly state: Enabled;
    readonly profile: CdcProfile;
    readonly remedy: string;
  },
): Diagnostic {
  const { violations, state, profile, remedy } = facts;
  const lines = violations.map((each) => `    ${describeViolation(each, state, profile)}`);
  return failure({
    code: "CDC_SETTINGS_WRONG",
    summary: "Change data capture is not set as the policy wants it",
    detail: `Somebody enabled change data capture in the database ${database}, and Holdfast never changes what it did not enable, so the database was skipped and has no new recovery point. What differs from cdc_profile:\n\n${lines.join("\n")}\n\nChange cdc_profile, or run this on the server and back up again:\n\n${indent(remedy)}`,
  }).diagnostic;
}

export function permissionMissing(database: string, { role, remedy }: Disabled): Diagnostic {
  return failure({
    code: "CDC_PERMISSION_MISSING",
    summary: "Permission missing to enable change data capture",
    detail: `Change data capture is off in the database ${database}, and only members of ${role} may enable it, which this login is not. The database has no new recovery point. Add the login to the role:\n\n${indent(remedy)}\n\nOr let somebody who may enable it for the database and all of its tables:\n\n    EXEC sys.sp_cdc_enable_db;\n    EXEC sys.sp_cdc_enable_table @source_schema = N'…', @source_name = N'…', @role_name = NULL, @supports_net_changes = 0;`,
  }).diagnostic;
}

/** by a rule that is known beforehand. */
export function systemDatabase(database: string): Diagnostic {
  return warningDiagnostic({
    code: "SYSTEM_DATABASE_CDC",
    summary: "System database skipped",
    detail: `SQL Server captures no changes in the system database ${database}, so cdc backups leave it out. Full backups have it.`,
  });
}

/** */
export function onlySystemDatabases(database: string): Diagnostic {
  return failure({
    code: "AZURE_SQL_1057",
    summary: "Nothing that a cdc backup could cover",
    detail: `The backup set has system databases only (${database} among them), and SQL Server captures no changes in those. Take full backups of them, by a policy of another method.`,
  }).diagnostic;
}

/** told once, by the first cdc backup. */
export function skippedOrDown({ name, state }: DatabaseFacts, backupSet: Address): Diagnostic {
  const [why, first] =
    state === "online"
      ? ["was down in the last full backup, so there is nothing that changes could continue", "Run"]
      : [`is ${state.replaceAll("_", " ")}`, "Bring it online, then run"];
  return failure({
    code: "DATABASES_SKIPPED_OR_DOWN",
    summary: SKIPPED_OR_DOWN,
    detail: `Database ${name} ${why}. It has no new recovery point, and cdc backups leave it out until the next full. Its earlier recovery points stay restorable. ${first} a full:\n\n    holdfast backup ${backupSet} -type full`,
  }).diagnostic;
}

/** no error any more, but never silent. */
export function leftOut(database: string, backupSet: Address): Diagnostic {
  return warningDiagnostic({
    code: "DATABASE_LEFT_OUT",
    summary: "Database not protected",
    detail: `Database ${database} was down in an earlier backup and is left out of cdc backups until a full has it, so it is not protected since its last recovery point. Run a full:\n\n    holdfast backup ${backupSet} -type full`,
  });
}

export function cleanUpFailed(database: string, cause: Diagnostic): Diagnostic {
  return warningDiagnostic({
    code: "CDC_CLEAN_UP_FAILED",
    summary: "Stored changes were not removed",
    detail: `The recovery point is complete, but changes of ${database} that are in the vault could not be removed from the change tables. ${cause.detail} The server's own clean-up removes them when its retention is over.`,
  });
}
