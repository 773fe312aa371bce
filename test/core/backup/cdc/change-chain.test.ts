import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../../core/address/address.ts";
import {
  findChain,
  hasChainPoints,
  storedByAll,
} from "../../../../core/backup/cdc/change-chain.ts";
import type { RecoveryPoint } from "../../../../core/catalog/recovery-point.ts";
import { toInstant } from "../../../../core/kit/clock.ts";
import { samplePoint } from "../../../conformance/catalog.ts";

function link(id: string, time: number, more: Partial<RecoveryPoint> = {}): RecoveryPoint {
  const reached = String(time).padStart(20, "0");
  return samplePoint(id, time, {
    method: "cdc",
    createdAt: toInstant(time),
    changes: {
      identity: "i",
      enabledBy: "engine",
      after: reached,
      reached,
      reachedAt: toInstant(time),
    },
    ...more,
  });
}

const FULL = link("full", 1);
const FIRST = link("first", 2, { type: "cdc", base: "full" });
const SECOND = link("second", 3, { type: "cdc", base: "first" });
const { backupSet, server, vault, database } = FULL;
const OWNER = { backupSet, server, vault, database };

test("changes go on after the newest point whose links are all there", () => {
  assert.deepEqual(findChain([SECOND, FULL, FIRST], OWNER), { tip: SECOND, scanEnd: toInstant(1) });
  assert.deepEqual(findChain([FULL, FIRST], OWNER)?.tip, FIRST);
  assert.equal(findChain([], OWNER), undefined);
});

test("changes go on after the point that reaches furthest, also where a clock was set back since", () => {
  const ahead = { ...FULL, createdAt: toInstant(9) };
  assert.equal(findChain([ahead, FIRST, SECOND], OWNER)?.tip, SECOND);
});

test("no changes go on after a chain with a gap, of another vault, or of a point that is not listed", () => {
  assert.equal(findChain([FULL, SECOND], OWNER), undefined);
  assert.equal(findChain([FIRST, SECOND], OWNER), undefined);
  const hidden = { ...FIRST, state: "tombstoned" } as const;
  assert.equal(findChain([FULL, hidden, SECOND], OWNER), undefined);
  const elsewhere = formatAddress("vault", "elsewhere");
  assert.equal(findChain([FULL, FIRST], { ...OWNER, vault: elsewhere }), undefined);
  assert.equal(hasChainPoints([hidden], OWNER), true);
  assert.equal(hasChainPoints([{ ...FIRST, state: "pending" }], OWNER), false);
});

test("only what every backup set has stored may be cleaned up", () => {
  const other = { backupSet: formatAddress("backup_set", "other") };
  const points = [FULL, FIRST, link("behind", 2, other), link("long behind", 1, other)];
  const stored = SECOND.changes;
  assert.ok(stored);
  assert.equal(storedByAll(points, OWNER, stored), FIRST.changes?.reached);
  assert.equal(storedByAll([FULL, FIRST], OWNER, stored), stored.reached);
  const anew = { ...stored, identity: "of another enabling" };
  assert.equal(storedByAll(points, OWNER, anew), stored.reached);
});
