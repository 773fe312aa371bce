import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toInstant } from "../../../../core/kit/clock.ts";
import { findSuspects } from "../../../../core/policy/tripwire/find-suspects.ts";
import type { MeasuredPoint } from "../../../../core/policy/tripwire/measured-point.ts";

const MIB = 1024 * 1024;
const DAY = 24 * 60 * 60 * 1000;
const LATER = toInstant(10_000 * DAY);

type Facts = Partial<MeasuredPoint> & { readonly raw: number; readonly density: number };

/** A point a day, of one database of a gigabyte unless the facts say otherwise. */
function daily(facts: readonly Facts[]): readonly MeasuredPoint[] {
  return facts.map(({ raw, density, ...rest }, day) => {
    const at = toInstant(day * DAY);
    return {
      id: `point-${String(day).padStart(3, "0")}`,
      state: "listed",
      backupSet: "backup_set.orders",
      server: "server.orders",
      vault: "vault.main",
      database: "Orders",
      type: "full",
      method: "native",
      base: null,
      startedAt: at,
      createdAt: at,
      storedAt: at,
      bytesRead: 1024 * MIB,
      added: { raw, stored: Math.round(raw * density) },
      ...rest,
    };
  });
}

function suspectsOf(facts: readonly Facts[]) {
  const suspects = findSuspects(daily(facts), LATER);
  return [...suspects].map(([id, { reason }]) => `${id} ${reason}`);
}

const FIRST: Facts = { raw: 1024 * MIB, density: 0.25 };
const USUAL: Facts = { raw: 20 * MIB, density: 0.3 };
const usual = (days: number): readonly Facts[] => Array.from({ length: days }, () => USUAL);

test("a full whose new bytes do not compress any more is suspect", () => {
  const encrypted = { raw: 900 * MIB, density: 1 };
  assert.deepEqual(suspectsOf([FIRST, ...usual(4), encrypted]), ["point-005 entropy"]);
});

test("a full of which far more than usual was rewritten is suspect, even if it compresses", () => {
  const rewritten = { raw: 800 * MIB, density: 0.3 };
  assert.deepEqual(suspectsOf([FIRST, ...usual(4), rewritten]), ["point-005 rewritten"]);
});

const FINE: Readonly<Record<string, readonly Facts[]>> = {
  "the first full, of which everything is new": [FIRST],
  "an encrypted database, which never compresses": Array.from({ length: 9 }, (_, day) => ({
    raw: (day === 0 ? 1024 : 15 + day) * MIB,
    density: 1,
  })),
  "backups that are encrypted before they come, and all new each time": Array.from(
    { length: 9 },
    () => ({ raw: 1024 * MIB, density: 1 }),
  ),
  "a load of new data that the database grew by": [
    FIRST,
    ...usual(4),
    { raw: 1100 * MIB, density: 0.4, bytesRead: 2124 * MIB },
  ],
  "steady growth": Array.from({ length: 40 }, (_, day) => ({
    raw: (day === 0 ? 1024 : 60) * MIB,
    density: 0.25 + (day % 5) * 0.03,
    bytesRead: (1024 + day * 60) * MIB,
  })),
  "half of the data deleted": [FIRST, ...usual(4), { raw: 0, density: 0, bytesRead: 512 * MIB }],
  "too few points to say what is usual": [FIRST, ...usual(1), { raw: 900 * MIB, density: 1 }],
  "some pictures among rows": [FIRST, ...usual(4), { raw: 60 * MIB, density: 1 }],
  "a small database that is loaded anew": [
    { raw: 3 * MIB, density: 0.3, bytesRead: 3 * MIB },
    ...Array.from({ length: 4 }, () => ({ raw: 0, density: 0, bytesRead: 3 * MIB })),
    { raw: 3 * MIB, density: 0.3, bytesRead: 3 * MIB },
  ],
  "points that nobody measured": [
    ...usual(5).map((each) => ({ ...each, added: null })),
    { raw: 900 * MIB, density: 1 },
  ],
};

for (const [what, facts] of Object.entries(FINE)) {
  test(`no suspect: ${what}`, () => {
    assert.deepEqual(suspectsOf(facts), []);
  });
}

test("a few pictures on some days do not hide what is noise later", () => {
  const pictures = { raw: MIB, density: 1 };
  const encrypted = { raw: 900 * MIB, density: 1 };
  const facts = [FIRST, ...usual(4), pictures, pictures, ...usual(3), encrypted];
  assert.deepEqual(suspectsOf(facts), ["point-010 entropy"]);
});

test("logs are held against logs, fulls against fulls, and each database against itself", () => {
  const log = { type: "log", raw: 30 * MIB, density: 0.2, bytesRead: 30 * MIB } as const;
  const packed = { database: "Pictures", raw: 500 * MIB, density: 1 };
  const facts = [FIRST, log, log, log, packed, packed, { ...log, density: 1 }, packed];
  assert.deepEqual(suspectsOf(facts), ["point-006 entropy"]);
});

test("a suspect point is no example of what is usual, until it is cleared; then what follows is usual, too", () => {
  const encrypted = { raw: 900 * MIB, density: 1 };
  const after = { raw: 200 * MIB, density: 1 };
  const story = [FIRST, ...usual(4), encrypted, after];
  assert.deepEqual(suspectsOf(story), ["point-005 entropy", "point-006 entropy"]);
  const cleared = { at: toInstant(100 * DAY), by: "dba@host", reason: null };
  const [points, at] = [daily([FIRST, ...usual(4), { ...encrypted, cleared }, after]), LATER];
  assert.deepEqual([...findSuspects(points, at).keys()], []);
  const before = toInstant(99 * DAY);
  assert.deepEqual([...findSuspects(points, before).keys()], ["point-005", "point-006"]);
});

test("indexes that are rebuilt again are no news once a rebuild was cleared", () => {
  const cleared = { at: toInstant(0), by: "dba@host", reason: "rebuild" };
  const rebuild = { raw: 800 * MIB, density: 0.3 };
  const facts = [FIRST, ...usual(4), { ...rebuild, cleared }, ...usual(6), rebuild];
  assert.deepEqual(suspectsOf(facts), []);
});

test("points that were purged still say what is usual", () => {
  const purged = usual(4).map((each) => ({ ...each, state: "purged" as const }));
  const facts = [{ ...FIRST, state: "purged" as const }, ...purged, { raw: 900 * MIB, density: 1 }];
  assert.deepEqual(suspectsOf(facts), ["point-005 entropy"]);
});

test("the order of points is the store's, whatever dates they claim", () => {
  const facts = [FIRST, ...usual(4), { raw: 900 * MIB, density: 1, createdAt: toInstant(-DAY) }];
  assert.deepEqual(suspectsOf(facts), ["point-005 entropy"]);
});

test("a database that always hardly compresses is never suspect for that", () => {
  const density = fc.double({ min: 0.93, max: 1.001, noNaN: true });
  const raw = fc.integer({ min: 0, max: 100 * MIB });
  const points = fc.array(fc.record({ density, raw }), { maxLength: 20 });
  fc.assert(
    fc.property(points, (facts) => {
      const suspects = findSuspects(daily([{ ...FIRST, density: 1 }, ...facts]), LATER);
      assert.deepEqual([...suspects.values()], []);
    }),
  );
});

test("the order in which points are given does not matter", () => {
  const fact = fc.record({
    density: fc.double({ min: 0, max: 1, noNaN: true }),
    raw: fc.integer({ min: 0, max: 1024 * MIB }),
  });
  fc.assert(
    fc.property(fc.array(fact, { maxLength: 12 }), fc.nat(), (facts, turn) => {
      const points = daily(facts);
      const cut = points.length === 0 ? 0 : turn % points.length;
      const turned = [...points.slice(cut), ...points.slice(0, cut)].toReversed();
      assert.deepEqual(findSuspects(turned, LATER), findSuspects(points, LATER));
    }),
  );
});
