import { z } from "zod";
import { pointOutput } from "./point-output.ts";

const time = z.iso.datetime();
const count = z.number().nonnegative();

const ended = {
  type: z.literal("summary"),
  status: z.enum(["successful", "successful_with_errors", "failed"]),
  cancelled: z.boolean(),
};

/** The last line of `backup -json`. */
export const backupSummary = z.object({
  ...ended,
  job: z.string().nullable().describe("Null where it failed before there was one."),
  bytes_read: count,
  bytes_stored: count,
  points: z.array(pointOutput),
});

/** The last line of `apply -json` and `destroy -json`; of one that failed before it began, without what is optional. */
export const applySummary = z.object({
  ...ended,
  added: count,
  changed: count,
  destroyed: count,
  imported: count.optional(),
  points: z.array(z.string()).describe("Ids of the fulls that -replace asked for."),
  apply: z
    .string()
    .nullable()
    .optional()
    .describe("What `apply -undo` takes; null where nothing was recorded."),
  given_up: count.optional().describe("How many recovery points were purged."),
  no_return_after: time.nullable().optional(),
  undone: z.string().optional().describe("Of -undo: the apply that was taken back."),
  returned_points: z
    .array(z.string())
    .optional()
    .describe("Of -undo: points that are listed again."),
});

const rehydration = z
  .object({
    packs: count,
    bytes: count,
    rehydrating_packs: count,
    rehydrating_bytes: count,
    priority: z.enum(["standard", "high"]),
    hours: count,
  })
  .nullable();

const restored = {
  server: z.string(),
  database: z.string(),
  schema: z
    .string()
    .optional()
    .describe("Of -into-schema: where in the database the tables came back."),
  backed_up_as: z.string().optional().describe("The name that the database had then."),
};

const notRestored = z
  .array(z.object({ kind: z.string(), text: z.string(), remedy: z.string().nullable() }))
  .describe("What does not come back as it was; `remedy` is T-SQL that mends it.");

/** The last line of `restore -json`; the last case is that of -dry-run. */
export const restoreSummary = z.union([
  z.object({
    ...ended,
    job: z.string().nullable(),
    server: restored.server.optional(),
    database: restored.database.optional(),
    schema: restored.schema,
    backed_up_as: restored.backed_up_as,
    bytes_read: count,
    inventory: z.array(z.object({ kind: z.string(), count })),
    point: z.string().optional(),
    at: z.string().optional().describe("The moment that was asked for."),
    tables: z.array(
      z.object({
        table: z.string(),
        rows: count.describe("Before changes."),
        changes: count,
        checksum: z
          .string()
          .describe("Of the rows before changes, in any order; the same on both sides."),
        without: z.array(z.string()).describe("Columns that the checksum does not cover."),
      }),
    ),
    not_restored: notRestored,
  }),
  z.object({
    type: ended.type,
    status: z.literal("successful"),
    dry_run: z.literal(true),
    point: z.string(),
    points: z.array(z.string()).describe("All that the restore takes, a full first."),
    at: z.string().optional(),
    not_restored: notRestored,
    ...restored,
    tables: count,
    rows: count,
    bytes: count,
    rehydration,
  }),
]);
