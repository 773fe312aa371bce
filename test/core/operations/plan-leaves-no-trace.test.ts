import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { createFolderStore } from "../../../providers/local/folder-store.ts";
import { sampleBlocks } from "../../support/sample-blocks.ts";
import { makeScriptWorld, type ScriptWorld } from "../../support/scripts/script-world.ts";

/** Digest, size, mode and times of everything under the folder: reading a file may not even touch it. */
function traces(folder: string): ReadonlyMap<string, string> {
  const names = [...globSync("**/*", { cwd: folder }), ...globSync("**/.*/**", { cwd: folder })];
  return new Map(
    [...new Set(names)].sort().map((name) => {
      const path = join(folder, name);
      const { size, mode, mtimeMs, ctimeMs, ino } = statSync(path);
      const isFile = statSync(path).isFile();
      const digest = isFile ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
      return [name, [digest, size, mode, mtimeMs, ctimeMs, ino].join(" ")];
    }),
  );
}

/** A script's world whose vaults are folders on the disk. */
async function makeFolderWorld(): Promise<ScriptWorld> {
  const world = await makeScriptWorld();
  world.store = (path) => createFolderStore(path);
  world.servers.change("orders", "up");
  world.servers.change("orders", "Shop");
  await writeFile(join(world.folder, "main.hcl"), CONFIGURATION);
  return world;
}

async function run(world: ScriptWorld, code: number, command: string): Promise<void> {
  const outcome = await world.run(command.split(" "), []);
  assert.equal(outcome.code, code, `${command}\n${outcome.stdout}${outcome.stderr}`);
}

const READING = [
  "plan",
  "plan -refresh=false",
  "plan -refresh-only",
  "plan -destroy",
  "plan -exclude policy.gold",
  "show",
  "show saved.plan",
  "drift",
  "output",
] as const;

test("planning and looking change no byte, no time and no file of catalog, vault and project", async () => {
  await using world = await makeFolderWorld();
  await run(world, 0, "init");
  await run(world, 0, "apply -auto-approve");
  await run(world, 0, "backup orders");
  world.time += 40 * 86_400_000;
  await run(world, 0, "backup orders -type full");
  const main = join(world.folder, "main.hcl");
  await writeFile(main, (await readFile(main, "utf8")).replace("daily    = 10", "daily    = 2"));
  await run(world, 0, "plan -out saved.plan");
  const before = traces(world.folder);
  assert.ok([...before.keys()].some((name) => name.startsWith("vault/packs/")));
  for (const command of READING) {
    await run(world, 0, command);
    assert.deepEqual(traces(world.folder), before, command);
  }
});

test("plan -out writes the file that it names, and nothing else", async () => {
  await using world = await makeFolderWorld();
  await run(world, 0, "init");
  const before = traces(world.folder);
  await run(world, 0, "plan -out saved.plan");
  const after = new Map(traces(world.folder));
  assert.ok(after.delete("saved.plan"));
  assert.deepEqual(after, before);
});

test("a plan without a catalog makes none", async () => {
  await using world = await makeFolderWorld();
  const before = traces(world.folder);
  await run(world, 1, "plan");
  await run(world, 1, "plan -out saved.plan");
  assert.deepEqual(traces(world.folder), before);
});

const CONFIGURATION = `retention "standard" { daily = 10 }\n${sampleBlocks("./vault", "snapshot")}`;
