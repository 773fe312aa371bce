import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import type { PolicyPoint } from "../../../../core/policy/model/policy-point.ts";
import { tenDays } from "../../../support/policy-rules.ts";

/** The worked example: ten days, a full each Wednesday, a differential each day at 21:00, logs each 30 minutes. */
export const PACIFIC = tenDays("America/Los_Angeles");

export function pacific(text: string): Instant {
  return toInstant(Date.parse(`${text}-08:00`));
}

export function full(id: string, createdAt: string): PolicyPoint {
  const at = pacific(createdAt);
  const facts = { server: "server.a", database: "db1", startedAt: at, createdAt: at };
  return { id, ...facts, type: "full", base: null, reach: null };
}

function differential(day: number): PolicyPoint {
  const date = `2017-02-${String(day).padStart(2, "0")}T21:00:00`;
  const base = day < 8 ? "full-01" : day < 15 ? "full-08" : "full-15";
  return { ...full(`diff-${String(day).padStart(2, "0")}`, date), type: "differential", base };
}

export const FULLS = [
  full("full-01", "2017-02-01T16:00:00"),
  full("full-08", "2017-02-08T15:00:00"),
  full("full-15", "2017-02-15T15:00:00"),
  full("full-22", "2017-02-22T15:00:00"),
];
export const DIFFERENTIALS = Array.from({ length: 28 }, (_, index) => differential(index + 1));

const HALF_HOUR = 1_800_000;

/** A log each half hour from 16:30 on, but none when a differential runs. */
export function logsUntil(end: string): readonly PolicyPoint[] {
  const logs: PolicyPoint[] = [];
  const taken = new Set(DIFFERENTIALS.map(({ createdAt }) => createdAt));
  let from = BigInt(pacific("2017-02-01T12:00:00"));
  for (let at = pacific("2017-02-01T16:30:00"); at <= pacific(end); at = later(at)) {
    if (taken.has(at)) continue;
    const reach = { from, to: BigInt(at), newest: at, fork: "db1", onlyEnd: false };
    const text = new Date(at - 8 * 3_600_000).toISOString().slice(5, 16);
    logs.push({ ...full(`log-${text}`, "2017-02-01T00:00:00"), type: "log", reach, createdAt: at });
    from = BigInt(at);
  }
  return logs;
}

function later(at: Instant): Instant {
  return toInstant(at + HALF_HOUR);
}
