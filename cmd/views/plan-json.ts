import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import type { Instant } from "../../core/kit/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/kit/json.ts";
import type {
  ChangeAction,
  Plan,
  RecoveryPointChange,
  ResourceChange,
  SetCoverage,
} from "../../core/plan/plan.ts";

const FORMAT_VERSION = "1.0";

/** Terraform's names; a replacement is a deletion and a creation. */
const ACTIONS: Readonly<Record<ChangeAction, readonly string[]>> = {
  "no-op": ["no-op"],
  create: ["create"],
  update: ["update"],
  replace: ["delete", "create"],
  delete: ["delete"],
};

/**
 * A plan in the shape of Terraform's `show -json`, plus what Holdfast knows of recovery points and databases.
 * Sensitive values are null, and `before_sensitive` and `after_sensitive` are true where they stood.
 */
export function toPlanJson(
  plan: Plan,
  toDiagnosticJson: (diagnostic: Diagnostic) => Json,
): JsonObject {
  const isDone = plan.changes.every(({ action, runFull }) => action === "no-op" && !runFull);
  return {
    format_version: FORMAT_VERSION,
    timestamp: toTime(plan.createdAt),
    applyable: !isDone,
    complete: plan.options.targets.length === 0,
    errored: false,
    catalog: { lineage: plan.catalog.lineage, serial: plan.catalog.serial },
    resource_changes: plan.changes.map(toResourceChange),
    output_changes: Object.fromEntries(
      plan.outputs.map(({ name, value, sensitive }) => [
        name,
        {
          actions: ["create"],
          before: null,
          after: sensitive ? null : value,
          after_unknown: false,
          before_sensitive: false,
          after_sensitive: sensitive,
        },
      ]),
    ),
    recovery_point_changes: plan.recoveryPointChanges.map(toPointChange),
    coverage: plan.coverage.map(toCoverage),
    summary: { add: plan.summary.add, change: plan.summary.change, remove: plan.summary.destroy },
    diagnostics: plan.diagnostics.map(toDiagnosticJson),
  };
}

function toResourceChange(change: ResourceChange): JsonObject {
  const { address, type, name, action, before, after, sensitive } = change;
  return {
    address,
    mode: "managed",
    type,
    name,
    change: {
      actions: ACTIONS[action],
      before: withoutSensitive(before, sensitive),
      after: withoutSensitive(after, sensitive),
      after_unknown: after === null ? false : {},
      before_sensitive: sensitiveMap(before, sensitive),
      after_sensitive: sensitiveMap(after, sensitive),
      ...(change.replaceReasons.length > 0
        ? { replace_paths: change.replaceReasons.map(({ path }) => path) }
        : {}),
    },
    ...(change.replaceReasons.length > 0 ? { action_reason: "replace_because_cannot_update" } : {}),
    ...(change.runFull ? { run_full: true } : {}),
  };
}

type Paths = readonly (readonly string[])[];

/** The paths below one name. */
function below(paths: Paths, name: string): Paths {
  return paths.filter(([first]) => first === name).map((path) => path.slice(1));
}

function withoutSensitive(value: Json, paths: Paths): Json {
  if (paths.some((path) => path.length === 0)) return null;
  if (paths.length === 0 || !isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      withoutSensitive(member, below(paths, name)),
    ]),
  );
}

function sensitiveMap(value: Json, paths: Paths): Json {
  if (paths.some((path) => path.length === 0)) return true;
  if (!isJsonObject(value)) return false;
  const names = Object.keys(value).filter((name) => below(paths, name).length > 0);
  return Object.fromEntries(
    names.map((name) => [name, sensitiveMap(value[name] ?? null, below(paths, name))]),
  );
}

function toTime(instant: Instant): string {
  return new Date(instant).toISOString();
}

function toOptionalTime(instant: Instant | null): string | null {
  return instant === null ? null : toTime(instant);
}

function toPointChange(change: RecoveryPointChange): JsonObject {
  return {
    id: change.id,
    backup_set: change.backupSet,
    database: change.database,
    type: change.type,
    created_at: toOptionalTime(change.createdAt),
    change: change.change,
    expires_before: toOptionalTime(change.expiresBefore),
    expires_after: toOptionalTime(change.expiresAfter),
    newest: change.isNewest,
    bytes_stored: change.bytesStored,
  };
}

function toCoverage(coverage: SetCoverage): JsonObject {
  return {
    backup_set: coverage.backupSet,
    server: coverage.server,
    observed: coverage.observed,
    protection: coverage.protection,
    databases: coverage.databases.map((database) => ({
      name: database.name,
      state: database.state,
      recovery_model: database.recoveryModel,
      snapshot_isolation: database.snapshotIsolation,
      protection: database.protection,
      newest_point_at: toOptionalTime(database.newestPointAt),
    })),
  };
}
