import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { databaseRenames, renameDatabase } from "../../../core/plan/database-renames.ts";
import { address } from "./planning.ts";

const SERVER = address("server.orders");
const ONE = "11111111-1111-4111-8111-111111111111";
const OTHER = "22222222-2222-4222-8222-222222222222";
const NOWHERE = { line: 1, column: 1, byte: 0 };
const MOVE = {
  server: SERVER,
  from: "Sales",
  to: "Shop",
  range: { filename: "main.hcl", start: NOWHERE, end: NOWHERE },
};

/** Only what is looked at. */
function point(database: string, startedAt = 1): RecoveryPoint {
  const facts = { id: database, server: SERVER, database, state: "listed" };
  return { ...facts, startedAt: toInstant(startedAt) } as RecoveryPoint;
}

function codesOf(was: string | null, now: string | null): readonly string[] {
  const known = (name: string, familyGuid: string | null) => [{ name, familyGuid }];
  const sides = { desired: new Map([[SERVER, {}]]), recorded: new Map() };
  const { diagnostics } = databaseRenames({
    configuration: { databaseMoves: [MOVE] },
    prepared: { all: sides, selected: sides, renames: new Map() } as never,
    options: { destroy: false, refreshOnly: false },
    points: [point("Sales")],
    observed: new Map([[SERVER, { status: "observed", databases: known("Shop", now) }]]) as never,
    accepted: new Map([[SERVER, { databases: known("Sales", was) }]]) as never,
  });
  return diagnostics.map(({ code }) => code);
}

test("a database of another family is not taken for the renamed one", () => {
  assert.deepEqual(codesOf(ONE, OTHER), ["PLAN_MOVE_CONFLICT"]);
  assert.deepEqual(codesOf(ONE, ONE), []);
  assert.deepEqual(codesOf(null, OTHER), []);
  assert.deepEqual(codesOf(ONE, null), []);
});

test("only points of that server and that name follow, and others stay the same records", () => {
  const moved = [{ server: SERVER, from: "Sales", to: "Shop" }];
  assert.equal(renameDatabase(point("SALES"), moved).database, "Shop");
  for (const other of [point("Mall"), { ...point("Sales"), server: address("server.b") }]) {
    assert.equal(renameDatabase(other, moved), other);
  }
});
