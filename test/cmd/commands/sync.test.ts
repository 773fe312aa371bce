import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { sampleBlocks } from "../../support/sample-blocks.ts";
import { recordHistory } from "../../support/scripts/script-points.ts";
import { makeScriptWorld, type ScriptWorld } from "../../support/scripts/script-world.ts";
import { makePerson, type Person } from "../../support/ssh-people.ts";

/** Catalog and vault stand beside the checkout. */
const REST = sampleBlocks("../vault", "native");

function git(world: ScriptWorld, ...words: readonly string[]): void {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
  execFileSync("git", [...identity, ...words], { cwd: world.folder, stdio: "ignore" });
}

interface Wanted {
  readonly daily: number;
  readonly people: readonly Person[];
  readonly more?: string;
}

async function commit(world: ScriptWorld, { daily, people, more = "" }: Wanted): Promise<void> {
  const keys = people.map(({ line }) => JSON.stringify(line)).join(", ");
  const text = `holdfast {
  catalog "local" { path = "../.holdfast/catalog.db" }
  sync { auto_apply = "non_destructive" }
  approvals {
    purge = 2
    keys  = [${keys}]
  }
}
retention "standard" { daily = ${daily} }
${REST}${more}`;
  await writeFile(join(world.folder, "origin", "main.hcl"), text);
  git(world, "-C", "origin", "add", "-A");
  git(world, "-C", "origin", "commit", "-m", `daily = ${daily}`);
}

async function run(world: ScriptWorld, code: number, command: string): Promise<string> {
  const outcome = await world.run(command.split(" "), []);
  const printed = outcome.stdout + outcome.stderr;
  assert.equal(outcome.code, code, `${command}\n${printed}`);
  return printed;
}

const SYNC = "sync -repo clone -once";
const WAITING = ".holdfast/sync/waiting.plan";

const approve = (world: ScriptWorld, name: string) =>
  run(world, 0, `-chdir=clone approve ${WAITING} -key ../${name}.key -auto-approve`);

async function backUpOn(world: ScriptWorld, ...days: readonly number[]): Promise<void> {
  const entry = { set: "orders", database: "Shop", type: "full", size: 1000 };
  const lines = days.map((day) => {
    const at = `2017-02-${String(day).padStart(2, "0")}T12:00:00Z`;
    return JSON.stringify({ ...entry, at });
  });
  const file = `days-${days[0]}.ndjson`;
  await writeFile(join(world.folder, file), `${lines.join("\n")}\n`);
  await recordHistory(file, world);
}

/** A branch that was applied by three people's rule. */
async function makeFollowedWorld() {
  const world = await makeScriptWorld();
  world.servers.change("orders", "Shop");
  const people = [
    await makePerson("ada", world.folder),
    await makePerson("bob", world.folder),
    await makePerson("eve", world.folder),
  ];
  git(world, "init", "-b", "main", "origin");
  await mkdir(join(world.folder, ".holdfast"));
  await commit(world, { daily: 20, people });
  git(world, "clone", "origin", "clone");
  assert.match(await run(world, 0, SYNC), /applied\. 7 added/);
  return { world, people };
}

/** The same with a point of each of nine days. */
async function makeWorld() {
  const { world, people } = await makeFollowedWorld();
  world.time = Date.parse("2017-02-10T11:00:00Z");
  await backUpOn(world, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  assert.match(await run(world, 0, SYNC), /in sync/);
  return { world, people };
}

test("a purge waits for its approvals, which a backup in between does not end", async () => {
  const { world, people } = await makeWorld();
  await using _world = world;
  await commit(world, { daily: 2, people });
  const waits = await run(world, 4, SYNC);
  assert.match(waits, /waits for 2 approvals/);
  assert.match(waits, /- retention\.standard keeps daily 2 and not 20/);
  assert.match(waits, /- 7 recovery points are purged/);
  await approve(world, "ada");
  world.time = Date.parse("2017-02-10T13:00:00Z");
  await backUpOn(world, 10);
  assert.match(await run(world, 4, SYNC), /waits for 1 approval\./);
  await approve(world, "bob");
  assert.match(await run(world, 4, `-chdir=clone apply ${WAITING}`), /PLAN_STALE/);
  assert.match(await run(world, 0, SYNC), /applied\. 0 added, 1 changed/);
  assert.match(await run(world, 0, SYNC), /in sync/);
});

test("approvals of one plan are none of the next, which purges more", async () => {
  const { world, people } = await makeWorld();
  await using _world = world;
  await commit(world, { daily: 4, people });
  assert.match(await run(world, 4, SYNC), /- 5 recovery points are purged/);
  await approve(world, "ada");
  await approve(world, "eve");
  await commit(world, { daily: 2, people });
  assert.match(await run(world, 4, SYNC), /waits for 2 approvals[^]*7 recovery points/);
});

test("a reviewed plan is applied as it is now, unless that does more", async () => {
  const { world, people } = await makeWorld();
  await using _world = world;
  await commit(world, { daily: 30, people });
  git(world, "-C", "clone", "pull", "origin", "main");
  await run(world, 0, "-chdir=clone plan -out ../reviewed.plan");
  world.time = Date.parse("2017-02-10T13:00:00Z");
  await backUpOn(world, 10);
  assert.match(await run(world, 4, "-chdir=clone apply ../reviewed.plan"), /PLAN_STALE/);
  await commit(world, { daily: 31, people });
  git(world, "-C", "clone", "pull", "origin", "main");
  const more = await run(world, 4, "-chdir=clone apply ../reviewed.plan -replan");
  assert.match(more, /PLAN_STALE/);
  git(world, "-C", "clone", "reset", "--hard", "HEAD~1");
  const done = await run(world, 0, "-chdir=clone apply ../reviewed.plan -replan");
  assert.match(done, /0 added, 1 changed, 0 destroyed/);
  assert.match(await run(world, 1, "-chdir=clone apply -replan"), /-replan needs FILE/);
});

test("how many approvals are needed what is applied says, and not what was approved", async () => {
  const { world, people } = await makeFollowedWorld();
  await using _world = world;
  world.time = Date.parse("2017-02-10T11:00:00Z");
  await commit(world, { daily: 10, people });
  assert.match(await run(world, 4, SYNC), /waits for 1 approval/);
  await backUpOn(world, 9);
  await approve(world, "ada");
  assert.match(
    await run(world, 4, SYNC),
    /waits for 1 approval[^]*1 recovery point is kept for less/,
  );
  await approve(world, "bob");
  assert.match(await run(world, 0, SYNC), /applied\. 0 added, 1 changed/);
});

test("a point that only its being the newest keeps is given up with approvals", async () => {
  const { world, people } = await makeFollowedWorld();
  await using _world = world;
  world.time = Date.parse("2017-02-10T11:00:00Z");
  await backUpOn(world, 1);
  await commit(world, { daily: 2, people });
  const waits = await run(world, 4, SYNC);
  assert.match(waits, /waits for 2 approvals[^]*1 recovery point is kept for less time/);
});

test("orphans get an end only with approvals, however a rule comes to decide about them", async () => {
  const { world } = await makeWorld();
  await using _world = world;
  await run(world, 0, "-chdir=clone state rm backup_set.orders");
  const waits = await run(world, 4, SYNC);
  assert.match(waits, /waits for 2 approvals[^]*9 recovery points are kept for less time/);
});

test("drift that nobody saw is told again", async () => {
  const { world, people } = await makeWorld();
  await using _world = world;
  world.servers.change("orders", "Shop recovery_model=simple");
  world.time = Date.parse("2017-02-10T13:00:00Z");
  await commit(world, { daily: 30, people });
  assert.match(await run(world, 0, SYNC), /applied\. 0 added, 1 changed/);
  assert.match(await run(world, 0, "-chdir=clone drift"), /Drift: 1 change/);
});

test("a commit that names another catalog, and one that lifts a protection, wait", async () => {
  const { world, people } = await makeWorld();
  await using _world = world;
  const more = 'retention "old" {\n  daily = 1\n  lifecycle { prevent_destroy = true }\n}\n';
  await commit(world, { daily: 20, people, more });
  assert.match(await run(world, 0, SYNC), /applied\. 1 added/);
  await commit(world, { daily: 20, people, more: more.replace("true", "false") });
  assert.match(await run(world, 4, SYNC), /- retention\.old may be removed from then on/);
  const main = join(world.folder, "origin", "main.hcl");
  const text = await readFile(main, "utf8");
  await writeFile(main, text.replace("catalog.db", "other.db"));
  git(world, "-C", "origin", "commit", "-am", "another catalog");
  assert.match(await run(world, 4, SYNC), /- the catalog is another one/);
});
