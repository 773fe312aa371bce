import assert from "node:assert/strict";
import { test } from "node:test";
import { DiffTotals, diffToJson } from "../../../cmd/views/diff-json.ts";
import { DiffText } from "../../../cmd/views/diff-text.ts";
import { PLAIN } from "../../../cmd/views/paint.ts";
import type { DiffEvent } from "../../../core/diff/diff-event.ts";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { diffPoints } from "../../../core/operations/diff.ts";
import { type ImportCommand, importBackups } from "../../../core/operations/import-backup.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { diffOutput } from "../../../schemas/outputs/diff-output.ts";
import { createWorld, type MemoryWorld } from "../../support/memory-ports.ts";
import { pageBytes, tapeBytes } from "../../support/tape-media.ts";
import { seededBytes } from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

const MEDIA = "3bcce5d2-01f5-4ecb-88f2-0d974445ecba";
const COMMAND: ImportCommand = {
  vault: "main",
  paths: ["bak/"],
  timezone: "UTC",
  dryRun: false,
  sealed: { kind: "said", database: "Orders", type: "full" },
};

function fullOf(set: string, pages: readonly Uint8Array[], at: number): Uint8Array {
  const full = {
    type: "D",
    database: "Orders",
    set,
    firstLsn: [at, 1, 1],
    lastLsn: [at, 9, 1],
    pages,
  } as const;
  return tapeBytes({ mediaSet: MEDIA, stripe: 1, stripes: 1, sets: [full] });
}

async function pointsOf(files: Readonly<Record<string, Uint8Array>>) {
  const world = createWorld();
  for (const [path, bytes] of Object.entries(files)) world.backupFiles.set(path, bytes);
  const planned = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, world.ports);
  await carryOutPlan(planned.plan, planned, world.ports);
  const { backups } = await importBackups(COMMAND, world.ports);
  const [before = "", after = ""] = backups.map(({ point }) => point ?? "");
  return { world, before, after };
}

async function told(
  { world, before, after }: { world: MemoryWorld; before: string; after: string },
  limit = 20,
) {
  const events: DiffEvent[] = await Array.fromAsync(
    diffPoints({ before, after, limit }, world.ports),
  );
  const totals = new DiffTotals();
  const view = new DiffText({ paint: PLAIN, width: 100, limit });
  for (const event of events) totals.add(event);
  const text = events.map((event) => view.add(event)).join("") + view.end(totals);
  const lines = events.flatMap(diffToJson);
  for (const line of lines) diffOutput.parse(line);
  diffOutput.parse({ type: "summary", status: "successful", ...totals.toJson() });
  return { events, text: text.slice(text.indexOf("\n\n") + 2) };
}

const SETS = ["f24e3dc4-fb3c-48aa-9360-fc9ee26d1464", "46b619d2-0f7d-4b9d-bbf8-acd5affc4767"];

test("diff of two imported backups tells the pages that differ, without reading them", async () => {
  const pages = Array.from({ length: 48 }, (_, page) => pageBytes(page, page + 1));
  const later = [
    ...pages.slice(0, 40),
    ...[48, 49, 50, 51, 52, 53, 54, 55].map((page) => pageBytes(page, 7)),
  ];
  for (const page of [3, 4, 5, 21]) later[page] = pageBytes(page, 200);
  const points = await pointsOf({
    "bak/a.bak": fullOf(SETS[0] ?? "", pages, 20),
    "bak/b.bak": fullOf(SETS[1] ?? "", later, 30),
  });
  const { events, text } = await told(points);
  assert.deepEqual(
    events.flatMap((event) => (event.type === "pages" ? event.ranges : [])),
    [
      { change: "changed", file: 1, from: 3, to: 5 },
      { change: "changed", file: 1, from: 21, to: 21 },
      { change: "removed", file: 1, from: 40, to: 47 },
      { change: "added", file: 1, from: 48, to: 55 },
    ],
  );
  assert.match(
    text,
    / {2}~ data file 1 {2}4 changed, 8 only in the first point, 8 only in the second, 36 unchanged\n {4}~ 1:3-5, 1:21\n {4}- 1:40-47\n {4}\+ 1:48-55\n/,
  );
  assert.match(text, / {2}~ outside of pages {2}/);
  assert.match(text, /Of 56 pages 20 differ \(160 KiB\)/);
  const same = await told({ ...points, after: points.before });
  assert.equal(same.text, "No pages differ: 48 pages.\n");
  const tables = () =>
    Array.fromAsync(diffPoints({ ...points, table: "dbo.Orders", limit: 0 }, points.world.ports));
  await assert.rejects(tables, withCode("DIFF_UNSUPPORTED"));
});

test("diff of compressed backups tells ranges of bytes, and that no pages can be recognised", async () => {
  const random = seededBytes("packed");
  const [head, middle, tail, other] = [random(400_000), random(900), random(400_000), random(1100)];
  const start = Buffer.from("MSSQLBAK");
  const points = await pointsOf({
    "bak/a.bak": Buffer.concat([start, head, middle, tail]),
    "bak/b.bak": Buffer.concat([start, head, other, tail]),
  });
  const { events, text } = await told(points);
  const ranges = events.flatMap((event) => (event.type === "bytes" ? event.ranges : []));
  const sizes = { removed: 900, added: 1100 };
  assert.deepEqual(
    ranges.map(({ change, stream }) => [change, stream]),
    [
      ["removed", "stripe/1"],
      ["added", "stripe/1"],
    ],
  );
  for (const { change, offset, bytes } of ranges) {
    assert.ok(offset <= 400_008 && offset + bytes >= 400_008 + sizes[change]);
    assert.ok(bytes < 600_000, `${bytes} bytes`);
  }
  assert.match(text, /No database pages can be recognised in either point .*only ranges of bytes/);
});
