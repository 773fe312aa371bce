import * as z from "zod/mini";
import type { Brand } from "../core/kit/brand.ts";
import { planSchema } from "./plan.ts";

/** The layout of a plan file. Raised with every change that an older reader cannot take. */
export const PLAN_FORMAT = 3;

/** The first line of a plan file, which anybody may read. `salt` is hexadecimal. */
export const planHeaderSchema = z.strictObject({
  file: z.literal("holdfast plan"),
  format: z.int().check(z.positive()),
  lineage: z.string().check(z.minLength(1), z.maxLength(200)),
  salt: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
});

export type PlanHeader = z.output<typeof planHeaderSchema>;

const instant = z.custom<Brand<number, "Instant">>((value) => Number.isSafeInteger(value));

/** What is sealed behind it; `core/plan/plan-file.ts` says what it means. */
export const planContentSchema = z.strictObject({
  plan: planSchema,
  validUntil: instant,
  made: z.strictObject({ by: z.string(), version: z.string() }),
  sources: z.array(z.strictObject({ filename: z.string(), digest: z.string(), text: z.string() })),
  variables: z.array(z.strictObject({ name: z.string(), value: z.json(), sensitive: z.boolean() })),
  observations: z.array(z.strictObject({ server: z.string(), facts: z.json() })),
});
