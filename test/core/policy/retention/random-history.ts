import fc from "fast-check";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import type {
  LogReach,
  PointType,
  PolicyPoint,
} from "../../../../core/policy/model/policy-point.ts";
import type { RetentionRule } from "../../../../core/policy/retention/retention-rule.ts";

const HOUR = 3_600_000;
/** Five weeks before summer time begins in America, six before it ends in Australia. */
const START = Date.UTC(2017, 1, 1);

export const rules: fc.Arbitrary<RetentionRule> = fc.record({
  daily: fc.integer({ min: 1, max: 12 }),
  weekly: fc.integer({ min: 0, max: 3 }),
  monthly: fc.integer({ min: 0, max: 2 }),
  yearly: fc.constantFrom(0, 0, 1),
  timezone: fc.constantFrom(
    "America/Los_Angeles",
    "UTC",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
    "America/Asuncion",
  ),
  weekStarts: fc.constantFrom("monday", "sunday", "saturday"),
  representative: fc.constantFrom("latest", "oldest"),
  deadLogs: fc.constantFrom("purge", "keep", undefined),
});

export const instants: fc.Arbitrary<Instant> = fc
  .integer({ min: 0, max: 110 * 24 })
  .map((hours) => toInstant(START + hours * HOUR));

interface Step {
  readonly type: PointType;
  readonly database: "db1" | "db2";
  readonly hours: number;
  /** The log lost what it held since the backup before, as a change of the recovery model does. */
  readonly breaks: boolean;
  readonly onlyEnd: boolean;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    type: fc.constantFrom("full", "differential", "log", "log", "tail", "cdc", "cdc"),
    database: fc.constantFrom("db1", "db1", "db2"),
    /** Less than none: the clock was set back. */
    hours: fc.constantFrom(0, 1, 5, 12, 24, 24, 48, -20),
    breaks: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
    onlyEnd: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  }),
  { minLength: 1, maxLength: 50, size: "max" },
);

/** Backups of two databases as they follow each other; differentials and logs may come before any full. */
export const histories: fc.Arbitrary<readonly PolicyPoint[]> = steps.map((taken) => {
  let now = START + 7 * HOUR;
  const newest = new Map<string, string>();
  const ends = new Map<string, bigint>();
  return taken.map((step, index): PolicyPoint => {
    now += step.hours * HOUR;
    const createdAt = toInstant(now);
    const { type, database } = step;
    const base = newest.get(database) ?? null;
    const kind = `${database} ${type === "cdc" ? "changes" : "log"}`;
    const from = step.breaks ? BigInt(now) - 1n : (ends.get(kind) ?? BigInt(now - 30 * HOUR));
    const end = BigInt(now + index);
    const reach = reachOf(step, from, { createdAt, to: end < from ? from : end });
    if (reach !== null) ends.set(kind, reach.to);
    const id = `p${String(index).padStart(2, "0")}`;
    if (type === "full") newest.set(database, id);
    const facts = {
      id,
      server: "server.a",
      database,
      type,
      reach,
      startedAt: createdAt,
      createdAt,
    };
    return { ...facts, base: type === "full" ? null : base };
  });
});

interface LogEnd {
  readonly createdAt: Instant;
  readonly to: bigint;
}

function reachOf(
  { type, database, onlyEnd }: Step,
  from: bigint,
  { createdAt, to }: LogEnd,
): LogReach | null {
  if (type === "full" || type === "differential") return null;
  return { from, to, newest: createdAt, fork: database, onlyEnd };
}
