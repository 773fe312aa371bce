import { z } from "zod";

const time = z.iso.datetime();

const worker = z.object({
  id: z.string(),
  kind: z.string(),
  host: z.string(),
  pid: z.int(),
  started_at: time,
  ended_at: time.nullable(),
});

const database = z.object({
  database: z.string(),
  result: z.string(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  point: z.string().nullable(),
  conversion_reason: z
    .string()
    .optional()
    .describe("Why the point is a full although something else was asked for; in `jobs show`."),
  notes: z
    .array(z.string())
    .optional()
    .describe("What there was to say of the point when it was made."),
  scans: z.array(z.object({ table: z.string(), rows: z.number(), bytes_read: z.number() })),
  bytes_read: z.number(),
  bytes_stored: z.number(),
});

const copy = z.object({
  database: z.string(),
  copy: z.string(),
  resource_id: z.string(),
  objective: z.string().nullable(),
  pool: z.string().nullable(),
  requested_at: time,
  dropped_at: time.nullable().describe("Null while it is there, as far as is known."),
  worker: z
    .object({
      id: z.string(),
      bridge: z.string(),
      started_at: time,
      ended_at: time.nullable(),
    })
    .nullable(),
  steps: z.array(z.object({ step: z.string(), at: time })).describe("In order."),
});

/** `jobs show JOB -json`. */
export const jobOutput = z.object({
  id: z.string(),
  operation: z.string(),
  subject: z.string(),
  type: z.string().nullable(),
  trigger: z.string(),
  status: z.string(),
  queued_at: time,
  started_at: time.nullable(),
  finished_at: time.nullable(),
  worker: worker.nullable(),
  bandwidth: z.union([z.literal("unlimited"), z.number()]).describe("Bytes a second."),
  bytes_read: z.number(),
  bytes_stored: z.number(),
  classes: z
    .array(
      z.object({
        class: z.enum(["user", "system"]),
        bytes_read: z.number(),
        bytes_stored: z.number(),
        ratio: z.number().nullable().describe("Read by stored; null where nothing was stored."),
      }),
    )
    .describe("Of backups: user databases and system databases apart."),
  copies: z.array(copy).describe("Of backups of method isolated_copy."),
  left_out: z
    .array(z.object({ database: z.string(), standing: z.enum(["missed", "left_out"]) }))
    .describe("Databases that cdc backups leave out after it until a full has them."),
  databases: z.array(database),
});

/** `jobs -json`. */
export const jobsOutput = z.object({ jobs: z.array(jobOutput).describe("Newest first.") });
