import { type Instant, toInstant } from "../../core/kit/clock.ts";
import { type FlagSpec, type Flags, usageError } from "./flags.ts";

/** For commands that look at what the catalog has at an instant. */
export const AT_FLAG: FlagSpec = {
  name: "at",
  kind: "value",
  placeholder: "TIME",
  description: "ISO 8601 with an offset: 2026-02-13T11:00:00-08:00.",
};

/** The instant of `-at`; undefined where it was not typed. */
export function instantOf(flags: Flags): Instant | undefined {
  const text = flags.value("at");
  if (text === undefined) return undefined;
  const isComplete = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const time = isComplete ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw usageError(
      `-at ${text} is not an instant. Write a date, a time and an offset: 2026-02-13T11:00:00-08:00.`,
    );
  }
  return toInstant(time);
}
