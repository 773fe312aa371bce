import type { SystemContext } from "../engine/system-registry.ts";
import { copyProgress, type DatabaseCopy } from "../storage/database-copy.ts";
import { timeOfDatetime } from "../values/datetime-time.ts";
import type { DateTimeOffset } from "../values/sql-type.ts";
import type { ViewDefinition, ViewRow } from "./view-definition.ts";

const MILLISECONDS_TO_1970 = 62_135_596_800_000n;
const SEVERITY = 16;

function momentOf(time: number): DateTimeOffset {
  return {
    utcTicks: (BigInt(Math.floor(time)) + MILLISECONDS_TO_1970) * 10_000n,
    offsetMinutes: 0,
  };
}

function copyRow(copy: DatabaseCopy, now: number): ViewRow {
  const { databaseId, copyGuid, sourceServer, sourceName, startedAt, hasFailed, end } = copy;
  const failure = hasFailed ? end.failure : undefined;
  const isPending = now <= startedAt;
  return {
    database_id: databaseId,
    start_date: momentOf(startedAt),
    modify_date: momentOf(now),
    percent_complete: Math.fround(100 * copyProgress(copy, now)),
    error_code: failure?.number,
    error_desc: failure?.message,
    error_severity: failure && SEVERITY,
    error_state: failure && 1,
    copy_guid: copyGuid,
    partner_server: sourceServer,
    partner_database: sourceName,
    replication_state: isPending ? 0 : 1,
    replication_state_desc: isPending ? "PENDING" : "SEEDING",
    is_target_role: 1,
  };
}

/** In master only (learn.microsoft.com: sys.dm_database_copies). The sandbox shows the side of the target. */
function copyRows({ server, session, now }: SystemContext): readonly ViewRow[] {
  if (session.database.databaseId !== 1) return [];
  return [...server.copies.values()].map((copy) => copyRow(copy, timeOfDatetime(now)));
}

export const COPY_VIEW: ViewDefinition = {
  name: "sys.dm_database_copies",
  columns: `database_id int, start_date moment?, modify_date moment?, percent_complete real?, error_code int?, error_desc longdesc?, error_severity int?, error_state int?,
copy_guid guid, partner_server sysname, partner_database sysname, replication_state tinyint?, replication_state_desc desc256?, maximum_lag int?, is_continuous_copy bit, is_target_role bit,
is_interlink_connected bit, is_offline_secondary bit`,
  rows: copyRows,
};
