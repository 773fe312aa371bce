import { createHash } from "node:crypto";
import { PLAN_FORMAT, planFileSchema, planSchema } from "../../schemas/plan.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { canonicalJson, type Json } from "../kit/json.ts";
import type { Plan } from "./plan.ts";

/*
 * A plan file is canonical JSON, so that the same plan always gives the same bytes, with a digest that finds any
 * damage and any edit by hand. It holds no secret of its own, but it does hold the values of sensitive variables where
 * they are arguments: whoever may read the file may read those.
 */

/** The bytes of `plan -out FILE`. */
export function encodePlan(plan: Plan): Uint8Array {
  const json = JSON.parse(JSON.stringify(plan)) as Json;
  const text = canonicalJson({ format: PLAN_FORMAT, digest: digestOf(json), plan: json });
  return new TextEncoder().encode(`${text}\n`);
}

/** Throws PLAN_UNREADABLE, PLAN_NEWER_FORMAT or PLAN_ALTERED; `filename` is for the message. */
export function decodePlan(bytes: Uint8Array, filename: string): Plan {
  const file = planFileSchema.safeParse(parseJson(bytes, filename));
  if (!file.success) throw unreadable(filename, file.error);
  const { format, digest, plan } = file.data;
  if (format > PLAN_FORMAT) throw newerFormat(filename, format);
  if (digestOf(plan) !== digest) throw altered(filename);
  const parsed = planSchema.safeParse(plan);
  if (!parsed.success) throw unreadable(filename, parsed.error);
  // The digest shows that `encodePlan` wrote it, so the codes of its diagnostics are codes.
  return parsed.data as Plan;
}

function digestOf(plan: Json): string {
  return createHash("sha256").update(canonicalJson(plan)).digest("hex");
}

function parseJson(bytes: Uint8Array, filename: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw unreadable(filename, error);
  }
}

function unreadable(filename: string, cause: unknown): DiagnosticError {
  return failure(
    {
      code: "PLAN_UNREADABLE",
      summary: "Unreadable plan file",
      detail: `${filename} is not a plan file, or it was cut short. Nothing was applied. Make a new one:\n\n    holdfast plan -out ${filename}`,
    },
    cause,
  );
}

function altered(filename: string): DiagnosticError {
  return failure({
    code: "PLAN_ALTERED",
    summary: "Altered plan file",
    detail: `${filename} was changed after it was made, so it is not the plan that was shown. Nothing was applied. Make a new one:\n\n    holdfast plan -out ${filename}`,
  });
}

function newerFormat(filename: string, format: number): DiagnosticError {
  return failure({
    code: "PLAN_NEWER_FORMAT",
    summary: "Plan file of a newer format",
    detail: `${filename} has format ${format}, and this version of Holdfast knows formats up to ${PLAN_FORMAT}. Nothing was applied. Apply it with the version that made it, or make a new plan.`,
  });
}
