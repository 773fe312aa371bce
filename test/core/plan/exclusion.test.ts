import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { PlanOptions } from "../../../core/plan/plan.ts";
import { as, codesOf, linesOf, outcomeOf, planOf, sample } from "./planning.ts";
import { sampleResources } from "./sample-configuration.ts";

const NOTHING_RECORDED = { desired: sampleResources(), recorded: [] };
const excluding = (...exclude: readonly string[]): Partial<PlanOptions> => ({ exclude });

test("-exclude leaves out what it names and what depends on that, and does the rest", () => {
  const lines = linesOf(planOf({ ...NOTHING_RECORDED, options: excluding("policy.gold") }));
  assert.deepEqual(lines, [
    "create credential.ci",
    "create retention.standard",
    "create server.orders",
    "create vault.main",
  ]);
  assert.deepEqual(linesOf(planOf({ ...NOTHING_RECORDED, options: excluding("vault.main") })), [
    "create credential.ci",
    "create policy.gold",
    "create retention.standard",
    "create server.orders",
  ]);
});

test("a plan with -exclude says that it is one of a part", () => {
  const plan = planOf({ ...NOTHING_RECORDED, options: excluding("vault.main") });
  assert.deepEqual(
    plan.diagnostics.map(({ code }) => code),
    ["PLAN_TARGETED"],
  );
});

test("what an excluded object still needs as it is recorded stays", () => {
  const gone = as("policy.old", sample("policy.gold"));
  const set = sample("backup_set.orders");
  const before = {
    ...set,
    attributes: { ...set.attributes, policy: "policy.old" },
    dependsOn: [gone.address, ...set.dependsOn.slice(1)],
  };
  const recorded = [...sampleResources().filter(({ type }) => type !== "backup_set"), gone, before];
  const given = { desired: sampleResources(), recorded };
  assert.deepEqual(linesOf(planOf(given)), ["update backup_set.orders", "delete policy.old"]);
  assert.deepEqual(linesOf(planOf({ ...given, options: excluding(set.address) })), []);
});

test("-destroy with -exclude keeps the object and all that it needs", () => {
  const given = { desired: sampleResources(), recorded: sampleResources() };
  const options = { ...excluding("policy.gold"), destroy: true };
  assert.deepEqual(linesOf(planOf({ ...given, options })), [
    "delete backup_set.orders",
    "delete credential.ci",
    "delete server.orders",
    "delete vault.main",
  ]);
});

test("an -exclude that names nothing is refused, since it would be passed over", () => {
  const outcome = outcomeOf({ ...NOTHING_RECORDED, options: excluding("policy.glod") });
  assert.deepEqual(codesOf(outcome), ["PLAN_TARGET_NOT_FOUND"]);
});

test("-replace of a set that -target or -exclude leaves out is refused", () => {
  const replace = [sample("backup_set.orders").address];
  for (const part of [{ exclude: ["policy.gold"] }, { targets: ["vault.main"] }]) {
    const outcome = outcomeOf({ ...NOTHING_RECORDED, options: { ...part, replace } });
    assert.deepEqual(codesOf(outcome), ["PLAN_REPLACE_NOT_POSSIBLE"]);
  }
});

test("whatever is excluded, no object that is left refers to one that is missing", () => {
  const all = sampleResources();
  const some = fc.subarray([...all]);
  fc.assert(
    fc.property(fc.tuple(some, some, some, fc.boolean()), (drawn) => {
      const [wanted, recorded, excluded, destroy] = drawn;
      const whole = (part: typeof wanted) =>
        all.filter(({ address }) => part.some((each) => needs(each.address).has(address)));
      const exclude = excluded.map(({ address }) => address);
      const desired = whole(wanted);
      const given = { desired, recorded: whole(recorded), options: { exclude, destroy } };
      const { plan } = outcomeOf(given);
      if (plan === undefined) return;
      const left = new Set(given.recorded.map(({ address }) => address));
      for (const { action, address } of plan.changes) {
        if (action === "delete") left.delete(address);
        if (action === "create") left.add(address);
      }
      for (const address of exclude) {
        const wasThere = given.recorded.some((each) => each.address === address);
        assert.equal(left.has(address), wasThere, address);
      }
      for (const { address, dependsOn } of all) {
        if (left.has(address)) for (const needed of dependsOn) assert.ok(left.has(needed), needed);
      }
    }),
  );
});

/** An object and all that it needs. */
function needs(address: string): ReadonlySet<string> {
  const own = sampleResources().find((each) => each.address === address);
  return new Set([address, ...(own?.dependsOn ?? []).flatMap((each) => [...needs(each)])]);
}
