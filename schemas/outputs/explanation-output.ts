import { z } from "zod";
import { coverageOutput, localTime } from "./point-output.ts";

const step = z.object({
  rule: z.string(),
  seeds: z.array(z.string()),
  holds: z.boolean().nullable(),
  until: localTime.nullable(),
  count: z.number().nullable(),
  points: z.array(z.string()),
  reason: z.string().nullable(),
});

const point = z.object({
  id: z.string(),
  type: z.string(),
  created_at: localTime.nullable(),
  verdict: z.enum(["kept", "purged", "orphan", "given_up"]),
  expires_at: localTime.nullable(),
  retained_by: z.array(z.string()),
  notes: z.array(z.string()).optional().describe("What there was to say of it when it was made."),
  steps: z.array(step),
});

const event = z.object({
  job: z.string(),
  at: localTime,
  type: z.string().nullable(),
  result: z.string(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  point: z.string().nullable(),
  seeds: z.array(z.string()),
});

const retention = z.object({
  daily: z.number(),
  weekly: z.number(),
  monthly: z.number(),
  yearly: z.number(),
  timezone: z.string(),
  week_starts: z.string(),
  representative: z.string(),
  legal_hold: z.boolean(),
});

/** `explain -json`. */
export const explanationOutput = z.object({
  at: localTime,
  subject: z.enum(["point", "database"]),
  name: z.string(),
  databases: z.array(
    z.object({
      backup_set: z.string(),
      server: z.string().nullable(),
      database: z.string(),
      retention: retention.nullable(),
      points: z.array(point),
      coverage: z.array(coverageOutput),
      events: z.array(event),
    }),
  ),
});
