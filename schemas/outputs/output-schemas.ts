import { z } from "zod";
import type { JsonObject } from "../../core/kit/json.ts";
import { syncStatusSchema } from "../sync-status.ts";
import { appliesOutput, applyOutput } from "./apply-output.ts";
import { approvalOutput } from "./approval-output.ts";
import { diagnosticOutput, validationOutput } from "./diagnostic-output.ts";
import { diffOutput } from "./diff-output.ts";
import { driftOutput } from "./drift-output.ts";
import { eventOutput } from "./event-output.ts";
import { explanationOutput } from "./explanation-output.ts";
import { jobOutput, jobsOutput } from "./job-output.ts";
import { planOutput } from "./plan-output.ts";
import { forecastOutput, pointsOutput, simulationOutput } from "./point-output.ts";
import {
  graphOutput,
  initOutput,
  outputsOutput,
  synthOutput,
  versionOutput,
} from "./small-outputs.ts";
import { stateListOutput, stateObjectOutput, stateOutput } from "./state-output.ts";
import { applySummary, backupSummary, restoreSummary } from "./summary-output.ts";
import { testOutput } from "./test-output.ts";

/** What commands print with `-json`, by the name of its schema. */
export const OUTPUTS = {
  applies: { schema: appliesOutput, title: "state applies -json" },
  apply: { schema: applyOutput, title: "state applies ID -json" },
  "apply-summary": {
    schema: applySummary,
    title: "The last line of apply -json and destroy -json",
  },
  approval: { schema: approvalOutput, title: "approve FILE -json" },
  "backup-summary": { schema: backupSummary, title: "The last line of backup -json" },
  diagnostic: { schema: diagnosticOutput, title: "An error or a warning" },
  diff: { schema: diffOutput, title: "A line of diff -json" },
  drift: { schema: driftOutput, title: "drift -json" },
  event: {
    schema: eventOutput,
    title: "A line of a stream: apply, backup, restore, run and others",
  },
  explain: { schema: explanationOutput, title: "explain -json" },
  forecast: { schema: forecastOutput, title: "simulate -forecast DAYS -json" },
  graph: { schema: graphOutput, title: "graph -json" },
  init: { schema: initOutput, title: "init -json" },
  synth: { schema: synthOutput, title: "synth -json" },
  job: { schema: jobOutput, title: "jobs show JOB -json" },
  jobs: { schema: jobsOutput, title: "jobs -json" },
  outputs: { schema: outputsOutput, title: "output -json" },
  plan: { schema: planOutput, title: "plan -json and show -json FILE" },
  points: { schema: pointsOutput, title: "points -json" },
  "restore-summary": { schema: restoreSummary, title: "The last line of restore -json" },
  simulate: { schema: simulationOutput, title: "simulate -json" },
  state: { schema: stateOutput, title: "show -json" },
  "state-list": { schema: stateListOutput, title: "state list -json" },
  "state-object": { schema: stateObjectOutput, title: "state show ADDRESS -json" },
  "sync-status": { schema: syncStatusSchema, title: "A line of sync -json" },
  test: { schema: testOutput, title: "test -json" },
  validate: { schema: validationOutput, title: "validate -json" },
  version: { schema: versionOutput, title: "version -json" },
} as const satisfies Readonly<
  Record<string, { readonly schema: z.core.$ZodType; readonly title: string }>
>;

export type OutputName = keyof typeof OUTPUTS;

/**
 * The JSON Schema of an output, in draft-07 (docs/decisions/0010). `open`: takes members that a later version adds, as a
 * reader must; `closed`: takes none but those of now, as the tests of this version do.
 */
export function outputJsonSchema(name: OutputName, members: "open" | "closed"): JsonObject {
  const { schema, title } = OUTPUTS[name];
  const isOpen = members === "open";
  const made = z.toJSONSchema(schema, { target: "draft-7", io: isOpen ? "input" : "output" });
  const { $schema, ...rest } = JSON.parse(
    JSON.stringify(made, isOpen ? opened : undefined),
  ) as JsonObject;
  return { $schema: $schema ?? null, title, ...rest };
}

/** Some schemas are those of stored files too, which take nothing that they do not know. */
function opened(name: string, value: unknown): unknown {
  return name === "additionalProperties" && value === false ? undefined : value;
}
