import assert from "node:assert/strict";
import { test } from "node:test";
import { futurePoints } from "../../../../core/policy/forecast/future-points.ts";
import type { ExpectedSize } from "../../../../core/policy/forecast/point-sizes.ts";
import { observed, runOf } from "./observed.ts";
import { shown } from "./rule-of.ts";

const FULL = observed({ made: "2017-02-01T16:00" });
const DIFFERENTIAL = observed({ made: "2017-02-02T21:00", type: "differential", base: FULL.id });
const LOG = observed({ made: "2017-02-03T12:00", type: "log", base: DIFFERENTIAL.id });

const RUNS = [
  runOf("log 2017-02-03T12:30"),
  runOf("differential 2017-02-03T21:00", 1),
  runOf("log 2017-02-03T22:30"),
  runOf("full 2017-02-08T12:00", 3),
  runOf("cdc 2017-02-08T15:30"),
  runOf("differential 2017-02-08T21:00"),
];

function size(bytes: number | null, rest: Partial<ExpectedSize> = {}): ExpectedSize {
  return { server: "server.s", database: "d", type: "full", bytes, observed: 1, ...rest };
}

const nowhere = { sizes: [], reachOf: () => null };

test("B-36 [decision] coming points build on what comes right before them, and the first ones on what exists", () => {
  const points = futurePoints([FULL, DIFFERENTIAL, LOG], { runs: RUNS, ...nowhere });
  const nameOf = new Map(
    points.map(({ id, type, createdAt }) => [id, `${type} ${shown(createdAt)}`]),
  );
  assert.deepEqual(
    points.map(({ id, base }) => [nameOf.get(id), nameOf.get(base ?? "") ?? base]),
    [
      ["log 2017-02-03T12:30", DIFFERENTIAL.id],
      ["differential 2017-02-03T22:00", FULL.id],
      ["log 2017-02-03T22:30", "differential 2017-02-03T22:00"],
      ["full 2017-02-08T15:00", null],
      ["cdc 2017-02-08T15:30", "full 2017-02-08T15:00"],
      ["differential 2017-02-08T21:00", "full 2017-02-08T15:00"],
    ],
  );
});

test("what exists may come in any order: the newest counts", () => {
  const older = observed({ made: "2017-01-25T16:00" });
  for (const existing of [
    [LOG, DIFFERENTIAL, older, FULL],
    [FULL, older, DIFFERENTIAL, LOG],
  ]) {
    const [log, differential] = futurePoints(existing, { runs: RUNS, ...nowhere });
    assert.deepEqual([log?.base, differential?.base], [DIFFERENTIAL.id, FULL.id]);
  }
});

test("a coming point is of the same database, and as large as those of its type there", () => {
  const sizes = [
    size(1, { database: "other" }),
    size(2, { server: "server.other" }),
    size(3),
    size(4, { type: "log" }),
    size(null, { type: "cdc" }),
    size(5, { database: "other", type: "differential" }),
    size(6, { server: "server.other", type: "cdc" }),
  ];
  const points = futurePoints([FULL], { runs: RUNS, sizes, reachOf: () => null });
  assert.deepEqual(
    points.map(({ server, database, type, bytesStored }) => [server, database, type, bytesStored]),
    [
      ["server.s", "d", "log", 4],
      ["server.s", "d", "differential", null],
      ["server.s", "d", "log", 4],
      ["server.s", "d", "full", 3],
      ["server.s", "d", "cdc", null],
      ["server.s", "d", "differential", null],
    ],
  );
});
