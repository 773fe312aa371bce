import { z } from "zod";
import { diagnosticOutput } from "./diagnostic-output.ts";

const time = z.iso.datetime();
const count = z.number().nonnegative();

const ofJob = { job: z.string(), at: time };
const ofDatabase = { ...ofJob, database: z.string() };
const ofTable = { ...ofDatabase, table: z.string().describe("dbo.Orders") };
const totals = z.object({ rows: count, bytes_read: count, bytes_stored: count });

const status = z.enum([
  "queued",
  "running",
  "successful",
  "successful_with_errors",
  "failed",
  "cancelled",
  "skipped",
]);

const action = {
  address: z.string(),
  action: z.string().describe("As in a plan, and `import`, `move`, `replace`."),
};

/** The last line of a stream; what else it holds differs by command. */
const summary = z.looseObject({
  type: z.literal("summary"),
  status: z.enum(["successful", "successful_with_errors", "failed"]),
});

/** A line of a stream. */
export const eventOutput = z.union([
  z.object({ type: z.literal("version"), holdfast: z.string(), events: z.literal("1.0") }),
  diagnosticOutput,
  z.object({
    type: z.literal("job_started"),
    ...ofJob,
    operation: z.enum(["backup", "restore", "verify"]),
    subject: z.string(),
    moment: time
      .optional()
      .describe("Of a restore: the moment that it goes to, where one was asked for."),
    worker: z.string(),
    databases: z.array(z.string()),
  }),
  z.object({
    type: z.literal("database_started"),
    ...ofDatabase,
    tables: count,
    estimated_rows: count,
    estimated_bytes: count,
  }),
  z.object({
    type: z.literal("phase_started"),
    ...ofDatabase,
    phase: z.enum([
      "check",
      "capture",
      "schema",
      "rows",
      "pack",
      "index",
      "manifest",
      "create",
      "stage",
      "load",
      "finish",
      "verify",
    ]),
  }),
  z.object({ type: z.literal("table_started"), ...ofTable, estimated_rows: count }),
  z.object({ type: z.literal("table_progress"), ...ofTable, totals }),
  z.object({ type: z.literal("table_finished"), ...ofTable, rows: count, totals }),
  z.object({
    type: z.literal("database_finished"),
    ...ofDatabase,
    result: z.enum(["backed_up", "restored", "skipped", "down", "failed"]),
    point: z.string().optional(),
    totals,
  }),
  z.object({
    type: z.literal("note"),
    ...ofJob,
    database: z.string().optional(),
    text: z.string(),
  }),
  z.object({ type: z.literal("job_finished"), ...ofJob, status, started_at: time, totals }),
  z.object({
    type: z.literal("task_progress"),
    task: z.enum(["put", "get", "import", "export", "verify", "repair", "prune"]),
    subject: z.string(),
    step: z.enum([
      "check",
      "store",
      "commit",
      "read",
      "index",
      "packs",
      "points",
      "survey",
      "rewrite",
      "sweep",
    ]),
    item: z.string().optional(),
    unit: z.enum(["bytes", "points"]),
    done: count,
    total: count.nullable(),
    started_at: time,
    at: time,
  }),
  z.object({ type: z.literal("resource_started"), ...action }),
  z.object({ type: z.literal("resource_finished"), ...action, milliseconds: count }),
  z.object({
    type: z.literal("schedule"),
    next: z.array(z.object({ backup_set: z.string(), backup: z.enum(["full", "cdc"]), at: time })),
  }),
  z.object({
    type: z.literal("pruned"),
    at: time,
    vaults: z.array(z.object({ vault: z.string() }).loose()),
  }),
  summary,
]);
