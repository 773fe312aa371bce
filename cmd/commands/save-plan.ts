import type { Instant } from "../../core/kit/clock.ts";
import { type Duration, tryParseDuration } from "../../core/kit/duration.ts";
import type { PlannedChanges } from "../../core/operations/make-plan.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { hasChanges } from "../../core/plan/build-plan.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { shellWord } from "../views/shell-word.ts";
import { type FlagSpec, type Flags, usageError } from "./flags.ts";

/** The flags of `plan` that say where the plan goes. */
export const OUT_FLAGS: readonly FlagSpec[] = [
  {
    name: "out",
    kind: "value",
    placeholder: "FILE",
    description: "Write the plan to a file for apply.",
  },
  {
    name: "valid-for",
    kind: "value",
    placeholder: "DURATION",
    description: "How long the file of -out may be applied [1d], 30d at most.",
  },
];

const MOST_VALID_DAYS = 30;
const DAY = 86_400_000;

interface Target {
  readonly path: string;
  readonly validFor: Duration;
}

/** Where the plan is to be saved; undefined without -out. */
export function saveTarget(flags: Flags): Target | undefined {
  const path = flags.value("out");
  const text = flags.value("valid-for");
  if (path === undefined && text !== undefined) {
    throw usageError("-valid-for says how long a saved plan holds, and -out is missing.");
  }
  return path === undefined ? undefined : { path, validFor: parseValidFor(text ?? "1d") };
}

/** What servers said grows old, and points expire meanwhile. */
function parseValidFor(text: string): Duration {
  const duration = tryParseDuration(text);
  if (duration !== undefined && duration > 0 && duration <= MOST_VALID_DAYS * DAY) return duration;
  throw usageError(
    `-valid-for ${text} is not a time that a plan can hold. Write a number and a unit, such as 12h or 3d, of 30d at most.`,
  );
}

export interface Saved {
  readonly path: string;
  readonly planDigest: string;
  readonly validUntil: Instant;
  /** How many people must approve it. */
  readonly needed: number;
}

export async function saveAt(
  target: Target,
  planned: PlannedChanges,
  ports: Ports,
): Promise<Saved> {
  const { savePlan } = await import("../../core/operations/plan-files.ts");
  const { approvalsNeeded } = await import("../../core/operations/approvals.ts");
  const saved = await savePlan(planned, target, ports);
  return { ...saved, path: target.path, needed: await approvalsNeeded(planned, ports) };
}

/** What to run after `plan`; `typed` is what was typed behind it, and belongs behind an apply without a file too. */
export function nextStep(plan: Plan, saved: Saved | undefined, typed: string): string {
  if (saved === undefined) {
    return hasChanges(plan) ? `\nCarry it out:\n\n    holdfast apply${typed}\n` : "";
  }
  const { path, validUntil, needed } = saved;
  const place = `\nSaved to ${path}, good until ${new Date(validUntil).toISOString()}.`;
  if (!hasChanges(plan)) return `${place}\n`;
  const apply = `Carry out exactly this plan:\n\n    holdfast apply ${shellWord(path)}\n`;
  if (needed === 0) return `${place} ${apply}`;
  const people = needed === 1 ? "Somebody" : `${needed} people`;
  return `${place} ${people} must approve it:\n\n    holdfast approve ${shellWord(path)}\n\n${apply}`;
}
