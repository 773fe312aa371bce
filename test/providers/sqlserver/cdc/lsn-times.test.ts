import assert from "node:assert/strict";
import { test } from "node:test";
import { readProgress } from "../../../../providers/sqlserver/cdc/lsn-times.ts";
import type { TdsConnection } from "../../../../providers/sqlserver/connection/tds-connection.ts";

/** What is read of a server whose newest commit ended then, by its own clock. */
async function newestAt(now: string, offset: number, endedAt: string): Promise<string> {
  const query = (sql: string) =>
    Promise.resolve([
      sql.includes("SYSUTCDATETIME")
        ? { now_utc: now, utc_offset: offset }
        : { lsn: "0".repeat(20), ended_at: endedAt },
    ]);
  // Only what reading needs of it.
  const progress = await readProgress({ query } as unknown as TdsConnection);
  return new Date(progress.newestAt ?? 0).toISOString();
}

test("the server's own time of a commit is turned into UTC", async () => {
  assert.equal(
    await newestAt("2024-07-01T10:00:00.000", 120, "2024-07-01T11:59:59.997"),
    "2024-07-01T09:59:59.997Z",
  );
});

test("a commit from before the clocks went back is not one of the hour that has not come", async () => {
  assert.equal(
    await newestAt("2024-10-27T01:00:05.000", 60, "2024-10-27T02:59:58.000"),
    "2024-10-27T00:59:58.000Z",
  );
});
