import { z } from "zod";
import { approvalsOutput } from "./approval-output.ts";
import { diagnosticOutput } from "./diagnostic-output.ts";
import { driftRow } from "./drift-output.ts";
import { pointChangesOutput, pointsOutlookOutput } from "./plan-points-output.ts";
import { catalogVersion, place, rootModule } from "./state-output.ts";

const time = z.iso.datetime();
const value = z.json();
/** True where a value is hidden, in the shape of the value. */
const hidden = z.json();

const actions = z.array(z.enum(["no-op", "create", "update", "delete", "forget"]));

const change = {
  actions: actions.describe("A replacement is a deletion and a creation, in their order."),
  before: value,
  after: value,
  after_unknown: value,
  before_sensitive: hidden,
  after_sensitive: hidden,
};

const planFile = z.object({
  digest: z.string().describe("SHA-256 of the file."),
  made_by: z.string(),
  made_with: z.string().describe("The version of Holdfast."),
  valid_until: time,
  configuration: z
    .array(z.object({ filename: z.string(), sha256: z.string() }))
    .describe("The files that the plan was made from."),
  approvals: approvalsOutput,
});

const resource = { ...place, module_address: z.string().optional() };

const resourceChange = z.object({
  ...resource,
  previous_address: z.string().optional(),
  change: z.object({
    ...change,
    replace_paths: z.array(z.array(z.string())).optional(),
    importing: z.object({ id: z.string() }).optional(),
  }),
  action_reason: z.enum(["replace_because_cannot_update", "replace_by_triggers"]).optional(),
  run_full: z.literal(true).optional().describe("A full backup runs after the change."),
  disabled_captures: z
    .array(z.object({ server: z.string(), database: z.string() }))
    .optional()
    .describe("Change data capture that is disabled before the backup set is destroyed."),
});

const coverage = z.object({
  backup_set: z.string(),
  server: z.string(),
  observed: z.boolean(),
  protection: z.enum(["protected", "partly", "unprotected", "unknown"]),
  databases: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      recovery_model: z.enum(["full", "bulk_logged", "simple"]),
      snapshot_isolation: z.enum(["on", "off", "in_transition"]),
      protection: z.enum(["protected", "unprotected"]),
      newest_point_at: time.nullable(),
      unfinished_restore: z
        .object({ job: z.string().nullable(), over: z.boolean() })
        .optional()
        .describe("The database is not whole: a restore is making it, or left it so."),
    }),
  ),
});

const status = z.enum(["pass", "fail", "unknown"]);

const check = z.object({
  address: z.object({ kind: z.literal("check"), name: z.string(), to_display: z.string() }),
  status,
  instances: z.array(
    z.object({
      address: z.object({ to_display: z.string() }),
      status,
      problems: z.array(z.object({ message: z.string() })),
    }),
  ),
});

/** `plan -json` and `show -json FILE`. */
export const planOutput = z.object({
  format_version: z.literal("1.0"),
  holdfast_version: z.string(),
  plan_file: planFile.optional().describe("Of `show FILE`."),
  variables: z.record(
    z.string(),
    z.object({ value, sensitive: z.literal(true).optional().describe("Then `value` is null.") }),
  ),
  timestamp: time,
  applyable: z.boolean().describe("Whether an apply would do anything."),
  complete: z.boolean().describe("False with -target and -exclude."),
  errored: z.boolean(),
  catalog: catalogVersion,
  resource_drift: z.array(
    z.object({ ...resource, change: z.object(change), findings: z.array(driftRow) }),
  ),
  resource_changes: z.array(resourceChange).describe("One for each object, `no-op` included."),
  database_renames: z
    .array(
      z.object({
        server: z.string(),
        from: z.string(),
        to: z.string(),
        recovery_points: z.int().describe("How many listed points get the new name."),
      }),
    )
    .optional()
    .describe("Databases that were renamed on their servers, where there are any."),
  relisted: z
    .array(
      z.object({
        id: z.string(),
        backup_set: z.string(),
        server: z.string(),
        database: z.string(),
        type: z.string(),
        created_at: z.iso.datetime().nullable(),
        given_up_by: z.string().describe("The id of the apply that gave it up."),
      }),
    )
    .optional()
    .describe("Hidden recovery points that the rules of the plan keep: an apply lists them again."),
  planned_values: z.object({ root_module: rootModule }),
  output_changes: z.record(z.string(), z.object(change)),
  recovery_point_changes: pointChangesOutput,
  recovery_points: pointsOutlookOutput,
  coverage: z.array(coverage),
  checks: z.array(check),
  summary: z.object({
    add: z.int(),
    change: z.int(),
    remove: z.int(),
    forget: z.int(),
    import: z.int(),
  }),
  prior_state: z.object({
    format_version: z.literal("1.0"),
    values: z.object({ root_module: rootModule }),
  }),
  diagnostics: z.array(diagnosticOutput).describe("Warnings; a plan with errors does not exist."),
});
