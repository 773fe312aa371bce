import { z } from "zod";

const count = z.int().nonnegative();
const change = z.enum(["added", "removed", "changed"]);
const counts = {
  added: count,
  removed: count,
  changed: count,
  unchanged: count
    .nullable()
    .describe("Null where nobody counted: both points have changes of a table."),
};

const pages = { added: count, removed: count, changed: count, unchanged: count };
const otherBytes = { added: count, removed: count, unchanged: count };

const point = z.object({
  id: z.string(),
  server: z.string(),
  database: z.string(),
  method: z.string(),
  type: z.string(),
  consistency: z.string(),
  created_at: z.string().nullable(),
  notes: z.array(z.string()).describe("What of it is not of one moment, in sentences."),
});

const cells = z
  .record(z.string(), z.json())
  .describe(
    "By column. Of a value above 1 MiB its `beginning`, its length in `bytes` and its `sha256`.",
  );

/** A line of `diff -json`, but for the first one. */
export const diffOutput = z.discriminatedUnion("type", [
  z.object({ type: z.literal("diff_started"), before: point, after: point }),
  z.object({
    type: z.literal("schema_difference"),
    change,
    kind: z.string(),
    name: z.string(),
    table: z.string().nullable().describe("The table that it belongs to."),
    details: z.array(z.string()),
  }),
  z.object({
    type: z.literal("row_difference"),
    table: z.string(),
    change,
    key: cells.nullable().describe("Null where the table has no unique key."),
    columns: z.array(z.string()).describe("Whose values differ, of a changed row."),
    before: cells.nullable(),
    after: cells.nullable(),
  }),
  z.object({
    type: z.literal("table_difference"),
    table: z.string(),
    presence: z.enum(["both", "before", "after"]),
    key: z.array(z.string()).nullable(),
    ...counts,
  }),
  z.object({
    type: z.literal("page_difference"),
    change,
    file: count.describe("The number of the data file in its database."),
    from: count,
    to: count.describe("The last page of the range."),
  }),
  z.object({ type: z.literal("data_file_difference"), file: count, ...pages }),
  z.object({
    type: z.literal("byte_difference"),
    change: z.enum(["added", "removed"]),
    stream: z.string().describe("The backup file of the point that has these bytes."),
    offset: count,
    bytes: count,
  }),
  z.object({ type: z.literal("other_bytes_difference"), ...otherBytes }),
  z.object({
    type: z.literal("summary"),
    status: z.enum(["successful", "failed"]),
    cancelled: z.boolean().optional(),
    tables: count,
    differing_tables: count,
    schema_differences: count,
    ...counts,
    pages: z.object(pages).nullable().describe("Pages of data files, of points with backup files."),
    other_bytes: z
      .object(otherBytes)
      .nullable()
      .describe("Bytes of backup files outside of pages."),
  }),
]);
