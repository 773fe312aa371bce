import { z } from "zod";

/** With the offset of the policy's zone. */
export const localTime = z.iso.datetime({ offset: true });

const suspect = z.object({
  reason: z.enum(["entropy", "rewritten"]),
  measured: z.number(),
  usual: z.number(),
});

const pointRow = {
  id: z.string(),
  backup_set: z.string(),
  server: z.string(),
  database: z.string(),
  type: z.string().describe("full, differential, log, tail or cdc."),
  method: z.string(),
  trigger: z.string(),
  started_at: localTime,
  created_at: localTime.nullable().describe("The moment of success."),
  tier: z.enum(["hot", "warm", "cold"]),
  expires_at: localTime.nullable(),
  retained_by: z.array(z.string()),
  base: z.string().nullable(),
  converted_from: z.string().nullable(),
  conversion_reason: z.string().nullable(),
  consistency: z.string(),
  bytes_read: z.number(),
  bytes_stored: z.number(),
  restorable: z.boolean(),
  notes: z
    .array(z.string())
    .optional()
    .describe("What there was to say of it when it was made: why it is fuzzy, what is not in it."),
  suspect: suspect.optional(),
};

/** One recovery point. */
export const pointOutput = z.object(pointRow);

const coverage = { server: z.string(), database: z.string(), from: localTime, to: localTime };
export const coverageOutput = z.object(coverage);

/** `points -json`. */
export const pointsOutput = z.object({
  at: localTime,
  recovery_points: z.array(pointOutput).describe("Oldest first: by created_at, then id."),
  coverage: z.array(coverageOutput),
  frozen: z.array(
    z.object({
      backup_set: z.string(),
      since: localTime,
      suspects: z.array(z.string()),
      last_clean: z.array(
        z.object({ server: z.string(), database: z.string(), point: z.string().nullable() }),
      ),
    }),
  ),
  given_up: z
    .array(z.object({ apply: z.string(), points: z.array(z.string()), until: localTime }))
    .optional()
    .describe("Points that come back with `apply -undo`."),
  left_out: z
    .array(
      z.object({
        backup_set: z.string(),
        database: z.string(),
        standing: z.enum(["missed", "left_out"]),
      }),
    )
    .optional()
    .describe("Databases that cdc backups leave out until a full has them."),
});

const { suspect: _suspect, notes: _notes, ...certain } = pointRow;

const witness = z.object({
  type: z.string(),
  status: z.enum(["successful", "failed", "purged"]),
  started_at: localTime,
  completed_at: localTime,
});

const dataLoss = z
  .object({
    seconds: z.number(),
    newest: localTime,
    until: localTime,
    timeline: z.array(witness),
  })
  .nullable();

/** `simulate -json`. */
export const simulationOutput = z.object({
  at: localTime,
  policy: z.string(),
  from: localTime.nullable(),
  start_delay_seconds: z.number().nullable(),
  recovery_points: z.array(
    z.object({
      ...certain,
      backup_set: z.string().nullable(),
      server: z.string().nullable(),
      trigger: z.literal("schedule").nullable(),
      created_at: localTime,
      bytes_read: z.null(),
      bytes_stored: z.null(),
    }),
  ),
  coverage: z.array(z.object({ ...coverage, server: z.string().nullable() })),
  ran: z.array(
    z.object({
      database: z.string(),
      type: z.string(),
      successful: z.int(),
      failed: z.int(),
      skipped: z.int(),
      converted: z.int(),
    }),
  ),
  unusual: z.array(
    z.object({
      database: z.string(),
      type: z.string(),
      started_at: localTime,
      status: z.enum(["successful", "failed", "skipped"]),
      point: z.string().nullable(),
      made: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  data_loss: z
    .object({
      normal: dataLoss,
      one_failure: dataLoss,
      examined: z.object({ from: localTime, until: localTime }),
    })
    .nullable(),
});

/** `simulate -forecast DAYS -json`. */
export const forecastOutput = z.object({
  policy: z.string(),
  at: localTime,
  until: localTime,
  days: z.int(),
  storage_gib_month: z.number().nullable(),
  backup_sets: z.array(
    z.object({
      backup_set: z.string().nullable(),
      steps: z.array(
        z.object({
          at: localTime,
          points: z.record(z.string(), z.number()),
          bytes: z.number(),
          monthly_cost: z.number().nullable(),
        }),
      ),
      sizes: z.array(
        z.object({
          server: z.string().nullable(),
          database: z.string(),
          type: z.string(),
          bytes: z.number().nullable(),
          observed: z.int(),
        }),
      ),
      cost: z.number().nullable(),
      is_whole: z.boolean(),
    }),
  ),
  unobserved: z.array(z.object({ backup_set: z.string(), database: z.string() })),
});
