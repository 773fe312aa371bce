import { z } from "zod";

const time = z.iso.datetime();
const count = z.int().nonnegative();

const pin = z.object({
  by: z.enum(["dependency", "newest", "legal_hold", "frozen", "store_date", "floor", "backup"]),
  points: z.array(z.string()).describe("The first few of `count`."),
  count,
});

/** `recovery_point_changes` of a plan. */
export const pointChangesOutput = z
  .array(
    z.object({
      id: z.string(),
      backup_set: z.string(),
      server: z.string().nullable(),
      vault: z.string().nullable(),
      database: z.string(),
      type: z.enum(["full", "differential", "log", "cdc", "tail"]),
      created_at: time.nullable(),
      change: z.enum(["purge", "pin", "expiry", "return", "orphan", "strand"]),
      reason: z.enum(["expired", "dead_log", "removed"]).nullable().describe("Of a purge."),
      pinned_by: z.array(pin),
      expires_before: time.nullable(),
      expires_after: time.nullable().describe("Null: never by itself."),
      newest: z.boolean(),
      bytes_stored: count,
    }),
  )
  .describe("Oldest first. Those with the change `purge` are what an apply gives up.");

const counts = z.object({
  purge: count,
  pin: count,
  expiry: count,
  return: count,
  orphan: count,
  strand: count,
});

const spans = z.array(z.object({ from: time, to: time }));

/** `recovery_points` of a plan. */
export const pointsOutlookOutput = z.object({
  purge_grace_seconds: z.number(),
  no_return_after: time.nullable().describe("If the plan is applied when it was made."),
  counts,
  databases: z.array(
    z.object({
      backup_set: z.string(),
      server: z.string(),
      database: z.string(),
      timezone: z.string().nullable(),
      counts,
      dead_logs: count,
      sooner: count,
      kept: count,
      overdue: count,
      purged_bytes_stored: count,
      purged_types: z.record(z.string(), count).optional().describe("Of the purges, by type."),
      purged_from: time.nullable().optional().describe("When the oldest of the purges was made."),
      purged_to: time.nullable().optional().describe("When the newest of the purges was made."),
      expiries: z.array(z.object({ at: time, points: count })),
      expire_later: count,
    }),
  ),
  coverage: z.array(
    z.object({
      server: z.string(),
      database: z.string(),
      lost: spans.describe("The first of `lost_count`."),
      lost_count: count,
      gained: spans,
      gained_count: count,
      oldest_after: time.nullable(),
      newest_after: time.nullable(),
    }),
  ),
  vaults: z.array(
    z.object({
      vault: z.string(),
      purges: count,
      freed_bytes: z.int().nullable(),
      overdue_bytes: z.int().nullable(),
      unknown: z.enum(["not_asked", "unreachable"]).nullable(),
      monthly_cost_change: z.number().nullable(),
    }),
  ),
});
