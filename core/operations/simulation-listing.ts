import type {
  RanRow,
  SimulatedRow,
  SimulationListing,
  UnusualRow,
} from "../../schemas/simulation-listing.ts";
import type { Instant } from "../kit/clock.ts";
import { tierAt } from "../policy/retention/tier.ts";
import type { SimulatedPoint } from "../policy/simulate/database-chain.ts";
import type { Outcome } from "../policy/simulate/simulate.ts";
import { formatInZone } from "../policy/time/zone-time.ts";
import type { SimulatedPolicy } from "./find-simulated-policy.ts";

interface ListingFacts {
  readonly policy: SimulatedPolicy;
  /** Null where a history says what ran, from its own beginning. */
  readonly from: Instant | null;
  /** Null where a history says what ran. */
  readonly trigger: "schedule" | null;
}

/** The outcome of a simulation in the shape that scripts read. Times have the offset of the policy's zone. */
export function listSimulation(
  outcome: Outcome,
  facts: ListingFacts,
): Omit<SimulationListing, "data_loss"> {
  const { address, server, rule } = facts.policy;
  const inZone = (instant: Instant) => formatInZone(instant, rule.timezone);
  const { startDelay } = facts.policy;
  const isDelayed = facts.trigger === "schedule" && startDelay !== null;
  return {
    at: inZone(outcome.at),
    policy: address,
    from: facts.from === null ? null : inZone(facts.from),
    start_delay_seconds: isDelayed ? startDelay / 1000 : null,
    recovery_points: outcome.points.map((point) => toRow(point, outcome, facts)),
    coverage: outcome.coverage.map(({ database, from, to }) => ({
      server,
      database,
      from: inZone(from),
      to: inZone(to),
    })),
    ran: ranRows(outcome),
    unusual: unusualRows(outcome, inZone),
  };
}

function toRow(point: SimulatedPoint, outcome: Outcome, facts: ListingFacts): SimulatedRow {
  const { rule, backupSet, server, tiers } = facts.policy;
  const decision = outcome.decisions.get(point.id);
  const expiresAt = decision?.expiresAt ?? null;
  return {
    id: point.id,
    backup_set: backupSet,
    server,
    database: point.database,
    type: point.type,
    method: rule.method,
    trigger: facts.trigger,
    started_at: formatInZone(point.startedAt, rule.timezone),
    created_at: formatInZone(point.createdAt, rule.timezone),
    tier: tierAt(point.createdAt, outcome.at, { ...tiers, timezone: rule.retention.timezone }),
    expires_at: expiresAt === null ? null : formatInZone(expiresAt, rule.timezone),
    retained_by: decision?.retainedBy ?? [],
    base: point.base,
    converted_from: point.convertedFrom,
    conversion_reason: point.conversionReason,
    consistency: rule.method === "cdc" && point.type === "full" ? "fuzzy" : "transactional",
    bytes_read: null,
    bytes_stored: null,
    restorable: !outcome.deadLogs.includes(point.id),
  };
}

/** By database, then in the order in which the types came first. */
function ranRows({ events, converted }: Outcome): readonly RanRow[] {
  const rows = new Map<string, RanRow>();
  for (const { database, type, status } of events) {
    const key = `${database}\n${type}`;
    const none = { database, type, successful: 0, failed: 0, skipped: 0, converted: 0 };
    const row = rows.get(key) ?? none;
    rows.set(key, { ...row, [status]: row[status] + 1 });
  }
  for (const { database, convertedFrom } of converted) {
    const key = `${database}\n${convertedFrom}`;
    const row = rows.get(key);
    if (row !== undefined) rows.set(key, { ...row, converted: row.converted + 1 });
  }
  return [...rows.values()].sort((a, b) =>
    a.database === b.database ? 0 : a.database < b.database ? -1 : 1,
  );
}

/** What did not go as asked for, oldest first. */
function unusualRows(
  { events, converted }: Outcome,
  inZone: (instant: Instant) => string,
): readonly UnusualRow[] {
  const changed = converted.map(
    ({ id, database, type, convertedFrom, conversionReason, startedAt }) => ({
      database,
      type: convertedFrom ?? type,
      startedAt,
      status: "successful" as const,
      point: id,
      made: type,
      reason: conversionReason,
    }),
  );
  const lost = events
    .filter(({ status }) => status !== "successful")
    .map((event) => ({ ...event, point: null, made: null }));
  return [...changed, ...lost]
    .sort((a, b) => a.startedAt - b.startedAt)
    .map(({ database, type, startedAt, status, point, made, reason }) => ({
      database,
      type,
      started_at: inZone(startedAt),
      status,
      point,
      made,
      reason,
    }));
}
