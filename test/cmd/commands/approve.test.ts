import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openCatalog } from "../../../providers/local/sqlite-catalog.ts";
import { sampleBlocks } from "../../support/sample-blocks.ts";
import { checkOutput } from "../../support/scripts/check-output.ts";
import { recordHistory } from "../../support/scripts/script-points.ts";
import { makeScriptWorld, type ScriptWorld } from "../../support/scripts/script-world.ts";
import { makePerson, type Person } from "../../support/ssh-people.ts";

const REST = sampleBlocks("./vault", "native");

interface Wanted {
  readonly daily: number;
  readonly purge: number;
  readonly people: readonly Person[];
}

async function configure(world: ScriptWorld, { daily, purge, people }: Wanted): Promise<void> {
  const keys = people.map(({ line }) => JSON.stringify(line)).join(", ");
  const rule = `holdfast {\n  approvals {\n    purge = ${purge}\n    keys  = [${keys}]\n  }\n}\n`;
  const retention = `retention "standard" { daily = ${daily} }\n`;
  const text = `${people.length === 0 ? "" : rule}${retention}${REST}`;
  await writeFile(join(world.folder, "main.hcl"), text);
}

async function run(world: ScriptWorld, code: number, command: string): Promise<string> {
  const outcome = await world.run(command.split(" "), []);
  const printed = outcome.stdout + outcome.stderr;
  assert.equal(outcome.code, code, `${command}\n${printed}`);
  return printed;
}

/** An applied configuration with a point of each of nine days, and its rule: two of ada, bob and eve. */
async function makeWorld() {
  const world = await makeScriptWorld();
  world.servers.change("orders", "up");
  world.servers.change("orders", "Shop");
  const people = [
    await makePerson("ada", world.folder),
    await makePerson("bob", world.folder),
    await makePerson("eve", world.folder),
  ];
  await configure(world, { daily: 20, purge: 2, people });
  await run(world, 0, "init");
  await run(world, 0, "apply -auto-approve");
  const days = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((day) =>
    JSON.stringify({
      set: "orders",
      database: "Shop",
      type: "full",
      size: 1000,
      at: `2017-02-0${day}T12:00:00Z`,
    }),
  );
  await writeFile(join(world.folder, "days.ndjson"), `${days.join("\n")}\n`);
  world.time = Date.parse("2017-02-10T12:00:00Z");
  await recordHistory("days.ndjson", world);
  return { world, people };
}

const CUT = "plan -refresh=false -out cut.plan";

test("a plan that purges is applied with as many approvals as the rule asks for, by different keys", async () => {
  const { world, people } = await makeWorld();
  await using _world = world;
  await configure(world, { daily: 2, purge: 2, people });
  await run(world, 0, CUT);
  assert.match(await run(world, 4, "apply cut.plan"), /needs\s+2 approvals and has 0/);
  assert.match(await run(world, 4, "apply -refresh=false -auto-approve"), /APPROVAL_MISSING/);
  await run(world, 4, "approve cut.plan -key ada.key");
  const first = await run(world, 0, "approve cut.plan -key ada.key -auto-approve");
  assert.match(first, /Approved by ada@example \(SHA256:/);
  assert.match(first, /needs 2 approvals and has 1, by ada@example/);
  const again = await run(world, 0, "approve cut.plan -key ada.key -auto-approve");
  assert.match(again, /had approved it before/);
  assert.match(
    await run(world, 4, "apply cut.plan"),
    /ada@example\. One more may come from bob@example/,
  );
  await run(world, 4, "approve cut.plan -key bob.key -json");
  const printed = await run(world, 0, "approve cut.plan -key bob.key -json -auto-approve");
  checkOutput("approve cut.plan -key bob.key -json".split(" "), printed);
  await run(world, 0, "apply cut.plan");
});

test("a plan that lets points expire sooner gives them up, too, and so does an undo", async () => {
  const { world, people } = await makeWorld();
  await using _world = world;
  await configure(world, { daily: 15, purge: 2, people });
  await run(world, 0, CUT);
  assert.match(
    await run(world, 4, "apply cut.plan"),
    /lets 9 recovery points\s.{0,4}expire sooner/s,
  );
  await configure(world, { daily: 30, purge: 2, people });
  await run(world, 0, "apply -refresh=false -auto-approve");
  await configure(world, { daily: 30, purge: 0, people });
  const applies = JSON.parse(await run(world, 0, "state applies -json")) as {
    readonly applies: readonly { readonly id: string }[];
  };
  const [longer, first] = applies.applies.map(({ id }) => id);
  assert.match(await run(world, 4, `apply -undo ${longer} -auto-approve`), /APPROVAL_MISSING/);
  assert.match(await run(world, 4, `apply -undo ${first} -auto-approve`), /Error/);
});

test("a key that is not declared approves nothing, and neither does a signature of another plan", async () => {
  const { world, people } = await makeWorld();
  await using _world = world;
  await makePerson("mallory", world.folder);
  await configure(world, { daily: 2, purge: 2, people });
  await run(world, 0, CUT);
  assert.match(
    await run(world, 4, "approve cut.plan -key mallory.key -auto-approve"),
    /APPROVAL_KEY_UNKNOWN/,
  );
  await run(world, 1, "approve cut.plan -key main.hcl -auto-approve");
  for (const { name } of people)
    await run(world, 0, `approve cut.plan -key ${name}.key -auto-approve`);
  const approvals = await readFile(join(world.folder, "cut.plan.approvals"));
  await run(world, 0, "plan -refresh=false -out other.plan");
  await writeFile(join(world.folder, "other.plan.approvals"), approvals);
  assert.match(await run(world, 4, "apply other.plan"), /has 0/);
});

test("the rule that is recorded decides, whatever the configuration under review says", async () => {
  const { world, people } = await makeWorld();
  await using _world = world;
  const mallory = await makePerson("mallory", world.folder);
  const weaker: readonly Wanted[] = [
    { daily: 2, purge: 0, people },
    { daily: 2, purge: 0, people: [] },
    { daily: 2, purge: 1, people: [mallory] },
    { daily: 20, purge: 0, people },
    { daily: 20, purge: 1, people: [mallory] },
  ];
  for (const wanted of weaker) {
    await configure(world, wanted);
    await run(world, 0, CUT);
    await world.run("approve cut.plan -key mallory.key -auto-approve".split(" "), []);
    assert.match(await run(world, 4, "apply cut.plan"), /needs 2\s+approvals/);
    await run(world, 4, "apply -refresh=false -auto-approve");
  }
  for (const { name } of people.slice(0, 2))
    await run(world, 0, `approve cut.plan -key ${name}.key -auto-approve`);
  await run(world, 0, "apply cut.plan");
  assert.match(await run(world, 0, "plan -refresh=false"), /No changes/);
});

test("nobody takes the rule out of the catalog, and destroy leaves it there", async () => {
  const { world, people } = await makeWorld();
  await using _world = world;
  assert.match(await run(world, 4, "state rm holdfast.approvals"), /STATE_PREVENTED/);
  assert.match(
    await run(world, 4, "state mv holdfast.approvals holdfast.other"),
    /STATE_PREVENTED/,
  );
  const moved = join(world.folder, "moved.hcl");
  await writeFile(moved, "moved {\n  from = holdfast.approvals\n  to   = holdfast.other\n}\n");
  assert.match(await run(world, 1, "plan -target holdfast.other"), /PLAN_MOVE_INVALID/);
  const removed = "removed {\n  from = holdfast.approvals\n  lifecycle { destroy = false }\n}\n";
  await writeFile(moved, removed);
  await configure(world, { daily: 20, purge: 0, people: [] });
  await run(world, 4, "apply -refresh=false -auto-approve");
  await writeFile(moved, "");
  await run(world, 0, "destroy -auto-approve");
  assert.equal((await run(world, 0, "state list")).trim(), "holdfast.approvals");
  await configure(world, { daily: 20, purge: 0, people });
  await run(world, 4, "apply -refresh=false -auto-approve");
});

test("a plan is applied in its time, once, and in its own catalog", async () => {
  const { world, people } = await makeWorld();
  await using _world = world;
  await configure(world, { daily: 30, purge: 2, people });
  await run(world, 0, "plan -refresh=false -out w.plan -valid-for 2h");
  world.time += 2 * 3_600_000;
  assert.match(await run(world, 4, "apply w.plan"), /PLAN_EXPIRED/);
  assert.match(await run(world, 4, "approve w.plan -auto-approve"), /PLAN_EXPIRED/);
  assert.match(await run(world, 0, "show w.plan"), /daily/);
  world.time -= 90 * 60_000;
  await run(world, 0, "apply w.plan");
  assert.match(await run(world, 4, "apply w.plan"), /PLAN_STALE/);
  await run(world, 4, "approve w.plan -auto-approve");
  for (const wrong of ["0s", "31d", "soon"])
    await run(world, 1, `plan -refresh=false -out w.plan -valid-for ${wrong}`);

  const plan = await readFile(join(world.folder, "w.plan"));
  await using other = await makeScriptWorld();
  await configure(other, { daily: 30, purge: 2, people });
  await writeFile(join(other.folder, "w.plan"), plan);
  assert.match(await run(other, 1, "show w.plan"), /PLAN_CATALOG_MISSING/);
  await run(other, 0, "init");
  for (const command of ["show w.plan", "apply w.plan", "approve w.plan"])
    assert.match(await run(other, 4, command), /PLAN_FOREIGN/);
});

test("a rule that nobody can meet, and a key that cannot sign, are errors of the configuration", async () => {
  const { world, people } = await makeWorld();
  await using _world = world;
  await configure(world, { daily: 20, purge: 4, people });
  assert.match(await run(world, 1, "validate"), /nobody could ever approve/);
  const broken = { name: "x", line: "ssh-ed25519 AAAA x" };
  await configure(world, { daily: 20, purge: 1, people: [...people, broken] });
  assert.match(await run(world, 1, "validate"), /is not a public\s.{0,4}SSH key/s);
});

test("a plan file holds no secret, and what is behind its seal none either", async () => {
  const { world, people } = await makeWorld();
  await using _world = world;
  await configure(world, { daily: 30, purge: 2, people });
  await run(world, 0, "plan -out w.plan");
  const { openPlanFile } = await import("../../../core/operations/plan-files.ts");
  const ports = await world.ports(
    { emit: () => undefined },
    { directory: world.folder, signal: new AbortController().signal, remember: () => undefined },
  );
  const { bytes, ...content } = await openPlanFile("w.plan", ports);
  assert.ok(content.sources.some(({ text }) => text.includes("TEST_PASSWORD")));
  assert.deepEqual(
    content.observations.map(({ server }) => server),
    ["server.orders"],
  );
  await using catalog = await openCatalog(join(world.folder, ".holdfast/catalog.db"));
  const key = Buffer.from((await catalog.planKey()) ?? []).toString("hex");
  assert.equal(key.length, 64);
  const inside = JSON.stringify(content);
  for (const secret of [
    ...["TEST_PASSWORD", "TEST_KEY"].map((name) => world.environment.get(name)),
    key,
  ]) {
    assert.ok(secret !== undefined && !inside.includes(secret));
    assert.ok(!Buffer.from(bytes).includes(secret));
  }
});
