import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import type { Instant } from "../../core/kit/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/kit/json.ts";
import type {
  ChangeAction,
  CheckOutcome,
  Plan,
  ResourceChange,
  SetCoverage,
} from "../../core/plan/plan.ts";
import { toResourceDrift } from "./drift-json.ts";
import { sensitiveMap, withoutSensitive } from "./plan/hidden-values.ts";
import { toRootModule, type ValuedObject } from "./plan/module-values.ts";
import { toPlace } from "./plan/place-json.ts";
import { toPointChange, toPointsJson } from "./plan/points-json.ts";

const FORMAT_VERSION = "1.0";

/** Terraform's names; a replacement is a deletion and a creation. */
const ACTIONS: Readonly<Record<ChangeAction, readonly string[]>> = {
  "no-op": ["no-op"],
  create: ["create"],
  update: ["update"],
  replace: ["delete", "create"],
  delete: ["delete"],
  forget: ["forget"],
  import: ["no-op"],
};

/**
 * A plan in the shape of Terraform's `show -json`, plus what Holdfast knows of recovery points and databases.
 * Sensitive values are null, and `before_sensitive` and `after_sensitive` are true where they stood.
 */
export function toPlanJson(
  plan: Plan,
  toDiagnosticJson: (diagnostic: Diagnostic) => Json,
): JsonObject {
  const isDone = plan.changes.every(
    ({ action, runFull, previousAddress }) =>
      action === "no-op" && !runFull && previousAddress === null,
  );
  const { counts } = plan.points;
  const beside = counts.purge + plan.databaseRenames.length + (plan.relisted?.length ?? 0);
  return {
    format_version: FORMAT_VERSION,
    timestamp: toTime(plan.createdAt),
    applyable: !isDone || beside > 0,
    complete: plan.options.targets.length === 0 && plan.options.exclude.length === 0,
    errored: false,
    catalog: { lineage: plan.catalog.lineage, serial: plan.catalog.serial },
    resource_drift: toResourceDrift(plan.drift),
    resource_changes: plan.changes.map(toResourceChange),
    ...(plan.databaseRenames.length > 0
      ? { database_renames: plan.databaseRenames.map(toDatabaseRename) }
      : {}),
    planned_values: { root_module: toRootModule(plan.changes.flatMap(plannedOf)) },
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
    recovery_points: toPointsJson(plan.points),
    ...(plan.relisted === undefined ? {} : { relisted: plan.relisted.map(toRelisted) }),
    coverage: plan.coverage.map(toCoverage),
    checks: plan.checks.map(toCheck),
    summary: {
      add: plan.summary.add,
      change: plan.summary.change,
      remove: plan.summary.destroy,
      forget: plan.summary.forget,
      import: plan.summary.import,
    },
    prior_state: {
      format_version: FORMAT_VERSION,
      values: { root_module: toRootModule(plan.changes.flatMap(priorOf)) },
    },
    diagnostics: plan.diagnostics.map(toDiagnosticJson),
  };
}

/** A variable of the root module. */
export interface PlanVariable {
  readonly name: string;
  readonly value: Json;
  readonly sensitive: boolean;
}

/** The member `variables`; of one that is sensitive it says only that. */
export function toVariablesJson(variables: readonly PlanVariable[]): JsonObject {
  return Object.fromEntries(
    variables.map(({ name, value, sensitive }) => [
      name,
      sensitive ? { value: null, sensitive } : { value },
    ]),
  );
}

function plannedOf({
  address,
  action,
  after,
  before,
  ...change
}: ResourceChange): readonly ValuedObject[] {
  const values = action === "no-op" ? (after ?? before) : after;
  if (values === null) return [];
  return [valued({ address, values, dependsOn: change.dependsOn }, change.sensitive)];
}

/** Under the address where the object is recorded until this plan is applied. */
function priorOf(change: ResourceChange): readonly ValuedObject[] {
  const { previousAddress, before: values, dependsOn, sensitive } = change;
  if (values === null) return [];
  return [valued({ address: previousAddress ?? change.address, values, dependsOn }, sensitive)];
}

function valued(
  object: Pick<ValuedObject, "address" | "values" | "dependsOn">,
  sensitive: ResourceChange["sensitive"],
): ValuedObject {
  const values = withoutSensitive(object.values, sensitive);
  const sensitiveValues = sensitiveMap(object.values, sensitive);
  return {
    ...object,
    values: isJsonObject(values) ? values : {},
    sensitiveValues: isJsonObject(sensitiveValues) ? sensitiveValues : {},
  };
}

function toDatabaseRename({ points, ...rename }: Plan["databaseRenames"][number]): JsonObject {
  return { ...rename, recovery_points: points };
}

function toRelisted(point: NonNullable<Plan["relisted"]>[number]): JsonObject {
  const { id, backupSet, server, database, type, createdAt, apply } = point;
  const created_at = createdAt === null ? null : toTime(createdAt);
  return { id, backup_set: backupSet, server, database, type, created_at, given_up_by: apply };
}

function toResourceChange(change: ResourceChange): JsonObject {
  const { address, previousAddress, action, before, after, sensitive } = change;
  const replacePaths = change.replaceReasons.flatMap(({ path }) =>
    path.length === 0 ? [] : [path],
  );
  return {
    ...toPlace(address),
    ...(previousAddress === null ? {} : { previous_address: previousAddress }),
    change: {
      actions: actionsOf(change),
      before: withoutSensitive(before, sensitive),
      after: withoutSensitive(after, sensitive),
      after_unknown: after === null ? false : {},
      before_sensitive: sensitiveMap(before, sensitive),
      after_sensitive: sensitiveMap(after, sensitive),
      ...(replacePaths.length > 0 ? { replace_paths: replacePaths } : {}),
      ...(change.importing === undefined ? {} : { importing: { id: change.importing.id } }),
    },
    ...(action === "replace"
      ? {
          action_reason:
            replacePaths.length > 0 ? "replace_because_cannot_update" : "replace_by_triggers",
        }
      : {}),
    ...(change.runFull ? { run_full: true } : {}),
    ...(change.captures === undefined
      ? {}
      : {
          disabled_captures: change.captures.map(({ server, database }) => ({ server, database })),
        }),
  };
}

function actionsOf({ action, createBeforeDestroy }: ResourceChange): readonly string[] {
  const actions = ACTIONS[action];
  return createBeforeDestroy ? actions.toReversed() : actions;
}

/** In the shape of Terraform's `checks`; a check block has one instance. */
function toCheck({ address, status, failures }: CheckOutcome): JsonObject {
  const name = address.split(".").at(-1) ?? address;
  const problems = failures.map((message) => ({ message }));
  return {
    address: { kind: "check", name, to_display: address },
    status,
    instances: [{ address: { to_display: address }, status, problems }],
  };
}

function toTime(instant: Instant): string {
  return new Date(instant).toISOString();
}

function toOptionalTime(instant: Instant | null): string | null {
  return instant === null ? null : toTime(instant);
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
      ...(database.unfinished === undefined
        ? {}
        : {
            unfinished_restore: {
              job: database.unfinished.job,
              over: database.unfinished.isOver,
            },
          }),
    })),
  };
}
