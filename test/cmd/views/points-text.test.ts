import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatNoPoints,
  formatPoints,
  restoreCommand,
  shortTime,
} from "../../../cmd/views/points-text.ts";
import type { PointRow } from "../../../schemas/point-listing.ts";

const POINT: PointRow = {
  id: "7c1f2e3d4b5a69788796a5b4c3d2e1f0",
  backup_set: "backup_set.orders",
  server: "server.orders",
  database: "Shop",
  type: "full",
  method: "snapshot",
  trigger: "manual",
  started_at: "2017-02-01T15:59:00.000-08:00",
  created_at: "2017-02-01T16:00:00.000-08:00",
  tier: "warm",
  expires_at: "2017-02-11T00:00:00.000-08:00",
  retained_by: ["daily", "weekly"],
  base: null,
  converted_from: null,
  conversion_reason: null,
  consistency: "transactional",
  bytes_read: 4096,
  bytes_stored: 1024,
  restorable: true,
};

const listing = (...points: readonly PointRow[]) => ({
  at: "2017-02-02T00:00:00.000Z",
  recovery_points: points,
  coverage: [],
  frozen: [],
});

test("a point is listed with its making, its expiry and what keeps it", () => {
  const [head, row] = formatPoints(listing(POINT)).split("\n");
  assert.equal(
    head,
    "POINT         DATABASE  TYPE  MADE (-08:00)        EXPIRES     KEPT BY           READ   STORED",
  );
  assert.equal(
    row,
    "7c1f2e3d4b5a  Shop      full  2017-02-01 16:00:00  2017-02-11  daily, weekly  4.0 KiB  1.0 KiB",
  );
});

test("the point to restore is the newest that is not suspect", () => {
  const suspect = { reason: "entropy", measured: 1, usual: 0.25 } as const;
  const noise = { ...POINT, id: "0123456789abcdef0123456789abcdef", suspect };
  assert.match(formatPoints(listing(POINT, noise)), /restore 7c1f2e3d4b5a/);
  assert.match(formatPoints(listing(noise)), /restore 0123456789ab/);
});

test("an imported backup is given back as its file, not restored on the server that it names", () => {
  const imported = { ...POINT, method: "native" } as const;
  const text = formatPoints(listing(imported));
  assert.match(text, /holdfast export-backup 7c1f2e3d4b5a -o FILE/);
  assert.doesNotMatch(text, /holdfast restore/);
});

test("points of several offsets carry each their own", () => {
  const summer = { ...POINT, created_at: "2017-07-01T16:00:00.000-07:00" };
  assert.match(
    formatPoints(listing(POINT, summer)),
    /MADE {2,}EXPIRES[\s\S]*16:00:00 -08:00[\s\S]*16:00:00 -07:00/,
  );
});

test("a narrow terminal gets fewer columns and no broken lines", () => {
  const table = formatPoints(listing(POINT), 80).split("\n\n")[0] ?? "";
  assert.ok(table.split("\n").every((line) => line.length <= 80));
  assert.doesNotMatch(table, /KEPT BY/);
  assert.match(table, /EXPIRES/);
});

test("what is unusual about a point has a column, for all that is listed", () => {
  const fuzzy = formatPoints(listing(POINT, { ...POINT, consistency: "fuzzy" }));
  assert.match(fuzzy, /CONSISTENCY\n.*transactional\n.*fuzzy\n/);
  assert.doesNotMatch(fuzzy, /TIER|RESTORABLE/);
  assert.match(formatPoints(listing({ ...POINT, tier: "cold" })), /TIER\n.*cold\n/);
  assert.match(formatPoints(listing({ ...POINT, restorable: false })), /RESTORABLE\n.*NO\n/);
});

test("the newest point comes with the command that restores it", () => {
  const newest = { ...POINT, id: "ffff00001111222233334444", database: "My Shop" };
  assert.match(
    formatPoints(listing(POINT, newest)),
    / {4}holdfast restore ffff00001111 -to server\.orders -as 'My Shop_restored'\n$/,
  );
  assert.equal(
    restoreCommand(POINT),
    "holdfast restore 7c1f2e3d4b5a -to server.orders -as Shop_restored",
  );
});

test("a point whose vault is not recorded is not offered for a restore", () => {
  const orphan = { ...POINT, id: "0123456789abcdef", restorable: false };
  const text = formatPoints(listing(POINT, orphan));
  assert.match(text, / {4}holdfast restore 7c1f2e3d4b5a /);
  assert.match(
    formatPoints(listing(orphan)),
    /None can be restored now.*\n\n {4}holdfast apply\n$/,
  );
});

test("a point without an end says so", () => {
  assert.match(formatPoints(listing({ ...POINT, expires_at: null })), / never +daily/);
});

const AT = "2017-02-01T00:00:00.000-08:00";
const NONE = { asked: 0, oldest: null, all: 0 };
const SOME = { asked: 2, oldest: "2017-02-01T16:00:00.000-08:00", all: 5 };

test("before the first point, the hint names when it was made", () => {
  assert.equal(
    formatNoPoints(AT, { known: SOME, backupSet: undefined }),
    "No recovery point at 2017-02-01 00:00:00 -08:00: the first was made at 2017-02-01 16:00:00 -08:00. See what there is:\n\n    holdfast points\n    holdfast points -at 2017-02-01T16:00:00.000-08:00\n",
  );
  assert.match(
    formatNoPoints(AT, { known: SOME, backupSet: "orders" }),
    /^No recovery point of orders at [^]*\n {4}holdfast points orders -at 2017-/,
  );
});

test("where no point was ever made, the hint says how to make one", () => {
  assert.equal(
    formatNoPoints(AT, { known: NONE, backupSet: undefined }),
    "No recovery point at 2017-02-01 00:00:00 -08:00, nor at any other time. Make one:\n\n    holdfast backup SET\n",
  );
  const other = formatNoPoints(AT, { known: { ...NONE, all: 3 }, backupSet: "orders" });
  assert.match(other, /other backup sets have some\. Make one:\n\n {4}holdfast backup orders\n/);
  assert.match(other, /See those of all:\n\n {4}holdfast points\n$/);
});

test("times lose their fractions and keep their offset", () => {
  assert.equal(shortTime("2017-02-01T16:00:00.123+05:30"), "2017-02-01 16:00:00 +05:30");
  assert.equal(shortTime("2017-02-01T16:00:00Z"), "2017-02-01 16:00:00 UTC");
  assert.equal(shortTime(null), "");
});

test("points of several backup sets name their set, those of several servers their server", () => {
  const vm = { ...POINT, backup_set: "backup_set.vm", server: "server.vm" };
  const [head, first, second] = formatPoints(listing(POINT, vm)).split("\n");
  assert.match(head ?? "", /^POINT +SET +DATABASE/);
  assert.match(first ?? "", /^7c1f2e3d4b5a +orders +Shop/);
  assert.match(second ?? "", /^7c1f2e3d4b5a +vm +Shop/);
  const moved = { ...POINT, server: "server.new" };
  assert.match(formatPoints(listing(POINT, moved)), /^POINT +SERVER +DATABASE[\s\S]* new +Shop/);
});

test("databases that are left out stand below the points with what mends it, within the width of the terminal", () => {
  const left_out = [
    "down",
    "a database with a long name that no line of sixty cells has room for",
  ].map((database) => ({
    backup_set: "backup_set.orders",
    database,
    standing: "left_out" as const,
  }));
  const [, text = ""] = formatPoints({ ...listing(POINT), left_out }, 60).split("\nNot protected");
  assert.match(
    text.replaceAll(/\s+/g, " "),
    /^ since the last .* leave out what was down, until a full has them: down a database/,
  );
  assert.ok(text.endsWith("\n\n    holdfast backup backup_set.orders -type full\n"));
  for (const line of text.split("\n")) assert.ok(line.length <= 60, line);
});
