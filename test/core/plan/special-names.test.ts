import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import type { JsonObject } from "../../../core/kit/json.ts";
import type { ResourceChange } from "../../../core/plan/plan.ts";
import { withNewSets } from "../../../core/plan/special-names.ts";

const ADDRESS = "backup_set.orders" as ResourceChange["address"];
const SERVER = "server.orders" as ResourceChange["address"];

function attributes(...include: string[]): JsonObject {
  return {
    server: SERVER,
    policy: "policy.gold",
    vault: "vault.main",
    databases: { include, exclude: [], system: false },
  };
}

function change(before: JsonObject | null, after: JsonObject): ResourceChange {
  const part: Partial<ResourceChange> = {
    address: ADDRESS,
    type: "backup_set",
    action: before === null ? "create" : "update",
    before,
    after,
    replaceReasons: [],
  };
  return part as ResourceChange;
}

const POINTS = [{ state: "listed", backupSet: ADDRESS }] as unknown as RecoveryPoint[];

function actionOf(
  one: ResourceChange,
  points: readonly RecoveryPoint[],
  renamedTo?: string,
): string | undefined {
  const renames =
    renamedTo === undefined ? [] : [{ server: SERVER, from: "Shop", to: renamedTo, points: 1 }];
  return withNewSets([one], { points, renames })[0]?.action;
}

test("a special name that joins replaces a set that has run, and no other", () => {
  const joined = change(attributes("Shop"), attributes("Shop", "or]der's"));
  assert.equal(actionOf(joined, POINTS), "replace");
  assert.equal(actionOf(joined, []), "update");
  assert.equal(actionOf(change(null, attributes("or]der")), POINTS), "create");
});

test("a plain name, a pattern and a special name that was there before change nothing", () => {
  assert.equal(actionOf(change(attributes("a"), attributes("a", "b")), POINTS), "update");
  assert.equal(actionOf(change(attributes("a"), attributes("[*")), POINTS), "update");
  assert.equal(actionOf(change(attributes('x"'), attributes('x"', "b")), POINTS), "update");
});

test("a database of the server that is renamed so replaces the set too", () => {
  const same = change(attributes("*"), attributes("*"));
  assert.equal(actionOf(same, POINTS, "or'der"), "replace");
  assert.equal(actionOf(same, POINTS, "Orders"), "update");
});
