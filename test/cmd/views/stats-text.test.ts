import assert from "node:assert/strict";
import { test } from "node:test";
import { formatStats } from "../../../cmd/views/stats-text.ts";
import { widthOf } from "../../../cmd/views/table.ts";

const STATS = {
  epoch: 1,
  olderKeys: { packs: 0, bytes: 0, points: 0 },
  points: 3,
  damagedPoints: 0,
  packs: 1,
  storedBytes: 2_700_000,
  logicalBytes: 38_000_000,
  databases: [
    {
      backupSet: "backup_set.shop",
      database: "Shop",
      points: 3,
      unreadablePoints: 0,
      logicalBytes: 38_000_000,
      uniqueBytes: 12_700_000,
      storedBytes: 2_700_000,
    },
  ],
};

const tableOf = (text: string) => text.split("\n").slice(1).join("\n");

test("what a vault holds is a table that fits a terminal of 80 columns", () => {
  const narrow = tableOf(formatStats("vault.main", STATS, 80));
  assert.ok(widthOf(narrow) <= 80, narrow);
  for (const title of ["DATABASE", "POINTS", "LOGICAL", "STORED", "DEDUPE"]) {
    assert.ok(narrow.includes(title), title);
  }
});

test("without a terminal every column of what a vault holds is shown", () => {
  const wide = tableOf(formatStats("vault.main", STATS));
  assert.match(wide, /UNIQUE +STORED +DEDUPE +COMPRESSION/);
});
