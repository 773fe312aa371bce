import type { Abortable } from "../../../core/kit/abortable.ts";
import type { EmptyScans } from "../../../core/resource/change-capture.ts";
import { serverErrorsOf } from "../connection/server-error.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { number, numberOrZero } from "../schema/fields.ts";

/** "The last row returned represents the current session", 0 is the sum of all; empty_scan_count is of sessions in a row (learn.microsoft.com: sys.dm_cdc_log_scan_sessions). */
const LAST_SESSION = `SELECT TOP (1) session_id, empty_scan_count FROM sys.dm_cdc_log_scan_sessions
  WHERE session_id > 0 ORDER BY session_id DESC`;
/** VIEW DATABASE STATE is missing, or with 2022's name of it. */
const DENIED: ReadonlySet<number> = new Set([229, 262, 297, 300, 371]);

/** Null where the login may not see them, or the server tells of none: after a restart, until it scans. */
export async function readEmptyScans(
  connection: TdsConnection,
  options?: Abortable,
): Promise<EmptyScans | null> {
  try {
    const [row] = await connection.query(LAST_SESSION, options);
    if (row === undefined) return null;
    return { session: number(row, "session_id"), count: numberOrZero(row, "empty_scan_count") };
  } catch (error) {
    if (serverErrorsOf(error).some((each) => DENIED.has(each.number))) return null;
    throw error;
  }
}
