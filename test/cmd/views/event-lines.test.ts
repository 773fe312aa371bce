import assert from "node:assert/strict";
import { test } from "node:test";
import { toEventJson } from "../../../cmd/views/event-json.ts";
import { formatEvent } from "../../../cmd/views/event-lines.ts";
import { formatAddress } from "../../../core/address/address.ts";
import type { HoldfastEvent } from "../../../core/events/event.ts";
import { toInstant } from "../../../core/kit/clock.ts";

const at = toInstant(Date.parse("2017-02-01T20:00:00Z"));
const job = "job-1";
const of = { job, at, database: "Shop" };
const totals = { rows: 15_607, bytesRead: 2048, bytesStored: 512 };
const address = formatAddress("vault", "main");

const LINES: readonly (readonly [HoldfastEvent, string | undefined])[] = [
  [
    {
      type: "job_started",
      job,
      at,
      operation: "backup",
      subject: formatAddress("backup_set", "orders"),
      worker: "w",
      databases: ["Shop"],
    },
    "job-1: backup of backup_set.orders, 1 database",
  ],
  [
    {
      type: "job_started",
      job,
      at,
      operation: "restore",
      subject: "p1",
      moment: at,
      worker: "w",
      databases: ["Shop"],
    },
    `job-1: restore of p1 as of ${new Date(at).toISOString()}, 1 database`,
  ],
  [
    { type: "database_started", ...of, tables: 1, estimatedRows: 15_607, estimatedBytes: 0 },
    "Shop: 1 table, about 15,607 rows",
  ],
  [{ type: "phase_started", ...of, phase: "manifest" }, "Shop: writing the manifest"],
  [{ type: "table_started", ...of, table: "dbo.A", estimatedRows: 1 }, undefined],
  [{ type: "table_progress", ...of, table: "dbo.A", totals }, undefined],
  [{ type: "table_finished", ...of, table: "dbo.A", rows: 1, totals }, "Shop: dbo.A, 1 row"],
  [
    { type: "database_finished", ...of, result: "backed_up", point: "p1", totals },
    "Shop: backed up as p1; 15,607 rows, 2.0 KiB read, 512 B stored",
  ],
  [
    { type: "database_finished", ...of, result: "restored", totals },
    "Shop: restored; 15,607 rows, 2.0 KiB read",
  ],
  [{ type: "database_finished", ...of, result: "down", totals }, "Shop: down, skipped"],
  [{ type: "note", job, at, database: "Shop", text: "x" }, "Shop: note: x"],
  [{ type: "note", job, at, text: "x" }, "note: x"],
  [
    {
      type: "job_finished",
      job,
      at: toInstant(at + 1500),
      status: "failed",
      startedAt: at,
      totals,
    },
    "job-1: failed in 2s",
  ],
  [{ type: "resource_started", address, action: "create" }, undefined],
  [
    { type: "resource_finished", address, action: "delete", milliseconds: 1 },
    "vault.main: removed from the catalog",
  ],
];

for (const [event, line] of LINES) {
  test(`${event.type} is told as ${line ?? "nothing"}`, () => {
    assert.equal(formatEvent(event), line);
  });
}

test("an event for programs has snake case names and times in ISO 8601", () => {
  assert.deepEqual(
    toEventJson({ type: "job_finished", job, at, status: "successful", startedAt: at, totals }),
    {
      type: "job_finished",
      job,
      at: "2017-02-01T20:00:00.000Z",
      status: "successful",
      started_at: "2017-02-01T20:00:00.000Z",
      totals: { rows: 15_607, bytes_read: 2048, bytes_stored: 512 },
    },
  );
});

test("a field that is absent is left out of an event for programs", () => {
  const event = toEventJson({
    type: "database_finished",
    ...of,
    result: "failed",
    point: undefined,
    totals,
  });
  assert.equal(Object.hasOwn(event, "point"), false);
});
