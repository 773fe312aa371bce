import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import type { Lifecycle } from "../../../core/config/configuration.ts";
import type { JsonObject } from "../../../core/kit/json.ts";
import {
  address,
  as,
  codesOf,
  linesOf,
  outcomeOf,
  planOf,
  removal,
  sample,
  sampleWith,
} from "./planning.ts";
import { sampleResources } from "./sample-configuration.ts";

const RETENTION = sample("retention.standard");
const PROTECTED = { preventDestroy: true };

/** The sample with other attributes and another lifecycle of one resource. */
function changed(text: string, attributes: JsonObject, lifecycle: Partial<Lifecycle> = {}) {
  return sampleResources({ [text]: attributes }).map((each) =>
    each.address === text ? as(text, each, lifecycle) : each,
  );
}

test("a replacement or removal of what prevent_destroy protects is refused with the block's place", () => {
  const replaced = outcomeOf({
    desired: changed("server.orders", { port: 1 }, PROTECTED),
    recorded: sampleResources(),
  });
  assert.deepEqual(codesOf(replaced), ["PLAN_PREVENTED"]);
  assert.match(replaced.diagnostics[0]?.detail ?? "", /main\.hcl line 1 sets prevent_destroy/);
  const destroyed = outcomeOf({
    desired: changed("server.orders", {}, PROTECTED),
    recorded: sampleResources(),
    options: { destroy: true },
  });
  assert.deepEqual(codesOf(destroyed), ["PLAN_PREVENTED"]);
});

test("the protection outlives the block, and goes with an apply of prevent_destroy = false", () => {
  const recorded = changed("backup_set.orders", {}, PROTECTED);
  const without = sampleResources().filter(({ type }) => type !== "backup_set");
  const outcome = outcomeOf({ desired: without, recorded });
  assert.deepEqual(codesOf(outcome), ["PLAN_PREVENTED"]);
  assert.match(outcome.diagnostics[0]?.detail ?? "", /recorded with it when it was applied/);
  const removed = { removals: [removal("backup_set.orders")] };
  assert.deepEqual(codesOf(outcomeOf({ desired: without, recorded, configuration: removed })), [
    "PLAN_PREVENTED",
  ]);
  const released = planOf({ desired: sampleResources(), recorded });
  assert.deepEqual(linesOf(released), ["update backup_set.orders"]);
  assert.deepEqual(linesOf(planOf({ desired: recorded, recorded })), []);
});

test("an instance that leaves is as protected as its block says now", () => {
  const recorded = sampleWith(
    as("retention.a[0]", RETENTION, PROTECTED),
    as("retention.a[1]", RETENTION, PROTECTED),
  );
  const shrunk = (lifecycle: Partial<Lifecycle>) =>
    outcomeOf({ desired: sampleWith(as("retention.a[0]", RETENTION, lifecycle)), recorded });
  assert.deepEqual(codesOf(shrunk(PROTECTED)), ["PLAN_PREVENTED"]);
  assert.deepEqual(codesOf(shrunk({})), []);
});

test("ignore_changes keeps what is recorded, at a path, in a block, and in all", () => {
  const recorded = sampleResources();
  const other = {
    host: "other.example",
    tls: { ca_file: "ca.pem", server_name: null, trust_server_certificate: false },
  };
  const planned = (ignoreChanges: Lifecycle["ignoreChanges"]) => {
    const plan = planOf({ desired: changed("server.orders", other, { ignoreChanges }), recorded });
    return plan.changes.find(({ address: own }) => own === "server.orders");
  };
  const partly = planned([["host"]]);
  assert.equal(partly?.action, "update");
  assert.deepEqual(partly.changed, [["tls", "ca_file"]]);
  assert.equal(partly.after?.["host"], "orders.contoso.example");
  assert.equal(planned([["host"], ["tls", "ca_file"]])?.action, "no-op");
  assert.equal(planned([["host"], ["tls"]])?.action, "no-op");
  assert.equal(planned("all")?.action, "no-op");
  const created = planOf({
    desired: changed("server.orders", other, { ignoreChanges: "all" }),
    recorded: [],
  });
  const server = created.changes.find(({ address: own }) => own === "server.orders");
  assert.equal(server?.after?.["host"], "other.example");
});

test("an ignored change that would point at a missing object is refused", () => {
  const server = as("server.new", sample("server.orders"));
  const set = as("backup_set.orders", sample("backup_set.orders"), { ignoreChanges: [["server"]] });
  const desired = sampleWith(server, {
    ...set,
    attributes: { ...set.attributes, server: "server.new" },
    dependsOn: [address("policy.gold"), address("server.new"), address("vault.main")],
  });
  const outcome = outcomeOf({ desired, recorded: sampleResources() });
  assert.deepEqual(codesOf(outcome), ["PLAN_REFERENCE_GONE"]);
});

test("replace_triggered_by replaces when the object or the argument changes, and passes it on", () => {
  const trigger = (text: string, ...path: readonly string[]) => ({
    replaceTriggeredBy: [
      { address: formatAddress(text.split(".")[0] ?? "", text.split(".")[1] ?? ""), path },
    ],
  });
  const desired = (daily: number, watched: readonly string[]) =>
    sampleResources({ "retention.standard": { daily } }).map((each) => {
      if (each.type === "policy")
        return as(each.address, each, trigger("retention.standard", ...watched));
      return each.type === "vault" ? as(each.address, each, trigger("policy.gold")) : each;
    });
  const recorded = sampleResources();
  const plan = planOf({ desired: desired(3, ["daily"]), recorded });
  assert.deepEqual(linesOf(plan), [
    "replace policy.gold",
    "update retention.standard",
    "replace vault.main",
  ]);
  const policy = plan.changes.find(({ type }) => type === "policy");
  assert.deepEqual(policy?.replaceReasons, [
    { path: [], why: "replace_triggered_by names retention.standard.daily, which is updated" },
  ]);
  assert.deepEqual(linesOf(planOf({ desired: desired(3, ["weekly"]), recorded })), [
    "update retention.standard",
  ]);
  assert.deepEqual(
    linesOf(planOf({ desired: desired(3, []), recorded: [] })).filter((line) =>
      line.startsWith("replace"),
    ),
    [],
  );
});

test("create_before_destroy holds for an object and for what it needs", () => {
  const desired = changed("server.orders", { port: 1 }, {}).map((each) =>
    each.type === "backup_set" ? as(each.address, each, { createBeforeDestroy: true }) : each,
  );
  const plan = planOf({ desired, recorded: sampleResources() });
  const server = plan.changes.find(({ type }) => type === "server");
  assert.deepEqual([server?.action, server?.createBeforeDestroy], ["replace", true]);
});

test("what is no longer sensitive is still hidden in this plan, and recorded as open", () => {
  const recorded = sampleResources().map((each) =>
    each.type === "server" ? { ...each, sensitive: [["host"]] } : each,
  );
  const plan = planOf({ desired: sampleResources(), recorded });
  assert.deepEqual(linesOf(plan), ["update server.orders"]);
  const server = plan.changes.find(({ type }) => type === "server");
  assert.deepEqual([server?.sensitive, server?.sensitiveAfter], [[["host"]], []]);
});
