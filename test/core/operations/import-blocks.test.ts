import assert from "node:assert/strict";
import { test } from "node:test";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { DEFAULT_PLAN_OPTIONS, hasChanges } from "../../../core/plan/build-plan.ts";
import type { PlanOptions } from "../../../core/plan/plan.ts";
import { createWorld, EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const planIn = (world: MemoryWorld, options: Partial<PlanOptions> = {}) =>
  makePlan({ options: { ...DEFAULT_PLAN_OPTIONS, ...options }, variables: [] }, world.ports);

async function applyIn(world: MemoryWorld) {
  const planned = await planIn(world);
  const result = await carryOutPlan(planned.plan, planned, world.ports);
  assert.equal(result.status, "successful");
  return planned.plan;
}

function worldWith(imports: string, configuration = EXAMPLE): MemoryWorld {
  const world = createWorld(configuration + imports);
  world.server.contents.set("Orders", new Map([["dbo.T", [Uint8Array.of(1)]]]));
  world.server.contents.set("Shop", new Map([["dbo.T", [Uint8Array.of(2)]]]));
  return world;
}

const DAY = 86_400_000;

const block = (to: string, id: string) => `import {\n  to = ${to}\n  id = "${id}"\n}\n`;

test("a server and its databases are imported, recorded, and then their blocks say nothing", async () => {
  const world = worldWith(
    block("server.orders", "ORDERS.example:1433") + block("backup_set.orders", "server.orders/*"),
  );
  const plan = await applyIn(world);
  assert.deepEqual(plan.summary, { add: 4, change: 0, destroy: 0, forget: 0, import: 2 });
  const server = plan.changes.find(({ address }) => address === "server.orders");
  assert.equal(server?.action, "import");
  assert.equal(server.importing?.id, "ORDERS.example:1433");
  assert.equal(server.importing.found, "2 databases (Orders, Shop)");
  assert.deepEqual(server.before, server.after);
  const recorded = (await world.catalog.objects()).map(({ address }) => address);
  assert.ok(recorded.includes("server.orders" as never));
  assert.ok(!hasChanges((await planIn(world)).plan));
  assert.ok(!hasChanges((await planIn(world, { refresh: false })).plan));
});

test("an imported vault brings its points into a catalog that does not know them", async () => {
  const first = worldWith("");
  await applyIn(first);
  await backUp({ backupSet: "orders", trigger: "manual" }, first.ports);
  const ids = (await first.catalog.points()).map(({ id }) => id);
  const moved = EXAMPLE.replace('backup_set "orders"', 'backup_set "shop"');
  const second = worldWith(
    `${block("vault.main", "./vault")}moved {\n  from = backup_set.orders\n  to = backup_set.shop\n}\n`,
    moved,
  );
  const ports = {
    ...second.ports,
    openFolderStore: (path: string) => first.ports.openFolderStore(path),
  };
  const planned = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, ports);
  assert.deepEqual(await second.catalog.points(), []);
  await carryOutPlan(planned.plan, planned, ports);
  const points = await second.catalog.points();
  assert.deepEqual(points.map(({ id }) => id).sort(), ids.toSorted());
  assert.ok(
    points.every(({ backupSet, state }) => backupSet === "backup_set.shop" && state === "listed"),
  );
  const vault = planned.plan.changes.find(({ address }) => address === "vault.main");
  assert.equal(vault?.importing?.points, 2);
});

test("what the rule of a configured set gives up of an imported vault is hidden with a grace, as planned", async () => {
  const first = worldWith("");
  await applyIn(first);
  await backUp({ backupSet: "orders", trigger: "manual" }, first.ports);
  first.time += 60 * DAY;
  await backUp({ backupSet: "orders", trigger: "manual" }, first.ports);
  const second = worldWith(block("vault.main", "./vault"));
  second.time = first.time;
  const ports = {
    ...second.ports,
    openFolderStore: (path: string) => first.ports.openFolderStore(path),
  };
  const planned = await makePlan({ options: DEFAULT_PLAN_OPTIONS, variables: [] }, ports);
  const purged = planned.plan.recoveryPointChanges.filter(({ change }) => change === "purge");
  assert.equal(purged.length, 2);
  await carryOutPlan(planned.plan, planned, ports);
  const points = await second.catalog.points();
  const hidden = points.filter(({ state }) => state === "tombstoned");
  assert.deepEqual(hidden.map(({ id }) => id).sort(), purged.map(({ id }) => id).sort());
  assert.ok(hidden.every(({ purge }) => purge !== undefined && purge.after > second.time));
});

test("an import never makes a vault", async () => {
  const world = worldWith(block("vault.main", "./vault"));
  await assert.rejects(planIn(world), withCode("VAULT_MISSING"));
  assert.deepEqual(await Array.fromAsync(world.store.list("")), []);
});

const REFUSED: readonly (readonly [string, string, string])[] = [
  ["policy.gold", "gold", "PLAN_IMPORT_UNSUPPORTED"],
  ["server.orders", "orders/example", "IMPORT_ID_INVALID"],
  ["server.orders", "SQL01\\\\PROD", "IMPORT_ID_INVALID"],
  ["server.orders", "orders.example:0", "IMPORT_ID_INVALID"],
  ["server.orders", "other.example", "IMPORT_OTHER_THING"],
  ["server.orders", "orders.example:1444", "IMPORT_OTHER_THING"],
  ["server.other", "other.example", "IMPORT_NOT_CONFIGURED"],
  ["vault.main", "./elsewhere", "IMPORT_OTHER_THING"],
  ["vault.main", "azblob://contosobackup/holdfast", "IMPORT_OTHER_THING"],
  ["backup_set.orders", "server.orders", "IMPORT_ID_INVALID"],
  ["backup_set.orders", "./backups", "IMPORT_ID_INVALID"],
  ["backup_set.orders", "server.orders/Nope", "IMPORT_NOT_FOUND"],
  ["backup_set.orders", "server.orders/Sh*;No*", "IMPORT_NOT_FOUND"],
  ["backup_set.orders", "server.other/Shop", "IMPORT_OTHER_THING"],
];

test("what is no such thing is refused, with the place of the block, and nothing is recorded", async () => {
  for (const [to, id, code] of REFUSED) {
    const world = worldWith(block(to, id));
    await assert.rejects(
      planIn(world),
      ({ diagnostic }: { diagnostic: { code: string; subject?: unknown } }) => {
        assert.equal(diagnostic.code, code, `${to} ${id}`);
        assert.ok(diagnostic.subject !== undefined);
        return true;
      },
    );
    assert.deepEqual(await world.catalog.objects(), []);
  }
});

test("a set that leaves out a database of its import is refused", async () => {
  const only = EXAMPLE.replace('include = ["*"]', 'include = ["Orders"]');
  const world = worldWith(block("backup_set.orders", "orders.example/Shop;Orders"), only);
  await assert.rejects(planIn(world), /does not cover Shop/);
});

test("two imports of one object, and one that nobody looked at, are refused", async () => {
  const once = block("server.orders", "orders.example");
  await assert.rejects(
    planIn(worldWith(once + once)),
    withCode("IMPORT_DUPLICATE", "server.orders"),
  );
  await assert.rejects(
    planIn(worldWith(once), { refresh: false }),
    withCode("IMPORT_NOT_CHECKED", "server.orders"),
  );
});

test("a plan of another part, or one that destroys, leaves imports alone", async () => {
  const world = worldWith(block("server.orders", "other.example"));
  const part = await planIn(world, { targets: ["retention.standard"] });
  assert.equal(part.plan.summary.import, 0);
  assert.equal((await planIn(world, { destroy: true })).plan.summary.import, 0);
});

test("for_each imports several, each with its own id", async () => {
  const servers = EXAMPLE.replaceAll("server.orders", 'server.orders["eu"]').replace(
    'server "orders" {\n  kind       = "sql_server"\n  host       = "orders.example"',
    'server "orders" {\n  for_each = { eu = "eu.example", us = "us.example" }\n  kind = "sql_server"\n  host = each.value',
  );
  const world = worldWith(
    'import {\n  for_each = { eu = "eu.example", us = "us.example:1433" }\n  to = server.orders[each.key]\n  id = each.value\n}\n',
    servers,
  );
  const { plan } = await planIn(world);
  assert.equal(plan.summary.import, 2);
});

test("an id that is made from a secret is refused, and not shown", async () => {
  const secret = 'variable "host" {\n  default = "orders.example"\n  sensitive = true\n}\n';
  const world = worldWith(`${secret}import {\n  to = server.orders\n  id = var.host\n}\n`);
  await assert.rejects(planIn(world), ({ message }: Error) => {
    assert.match(message, /^Sensitive id/);
    assert.doesNotMatch(message, /orders\.example/);
    return true;
  });
});
