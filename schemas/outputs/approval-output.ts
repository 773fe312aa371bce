import { z } from "zod";

const person = z.object({
  name: z.string().describe("The comment of the key, or its fingerprint."),
  fingerprint: z.string(),
});

/** How many people must approve a plan, and who did. */
export const approvalsOutput = z.object({
  needed: z.int(),
  missing: z.int().describe("0: it may be applied."),
  given_by: z.array(person),
  open: z.array(person).describe("Who may approve it still."),
});

/** `approve FILE -json`. */
export const approvalOutput = z.object({
  type: z.literal("approval"),
  file: z.string(),
  digest: z.string().describe("SHA-256 of the file."),
  approver: person,
  new: z.boolean().describe("False where this key had approved the plan before."),
  approvals: approvalsOutput,
});
