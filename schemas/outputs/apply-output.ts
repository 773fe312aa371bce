import { z } from "zod";

const time = z.iso.datetime();

const apply = {
  id: z.string(),
  started_at: time,
  ended_at: time.nullable().describe("Null while it runs, and of one whose process died."),
  status: z.enum(["running", "successful", "failed", "cancelled"]),
  by: z.string().describe("user@host"),
  plan_digest: z.string().nullable().describe("SHA-256 of the plan file."),
  changes: z.object({ total: z.int(), done: z.int() }),
  given_up_points: z.array(z.string()),
  no_return_after: time.nullable().describe("From then on these points may be gone."),
  undone_by: z.string().nullable(),
  undone_at: time.nullable(),
  undoes: z.string().nullable(),
  undoable: z.boolean(),
};

/** `state applies -json`. */
export const appliesOutput = z.object({ applies: z.array(z.object(apply)) });

/** `state applies ID -json`. */
export const applyOutput = z.object({
  ...apply,
  resource_changes: z.array(
    z.object({
      address: z.string(),
      previous_address: z.string().nullable(),
      action: z.string(),
      done: z.boolean(),
    }),
  ),
});
