import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toInstant } from "../../../../core/kit/clock.ts";
import type { LogPlace } from "../../../../core/kit/log-place.ts";
import { parseSetGuid } from "../../../../core/policy/chain/guid.ts";
import { placedHeader } from "../../../../core/policy/chain/placed-header.ts";
import {
  judgedPoints,
  offeredPoints,
  type PlacedPoint,
} from "../../../../core/policy/chain/placed-points.ts";
import { indexChain, restoreSequence } from "../../../../core/policy/chain/restore-sequence.ts";
import { isImpossible } from "../../../../core/policy/chain/restore-target.ts";
import { coverageOf, deadLogs } from "../../../../core/policy/coverage/coverage.ts";

const FORK = "0d4e2a3b-5f53-4a0e-9d55-64a7d1c9ab01";

type Placed = PlacedPoint & { readonly type: "full" | "differential" | "log"; place: LogPlace };

interface Step {
  readonly type: Placed["type"];
  readonly length: number;
  readonly isThere: boolean;
  readonly isDamaged: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom("full", "differential", "log", "log", "log"),
  length: fc.nat(3),
  isThere: fc.integer({ min: 0, max: 4 }).map((chance) => chance > 0),
  isDamaged: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
});

/** What a database that runs on leaves, of which something may be missing: logs join, the first begins anywhere. */
function history(steps: readonly Step[]): readonly Placed[] {
  let end = 100n;
  let logged = 98n;
  let full: { readonly set: string; readonly lsn: string } | null = null;
  return steps.flatMap(({ type, length, isThere, isDamaged }, index) => {
    const from = type === "log" ? logged : end;
    end += BigInt(length);
    if (type === "log") logged = end;
    const set = `f24e3dc4-fb3c-48aa-9360-${String(index + 1).padStart(12, "0")}`;
    const at = toInstant(1_000_000 + index * 1000);
    const place = {
      set,
      firstLsn: String(from),
      lastLsn: String(end),
      checkpointLsn: String(from),
      newest: at,
      fork: FORK,
      base: type === "differential" ? full : null,
      currentFull: null,
      damaged: isDamaged,
    };
    if (type === "full") full = { set, lsn: String(from) };
    const server = "server.imported";
    const dates = { startedAt: at, createdAt: at };
    const point = {
      id: `p${index}`,
      server,
      database: "Orders",
      type,
      ...dates,
      base: null,
      place,
    };
    return isThere ? [point] : [];
  });
}

function headerOf(point: Placed) {
  return placedHeader({ ...point, finishedAt: point.createdAt });
}

test("a log is judged dead exactly where no sequence leads to its end, damage aside", () => {
  let seen = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
      const points = history(steps);
      const dead = new Set(deadLogs(judgedPoints(points, points)));
      const chain = indexChain(points.map((each) => ({ ...headerOf(each), damaged: false })));
      for (const { id, type, place } of points) {
        if (type !== "log" || place.firstLsn === place.lastLsn) continue;
        const target = { kind: "point", set: parseSetGuid(place.set) } as const;
        const leadsNowhere = isImpossible(restoreSequence(target, chain));
        assert.equal(dead.has(id), leadsNowhere, id);
        if (leadsNowhere) seen += 1;
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(seen > 0, "no log was ever dead");
});

test("what is judged dead takes no offered moment with it, and damage offers none", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
      const points = history(steps);
      const dead = new Set(deadLogs(judgedPoints(points, points)));
      const left = points.filter(({ id }) => !dead.has(id));
      const offered = coverageOf(offeredPoints(points));
      assert.deepEqual(coverageOf(offeredPoints(left)), offered);
      const whole = points.filter(({ place }) => !place.damaged);
      assert.deepEqual(coverageOf(offeredPoints(whole)), offered);
    }),
    { numRuns: 300 },
  );
});

test("where a place or a fork is not known, or several forks or names are there, no log is judged", () => {
  const [full, log] = history([
    { type: "full", length: 9, isThere: true, isDamaged: false },
    { type: "log", length: 3, isThere: true, isDamaged: false },
  ]);
  assert.ok(full && log);
  const lone = { ...log, place: { ...log.place, firstLsn: "111" } };
  assert.deepEqual(deadLogs(judgedPoints([full, lone], [])), [lone.id]);
  const unknown = [
    { ...full, place: undefined },
    { ...full, place: { ...full.place, fork: null } },
    { ...full, place: { ...full.place, fork: "0d4e2a3b-5f53-4a0e-9d55-64a7d1c9ab02" } },
    { ...full, database: "Renamed" },
  ];
  for (const each of unknown) assert.deepEqual(deadLogs(judgedPoints([each, lone], [])), []);
});

test("a full that is being made, or was taken in by another set, keeps all logs of its database", () => {
  const [log] = history([{ type: "log", length: 3, isThere: true, isDamaged: false }]);
  assert.ok(log);
  const place = { ...log.place, set: "f24e3dc4-fb3c-48aa-9360-00000000ffff" };
  const others = [
    { ...log, id: "other", place: undefined },
    { ...log, id: "other", database: "Renamed", place },
  ];
  assert.deepEqual(deadLogs(judgedPoints([log], [log])), [log.id]);
  for (const other of others) assert.deepEqual(deadLogs(judgedPoints([log], [log, other])), []);
});

test("a full without a place offers its own moment and no log of another's place", () => {
  const [log] = history([{ type: "log", length: 3, isThere: true, isDamaged: false }]);
  assert.ok(log);
  const createdAt = toInstant(99);
  const full = { ...log, id: "sealed", type: "full", createdAt, place: undefined } as const;
  const [only, ...more] = coverageOf(offeredPoints([full, log]));
  assert.deepEqual([only?.from, only?.to, more.length], [99, 99, 0]);
});
