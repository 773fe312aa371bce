import type { Instant } from "../../core/kit/clock.ts";

interface PlanFileFacts {
  readonly made: { readonly by: string; readonly version: string };
  readonly createdAt: Instant;
  readonly validUntil: Instant;
  readonly now: Instant;
}

/** Where a saved plan is from, and whether it still holds: one line with its line feed. */
export function formatPlanFile({ made, createdAt, validUntil, now }: PlanFileFacts): string {
  const state = now < validUntil ? "good until" : "expired since";
  return `Made by ${made.by} with Holdfast ${made.version} at ${timeOf(createdAt)}, ${state} ${timeOf(validUntil)}.\n`;
}

function timeOf(instant: Instant): string {
  return new Date(instant).toISOString();
}
