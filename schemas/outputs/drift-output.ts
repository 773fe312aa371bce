import { z } from "zod";

const time = z.iso.datetime();
const facts = z.record(z.string(), z.json()).nullable();

export const driftRow = z.object({
  kind: z.string().describe("A word that never changes; more may come: docs/drift.md."),
  server: z.string(),
  database: z.string().nullable().describe("Null where the server itself changed."),
  backup_sets: z.array(z.string()),
  what: z.string(),
  consequence: z.string(),
  repair: z.object({
    advice: z.string(),
    commands: z.array(z.object({ language: z.enum(["sql", "shell", "hcl"]), text: z.string() })),
  }),
  before: facts.describe("What was accepted."),
  after: facts.describe("What is."),
});

/** `drift -json`. */
export const driftOutput = z.object({
  at: time,
  servers: z.array(
    z.object({
      server: z.string(),
      accepted_at: time.nullable(),
      status: z.enum(["observed", "failed"]),
    }),
  ),
  drift: z.array(driftRow),
});
