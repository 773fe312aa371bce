import assert from "node:assert/strict";
import { test } from "node:test";
import { importObject } from "../../../core/operations/import-object.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { createWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const request = (address: string, id: string) => ({ address, id, variables: [] });

test("one thing is recorded and nothing else, and the next plan makes only the rest", async () => {
  const world = createWorld();
  world.server.contents.set("Orders", new Map());
  const imported = await importObject(request("server.orders", "orders.example"), world.ports);
  assert.deepEqual(imported, {
    address: "server.orders",
    id: "orders.example",
    found: "1 database (Orders)",
    points: 0,
  });
  const objects = await world.catalog.objects();
  assert.deepEqual(
    objects.map(({ address }) => address),
    ["server.orders"],
  );
  const { plan } = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, world.ports);
  assert.deepEqual(plan.summary, { add: 5, change: 0, destroy: 0, forget: 0, import: 0 });
});

test("what servers say beside is not accepted: nobody saw it", async () => {
  const world = createWorld();
  world.server.contents.set("Orders", new Map());
  await importObject(request("backup_set.orders", "server.orders/Orders"), world.ports);
  assert.deepEqual(await world.catalog.observations(), []);
});

test("what is recorded, has no block or is something else is refused, and nothing is recorded", async () => {
  const world = createWorld();
  world.server.contents.set("Orders", new Map());
  const refused = [
    ["orders", "orders.example", "CLI_USAGE"],
    ["server.other", "orders.example", "IMPORT_NOT_CONFIGURED"],
    ["server.orders", "other.example", "IMPORT_OTHER_THING"],
    ["retention.standard", "x", "PLAN_IMPORT_UNSUPPORTED"],
    ["vault.main", "./vault", "VAULT_MISSING"],
    ["backup_set.orders", "server.orders/Nope", "IMPORT_NOT_FOUND"],
  ] as const;
  for (const [address, id, code] of refused) {
    await assert.rejects(importObject(request(address, id), world.ports), withCode(code), address);
  }
  assert.deepEqual(await world.catalog.objects(), []);
  await importObject(request("server.orders", "orders.example"), world.ports);
  await assert.rejects(
    importObject(request("server.orders", "orders.example"), world.ports),
    withCode("IMPORT_RECORDED"),
  );
});
