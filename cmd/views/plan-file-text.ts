import type { Instant } from "../../core/kit/clock.ts";
import type { JsonObject } from "../../core/kit/json.ts";
import { printable } from "./text-layout.ts";

interface PlanFileFacts {
  readonly made: { readonly by: string; readonly version: string };
  readonly createdAt: Instant;
  readonly validUntil: Instant;
  readonly now: Instant;
}

/** Where a saved plan is from, and whether it still holds: one line with its line feed. */
export function formatPlanFile({ made, createdAt, validUntil, now }: PlanFileFacts): string {
  const state = now < validUntil ? "good until" : "expired since";
  return `Made by ${printable(made.by)} with Holdfast ${made.version} at ${timeOf(createdAt)}, ${state} ${timeOf(validUntil)}.\n`;
}

interface PlanFileRows extends Omit<PlanFileFacts, "now"> {
  readonly planDigest: string;
  readonly sources: readonly { readonly filename: string; readonly digest: string }[];
}

interface ApprovalRows {
  readonly needed: number;
  readonly missing: number;
  readonly approvers: readonly Person[];
  readonly open: readonly Person[];
}

interface Person {
  readonly name: string;
  readonly fingerprint: string;
}

/** The same for programs, with who approved it and the files of the configuration; their text may hold what is hidden. */
export function toPlanFileJson(file: PlanFileRows, approvals: ApprovalRows): JsonObject {
  const { needed, missing, approvers, open } = approvals;
  return {
    digest: file.planDigest,
    made_by: file.made.by,
    made_with: file.made.version,
    valid_until: timeOf(file.validUntil),
    configuration: file.sources.map(({ filename, digest }) => ({ filename, sha256: digest })),
    approvals: { needed, missing, given_by: approvers.map(toPerson), open: open.map(toPerson) },
  };
}

function toPerson({ name, fingerprint }: Person): JsonObject {
  return { name, fingerprint };
}

function timeOf(instant: Instant): string {
  return new Date(instant).toISOString();
}
