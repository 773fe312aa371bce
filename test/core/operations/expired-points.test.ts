import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { type Instant, toInstant } from "../../../core/kit/clock.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { expiredPoints } from "../../../core/operations/expired-points.ts";
import { ResourceLookup } from "../../../core/operations/resource-lookup.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";

const DAY = 24 * 60 * 60 * 1000;
const MIB = 1024 * 1024;
const isWhole = (): boolean => true;

interface Recorded {
  readonly points: readonly RecoveryPoint[];
  readonly resources: ResourceLookup;
  readonly at: Instant;
}

/** Backups of one database on six days, a month ago; the last one is noise, where that is wanted. */
async function recorded(last: "noise" | "usual"): Promise<Recorded> {
  const world = await createAppliedWorld();
  const { catalog, ports } = world;
  await backUp({ backupSet: "orders", trigger: "manual", database: "db1" }, ports);
  const [made] = await catalog.points();
  assert.ok(made);
  const points = Array.from({ length: 6 }, (_, day): RecoveryPoint => {
    const time = toInstant(world.time + day * DAY);
    const stored = last === "noise" && day === 5 ? 8 * MIB : 2 * MIB;
    const dates = { startedAt: time, createdAt: time, storedAt: time };
    const measures = { bytesRead: 20 * MIB, added: { raw: 8 * MIB, stored } };
    return { ...made, ...dates, ...measures, id: String(day).repeat(32) };
  });
  const resources = new ResourceLookup(await catalog.objects());
  return { points, resources, at: toInstant(world.time + 60 * DAY) };
}

test("a vault whose blobs were copied in another order lifts no freeze", async () => {
  const { points, resources, at } = await recorded("noise");
  const copiedAt = at - 30 * DAY;
  const storedAt = new Map(
    points.toReversed().map(({ id }, place) => [id, toInstant(copiedAt + place)]),
  );
  const judged = expiredPoints(points, resources, { at, isWhole, storedAt });
  assert.deepEqual([judged.expired, judged.frozen.length], [[], 4]);
});

test("what an earlier prune hid stays while a point that stays needs it", async () => {
  const { points, resources, at } = await recorded("usual");
  const [hidden, other, ...rest] = points;
  const newest = rest.at(-1);
  assert.ok(hidden && other && newest);
  const tombstones = [hidden, other].map((point) => ({ ...point, state: "tombstoned" as const }));
  const needing = { ...newest, type: "differential", base: hidden.id } as const;
  const all = [...tombstones, ...rest.slice(0, -1), needing];
  const soon = toInstant(at - 54 * DAY);
  const { left } = expiredPoints(all, resources, { at: soon, isWhole });
  assert.deepEqual(
    left.map(({ id }) => id),
    [other.id],
  );
});
