import assert from "node:assert/strict";
import { test } from "node:test";
import { backUp } from "../../../core/operations/backup.ts";
import { examineVaults } from "../../../core/operations/doctor.ts";
import { runInit } from "../../../core/operations/init.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { nextBackups } from "../../../core/operations/run-schedule.ts";
import { verifyVaults } from "../../../core/operations/verify.ts";
import { DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { applyAll, createAppliedWorld } from "../../support/applied-world.ts";
import { createWorld, EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

/** The same backup set, in a module. */
const MODULE = `
variable "server" {}
variable "vault" {}
retention "standard" { daily = 10 }
policy "gold" {
  method    = "snapshot"
  retention = retention.standard
  full { schedule = "0 12 * * WED" }
}
backup_set "orders" {
  server = var.server
  policy = policy.gold
  vault  = var.vault
  databases { include = ["*"] }
}
`;

const SERVER_AND_VAULT = EXAMPLE.slice(0, EXAMPLE.indexOf("retention"));

const WITH_MODULE = `${SERVER_AND_VAULT}
module "region" {
  source   = "./region"
  for_each = toset(["eu"])
  server   = server.orders
  vault    = vault.main
}
moved {
  from = backup_set.orders
  to   = module.region["eu"].backup_set.orders
}
`;

async function planOf(world: MemoryWorld, options = {}) {
  const { plan } = await makePlan(
    { options: { ...DEFAULT_PLAN_OPTIONS, ...options }, variables: [] },
    world.ports,
  );
  return plan;
}

test("a set that moves into a module keeps its points, is verified, backed up and scheduled there", async () => {
  const world = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  const before = (await listPoints({}, world.ports)).recovery_points.map(({ id }) => id);
  world.configuration = WITH_MODULE;
  world.modules.set("region", { "main.hcl": MODULE });
  await applyAll(world.ports);
  const address = 'module.region["eu"].backup_set.orders';
  const listing = await listPoints({ backupSet: "orders" }, world.ports);
  assert.deepEqual(
    listing.recovery_points.map(({ id, backup_set, retained_by }) => [id, backup_set, retained_by]),
    before.map((id) => [id, address, ["daily"]]),
  );
  const [verdict] = await verifyVaults({ readData: 1 }, world.ports);
  assert.deepEqual([verdict?.report.problems, verdict?.missingPoints], [[], []]);
  const job = await backUp({ backupSet: address, trigger: "manual" }, world.ports);
  assert.deepEqual([job.status, job.subject], ["successful", address]);
  const [due] = await nextBackups(world.ports.clock.now(), world.ports);
  assert.equal(due?.backupSet, address);
  assert.deepEqual((await planOf(world)).summary, {
    add: 0,
    change: 0,
    destroy: 0,
    forget: 0,
    import: 0,
  });
});

test("init fetches repositories, and those that they call, once; -upgrade again", async () => {
  const world = createWorld(`${EXAMPLE}
module "a" { source = "git::https://me:hunter2@git.example/a.git?ref=v1" }
`);
  world.repositories.set("https://me:hunter2@git.example/a.git", {
    "main.hcl": 'module "b" { source = "git::https://git.example/b.git" }',
  });
  world.repositories.set("https://git.example/b.git", {
    "main.hcl": 'retention "b" { daily = 1 }',
  });
  const first = await runInit(world.ports);
  assert.deepEqual(
    first.modules.map(({ url, ref, state }) => [url, ref, state]),
    [
      ["https://git.example/a.git", "v1", "fetched"],
      ["https://git.example/b.git", null, "fetched"],
    ],
  );
  const again = await runInit(world.ports);
  assert.deepEqual(
    again.modules.map(({ state }) => state),
    ["present", "present"],
  );
  assert.equal(world.fetched.length, 2);
  await runInit(world.ports, { variables: [], upgrade: true });
  assert.equal(world.fetched.length, 4);
});

const DATA = `
data "databases" "shop" { server = server.orders }
retention "each" {
  for_each = toset(data.databases.shop.names)
  daily    = 3
}
`;

test("a plan asks the server that a data block names, and goes on with what it said", async () => {
  const world = createWorld(EXAMPLE + DATA);
  world.server.contents.set("db1", new Map());
  world.server.contents.set("db2", new Map());
  world.server.contents.set("db2_holdfast_0123abcd", new Map());
  const plan = await planOf(world);
  const retentions = plan.changes.filter(({ type }) => type === "retention");
  assert.deepEqual(
    retentions.map(({ address }) => address),
    ['retention.each["db1"]', 'retention.each["db2"]', "retention.standard"],
  );
  assert.equal((await planOf(world)).observedDigest, plan.observedDigest);
  world.server.contents.set("db3", new Map());
  assert.notEqual((await planOf(world)).observedDigest, plan.observedDigest);
});

test("without refresh a data block of a server is refused, and recovery points are read", async () => {
  const world = createWorld(EXAMPLE + DATA);
  await assert.rejects(
    planOf(world, { refresh: false }),
    withCode("DATA_NOT_READ", "data.databases.shop", "-refresh=false"),
  );
  const points = createWorld(`${EXAMPLE}
data "recovery_points" "orders" { backup_set = backup_set.orders }
output "points" { value = length(data.recovery_points.orders.recovery_points) }
`);
  const plan = await planOf(points, { refresh: false });
  assert.deepEqual(plan.outputs, [{ name: "points", value: 0, sensitive: false }]);
});

test("a set that is about to move has its points in data too", async () => {
  const world = await createAppliedWorld();
  await backUp({ backupSet: "orders", trigger: "manual" }, world.ports);
  world.configuration = `${EXAMPLE.replaceAll('backup_set "orders"', 'backup_set "shop"')}
moved {
  from = backup_set.orders
  to   = backup_set.shop
}
data "recovery_points" "shop" { backup_set = backup_set.shop }
output "points" { value = data.recovery_points.shop.recovery_points[*].backup_set }
`;
  const plan = await planOf(world);
  assert.deepEqual(plan.outputs[0]?.value, ["backup_set.shop", "backup_set.shop"]);
});

test("a data block may need what another gave", async () => {
  const chained = createWorld(`${EXAMPLE}
data "databases" "other" { server = server.other }
output "names" { value = data.databases.other.names }
server "other" {
  kind       = "sql_server"
  host       = "orders.example"
  port       = 1433 + length(data.databases.shop.names)
  credential = credential.ci
}
data "databases" "shop" { server = server.orders }
`);
  const plan = await planOf(chained);
  assert.equal(plan.changes.length, 7);
  assert.deepEqual(plan.outputs[0]?.value, []);
});

test("a destroy asks for no data, and keeps what is protected", async () => {
  const world = await createAppliedWorld();
  const ports = {
    ...world.ports,
    openServer: () => Promise.reject(new Error("a server was asked")),
  };
  const request = { options: { ...DEFAULT_PLAN_OPTIONS, destroy: true }, variables: [] };
  world.configuration = EXAMPLE + DATA;
  const { plan } = await makePlan(request, ports);
  assert.deepEqual(plan.summary, { add: 0, change: 0, destroy: 6, forget: 0, import: 0 });
  const lifecycle = "lifecycle { prevent_destroy = true }";
  world.configuration = EXAMPLE.replace("  host ", `  ${lifecycle}\n  host `) + DATA;
  await assert.rejects(makePlan(request, ports), withCode("PLAN_PREVENTED", "server.orders"));
});

test("of the variables, those that are sensitive or ephemeral are not to be shown", async () => {
  const world = createWorld(`${EXAMPLE}
variable "open" { default = 1 }
variable "hidden" {
  default   = 2
  sensitive = true
}
variable "fleeting" {
  default   = 3
  ephemeral = true
}
`);
  const request = { options: DEFAULT_PLAN_OPTIONS, variables: [] };
  const { openVariables } = await makePlan(request, world.ports);
  assert.deepEqual(openVariables, ["open"]);
});

test("doctor tries vaults without the data that other blocks need", async () => {
  const world = await createAppliedWorld();
  world.configuration = `${EXAMPLE}
data "databases" "orders" { server = server.orders }
output "names" { value = data.databases.orders.names }
`;
  const [diagnosis] = await examineVaults({ vault: undefined, variables: [] }, world.ports);
  assert.equal(diagnosis?.vault, "vault.main");
  world.configuration = world.configuration.replace(
    /path *= *"[^"]*"/,
    'path = join("", data.databases.orders.names)',
  );
  await assert.rejects(
    examineVaults({ vault: undefined, variables: [] }, world.ports),
    withCode("DATA_NOT_READ"),
  );
});
