import { z } from "zod";

const position = z.object({
  line: z.int().describe("From 1."),
  column: z.int().describe("From 1, in grapheme clusters."),
  byte: z.int().describe("From 0, in the UTF-8 bytes of the file."),
});

const facts = {
  severity: z.enum(["error", "warning"]),
  code: z.string().describe("Never renamed or used again: docs/errors.md."),
  summary: z.string().describe("The kind of problem, without names."),
  detail: z.string().describe("What is wrong, why it matters, what to do."),
  address: z.string().optional().describe("The object at fault."),
  range: z
    .object({
      filename: z.string().describe("Relative to the configuration's directory."),
      start: position,
      end: position.describe("Exclusive."),
    })
    .optional()
    .describe("The source at fault."),
};

/** A line of a stream, and a member of documents. */
export const diagnosticOutput = z.object({ type: z.literal("diagnostic"), ...facts });

const snippet = z.object({
  context: z.string().nullable().describe("The header of the block around it."),
  code: z.string(),
  start_line: z.int(),
  highlight_start_offset: z.int().describe("In UTF-8 bytes of `code`."),
  highlight_end_offset: z.int(),
  values: z.array(z.object({ traversal: z.string(), statement: z.string() })),
});

/** `validate -json`. */
export const validationOutput = z.object({
  format_version: z.literal("1.0"),
  valid: z.boolean(),
  error_count: z.int(),
  warning_count: z.int(),
  diagnostics: z.array(z.object({ ...facts, snippet: snippet.optional() })),
});
