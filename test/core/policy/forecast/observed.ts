import type { Instant } from "../../../../core/kit/clock.ts";
import type { ObservedPoint } from "../../../../core/policy/forecast/point-sizes.ts";
import type { VirtualRun } from "../../../../core/policy/forecast/virtual-runs.ts";
import { utc } from "./rule-of.ts";

type Given = Partial<Omit<ObservedPoint, "id" | "createdAt">> & {
  /** `2026-01-04T00:00`, in UTC; a point takes no time where nothing is said. */
  readonly made: string;
};

/** A point of database `d`, a full where nothing else is said; its id is type and moment. */
export function observed({ made, ...rest }: Given): ObservedPoint {
  const createdAt = utc(made);
  const point = { type: "full" as const, startedAt: createdAt, ...rest };
  return {
    id: `${point.type} ${made}`,
    server: "server.s",
    database: "d",
    createdAt,
    base: null,
    reach: null,
    bytesStored: null,
    ...point,
  };
}

/** A log over `(from, to]` whose places are instants. */
export function observedLog(from: string, to: string): ObservedPoint {
  return observed({ made: to, type: "log", reach: reachOf(from, to) });
}

function reachOf(from: string, to: string) {
  const newest: Instant = utc(to);
  return { from: BigInt(utc(from)), to: BigInt(newest), newest, fork: "d", onlyEnd: false };
}

/** `full 2026-01-04T00:00`, which takes an hour where `hours` says so. */
export function runOf(text: string, hours = 0): VirtualRun {
  const [type, at = ""] = text.split(" ");
  const startedAt = utc(at);
  const completedAt = (startedAt + hours * 3_600_000) as Instant;
  return { type: type as VirtualRun["type"], startedAt, completedAt };
}
