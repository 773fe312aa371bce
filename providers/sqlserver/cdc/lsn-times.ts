import type { Abortable } from "../../../core/kit/abortable.ts";
import { type Instant, toInstant } from "../../../core/kit/clock.ts";
import type { CaptureProgress } from "../../../core/resource/change-capture.ts";
import type { Row, TdsConnection } from "../connection/tds-connection.ts";
import { number, text, textOrNull } from "../schema/fields.ts";
import { lsnOf, NO_LSN } from "./capture-instances.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PAGE = 5000;

/**
 * `cdc.lsn_time_mapping.tran_end_time` is by the server's clock and zone (of Azure SQL Database: UTC). It is turned into UTC
 * with the offset that holds now: commits from before the hour changed come out by that hour wrong.
 */
const NOW = `SELECT CONVERT(varchar(23), SYSUTCDATETIME(), 126) AS now_utc,
  DATEPART(TZOFFSET, SYSDATETIMEOFFSET()) AS utc_offset`;
const NEWEST = `SELECT TOP (1) CONVERT(varchar(20), start_lsn, 2) AS lsn,
  CONVERT(varchar(23), tran_end_time, 126) AS ended_at FROM cdc.lsn_time_mapping ORDER BY start_lsn DESC`;

function parseTime(row: Row, column: string): number {
  const time = Date.parse(`${text(row, column)}Z`);
  if (Number.isNaN(time))
    throw new TypeError(`The server gave no time for ${column}. This is a bug.`);
  return time;
}

/**
 * Nothing was committed later than now: what seems so is from before the clocks went back, by an hour as a rule. Taken as
 * it seems, capture would be thought to have come further than it has.
 */
function committedAt(row: Row, { now, offset }: ServerTime): number {
  const at = parseTime(row, "ended_at") - offset;
  return at > now + MINUTE ? at - HOUR * Math.ceil((at - now) / HOUR) : at;
}

interface ServerTime {
  readonly now: Instant;
  /** Milliseconds that the server's zone is ahead of UTC. */
  readonly offset: number;
}

async function readServerTime(connection: TdsConnection, options?: Abortable): Promise<ServerTime> {
  const [row = {}] = await connection.query(NOW, options);
  return {
    now: toInstant(parseTime(row, "now_utc")),
    offset: number(row, "utc_offset") * MINUTE,
  };
}

/** How far the server has captured; `newestAt` is null before it captured anything. */
export async function readProgress(
  connection: TdsConnection,
  options?: Abortable,
): Promise<Omit<CaptureProgress, "scansEvery" | "emptyScans">> {
  // The time comes first: what is committed between the two is newer than it.
  const time = await readServerTime(connection, options);
  const { now } = time;
  const [row] = await connection.query(NEWEST, options);
  if (row === undefined) return { newest: NO_LSN, newestAt: null, now };
  return {
    newest: lsnOf(row, "lsn"),
    newestAt: toInstant(committedAt(row, time)),
    now,
  };
}

/** Rows of tran_id 0 only tell that time passed while nothing happened. */
function commitsQuery(after: string, upTo: string): string {
  return `SELECT TOP (${PAGE}) CONVERT(varchar(20), start_lsn, 2) AS lsn,
    CONVERT(varchar(23), tran_end_time, 126) AS ended_at FROM cdc.lsn_time_mapping
    WHERE start_lsn > 0x${after} AND start_lsn <= 0x${upTo} AND tran_id <> 0x00 ORDER BY start_lsn`;
}

/** 10 bytes log sequence number and 8 bytes time of each commit, ascending; times never go back. */
export async function* readCommits(
  connection: TdsConnection,
  { after, upTo, signal }: Abortable & { readonly after: string; readonly upTo: string },
): AsyncGenerator<Uint8Array, void> {
  const time = await readServerTime(connection, { signal });
  let [from, latest] = [after, 0];
  for (;;) {
    const rows = await connection.query(commitsQuery(from, upTo), { signal });
    if (rows.length > 0) {
      const bytes = Buffer.alloc(rows.length * 18);
      for (const [index, row] of rows.entries()) {
        from = lsnOf(row, "lsn");
        latest = Math.max(latest, committedAt(row, time));
        bytes.write(from, index * 18, "hex");
        bytes.writeBigInt64BE(BigInt(latest), index * 18 + 10);
      }
      yield bytes;
    }
    if (rows.length < PAGE) return;
  }
}

/** The newest recorded commit up to that one; undefined where there is none. */
export async function commitUpTo(
  connection: TdsConnection,
  lsn: string,
  options?: Abortable,
): Promise<string | undefined> {
  const [row = {}] = await connection.query(
    `SELECT CONVERT(varchar(20), MAX(start_lsn), 2) AS lsn FROM cdc.lsn_time_mapping WHERE start_lsn <= 0x${lsn}`,
    options,
  );
  return textOrNull(row, "lsn")?.toLowerCase();
}
