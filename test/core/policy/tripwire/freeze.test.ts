import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import { freezesOf } from "../../../../core/policy/tripwire/freeze.ts";
import type { MeasuredPoint } from "../../../../core/policy/tripwire/measured-point.ts";

const MIB = 1024 * 1024;
const NOW = toInstant(1000);

function point(day: number, facts: Partial<MeasuredPoint> = {}): MeasuredPoint {
  return {
    id: `p${day}`,
    state: "listed",
    backupSet: "backup_set.orders",
    server: "server.orders",
    vault: "vault.main",
    database: "Orders",
    type: "full",
    method: "native",
    base: null,
    startedAt: toInstant(day),
    createdAt: toInstant(day),
    storedAt: toInstant(day),
    bytesRead: 100 * MIB,
    added: { raw: 10 * MIB, stored: 2 * MIB },
    ...facts,
  };
}

const noise = (day: number, facts: Partial<MeasuredPoint> = {}): MeasuredPoint =>
  point(day, { added: { raw: 90 * MIB, stored: 90 * MIB }, ...facts });

test("a suspect point freezes its set, and the newest point before it is named", () => {
  const points = [1, 2, 3, 4].map((day) => point(day));
  const freezes = freezesOf([...points, noise(5), noise(6)], NOW);
  assert.deepEqual(
    [...freezes.values()].map(({ backupSet, since, suspects, lastClean }) => [
      backupSet,
      since,
      suspects.map(({ id }) => id),
      lastClean,
    ]),
    [
      [
        "backup_set.orders",
        5,
        ["p5", "p6"],
        [{ server: "server.orders", database: "Orders", point: "p4" }],
      ],
    ],
  );
});

test("a point whose base is gone is not the last clean one", () => {
  const broken = point(4, { type: "differential", base: "gone" });
  const points = [1, 2, 3].map((day) => point(day));
  const [freeze] = freezesOf([...points, broken, noise(5)], NOW).values();
  assert.equal(freeze?.lastClean[0]?.point, "p3");
});

test("where nothing is left of before, no point is named", () => {
  const points = [1, 2, 3, 4].map((day) => point(day, { state: "purged" }));
  const [freeze] = freezesOf([...points, noise(5)], NOW).values();
  assert.deepEqual(freeze?.lastClean, [
    { server: "server.orders", database: "Orders", point: null },
  ]);
});

test("a suspect point that is gone freezes nothing", () => {
  const points = [1, 2, 3, 4].map((day) => point(day));
  assert.equal(freezesOf([...points, noise(5, { state: "purged" })], NOW).size, 0);
});

test("a freeze is of one set, and ends once every suspect point of it is cleared", () => {
  const other = { backupSet: "backup_set.other" };
  const points = [1, 2, 3, 4].flatMap((day) => [point(day), point(day + 10, other)]);
  const cleared = { at: toInstant(900), by: "dba@host", reason: null };
  const [first, second] = [noise(5), noise(6)];
  assert.deepEqual([...freezesOf([...points, first, second], NOW).keys()], ["backup_set.orders"]);
  const half = [...points, { ...first, cleared }, noise(6, { added: first.added })];
  assert.equal(freezesOf(half, NOW).size, 0, "the second is usual after the first");
});
