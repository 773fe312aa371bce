import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedSizes } from "../../../../core/policy/forecast/point-sizes.ts";
import { storedBytes } from "../../../../core/policy/forecast/stored-bytes.ts";
import { observed } from "./observed.ts";
import { ruleOf } from "./rule-of.ts";

const FIRST = observed({ made: "2026-01-01T00:00", bytesStored: 100 });
const DIFFERENTIAL = observed({ made: "2026-01-02T00:00", type: "differential", bytesStored: 500 });
const SECOND = observed({ made: "2026-01-03T00:00", bytesStored: 7 });
const THIRD = observed({ made: "2026-01-05T00:00", bytesStored: 900 });
const LOG = observed({ made: "2026-01-06T00:00", type: "log", bytesStored: 3 });
const ALL = [THIRD, LOG, FIRST, DIFFERENTIAL, SECOND];

function bytesOf(...kept: readonly unknown[]): number {
  return storedBytes(ALL, (point) => kept.includes(point));
}

test("everything that is kept weighs what it stored", () => {
  assert.equal(bytesOf(...ALL), 1510);
  assert.equal(bytesOf(LOG, DIFFERENTIAL), 503);
  assert.equal(bytesOf(), 0);
});

test("the oldest full that is kept weighs as much as the largest that was made before it", () => {
  assert.equal(bytesOf(SECOND, LOG), 103);
  assert.equal(bytesOf(SECOND, THIRD), 1000);
  assert.equal(bytesOf(THIRD), 900);
});

test("a point of which no size is known weighs nothing", () => {
  const unknown = observed({ made: "2026-01-07T00:00", type: "log" });
  assert.equal(
    storedBytes([FIRST, unknown], () => true),
    100,
  );
});

test("points without a size say nothing about the size of the next", () => {
  const fulls = [
    observed({ made: "2026-01-04T00:00", bytesStored: 6 }),
    observed({ made: "2026-01-01T00:00", bytesStored: 100 }),
    observed({ made: "2026-01-02T00:00" }),
    observed({ made: "2026-01-03T00:00", bytesStored: 4 }),
  ];
  assert.deepEqual(
    expectedSizes(fulls, ruleOf({ full: "@daily", log: 1 })).map(({ type, bytes, observed }) => [
      type,
      bytes,
      observed,
    ]),
    [
      ["full", 5, 2],
      ["log", null, 0],
    ],
  );
});

test("the first log is as good as any other to know the size of the next", () => {
  const logs = [1, 3].map((hour) =>
    observed({ made: `2026-01-01T0${hour}:00`, type: "log", bytesStored: hour }),
  );
  const [size] = expectedSizes(logs, ruleOf({ log: 1 }));
  assert.deepEqual([size?.bytes, size?.observed], [2, 2]);
});
