import type { Instant } from "../../../core/kit/clock.ts";
import type { JsonObject } from "../../../core/kit/json.ts";
import type {
  DatabaseOutlook,
  PointsOutlook,
  RecoveryPointChange,
  SpanList,
} from "../../../core/plan/points/outlook.ts";

/** A row of `recovery_point_changes`. */
export function toPointChange(change: RecoveryPointChange): JsonObject {
  return {
    id: change.id,
    backup_set: change.backupSet,
    server: change.server,
    vault: change.vault,
    database: change.database,
    type: change.type,
    created_at: toTime(change.createdAt),
    change: change.change,
    reason: change.reason,
    pinned_by: change.pinnedBy.map(({ by, points, count }) => ({ by, points, count })),
    expires_before: toTime(change.expiresBefore),
    expires_after: toTime(change.expiresAfter),
    newest: change.isNewest,
    bytes_stored: change.bytesStored,
  };
}

/** `recovery_points`: the same in numbers, and what it means. */
export function toPointsJson(points: PointsOutlook): JsonObject {
  const { storageGibMonth } = points;
  return {
    purge_grace_seconds: points.grace / 1000,
    no_return_after: toTime(points.noReturnAfter),
    counts: { ...points.counts },
    databases: points.databases.map(toDatabase),
    coverage: points.coverage.map((each) => ({
      server: each.server,
      database: each.database,
      ...toSpans(each.lost, "lost"),
      ...toSpans(each.gained, "gained"),
      oldest_after: toTime(each.oldestAfter),
      newest_after: toTime(each.newestAfter),
    })),
    vaults: points.vaults.map((vault) => ({
      vault: vault.vault,
      purges: vault.purges,
      freed_bytes: vault.freedBytes,
      overdue_bytes: vault.overdueBytes,
      unknown: vault.unknown,
      monthly_cost_change: monthlyCost(vault.freedBytes, storageGibMonth),
    })),
  };
}

const GIB = 2 ** 30;

/** What less storage does to the costs of a month: below zero where it becomes cheaper; null where the price or the bytes are not known. */
export function monthlyCost(freedBytes: number | null, storageGibMonth: number | null) {
  if (freedBytes === null || storageGibMonth === null) return null;
  return freedBytes === 0 ? 0 : (-freedBytes / GIB) * storageGibMonth;
}

function toDatabase(database: DatabaseOutlook): JsonObject {
  return {
    backup_set: database.backupSet,
    server: database.server,
    database: database.database,
    timezone: database.timezone,
    counts: { ...database.counts },
    dead_logs: database.deadLogs,
    sooner: database.sooner,
    kept: database.kept,
    overdue: database.overdue,
    purged_bytes_stored: database.purgedBytes,
    purged_types: Object.fromEntries(
      database.purgedTypes.map(({ type, points }) => [type, points]),
    ),
    purged_from: toTime(database.purgedFrom),
    purged_to: toTime(database.purgedTo),
    expiries: database.expiries.map(({ at, points }) => ({ at: toTime(at), points })),
    expire_later: database.expireLater,
  };
}

function toSpans({ spans, count }: SpanList, name: "lost" | "gained"): JsonObject {
  return {
    [name]: spans.map(({ from, to }) => ({ from: toTime(from), to: toTime(to) })),
    [`${name}_count`]: count,
  };
}

function toTime(instant: Instant | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}
