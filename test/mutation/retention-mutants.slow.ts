import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Mutant, mutantsOf } from "./mutants.ts";

// Removes or turns each guard of retention and coverage in a copy of the project, and runs their tests there. To run it
// alone: node --test test/mutation/retention-mutants.slow.ts

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ROOMS = ["core/policy/retention", "core/policy/coverage"];
const TESTS = ["test/core/policy/retention", "test/core/policy/coverage"];
const COPIED = ["core/kit", "core/diagnostics", "core/policy", ...TESTS, "package.json"];
/** A mutant that loops for ever is found out, too. */
const PATIENCE = 10_000;

const run = promisify(execFile);

async function copyProject(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-mutants-"));
  for (const path of COPIED) await cp(join(ROOT, path), join(folder, path), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

async function filesIn(folder: string, ending: string): Promise<readonly string[]> {
  const names = await readdir(join(ROOT, folder));
  return names.filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);
}

async function passes(folder: string, tests: readonly string[]): Promise<boolean> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ["--test", "--test-isolation=none", ...tests];
  const limits = { timeout: PATIENCE, killSignal: "SIGKILL", maxBuffer: 2 ** 28 } as const;
  try {
    await run(process.execPath, args, { cwd: folder, env, ...limits });
    return true;
  } catch {
    return false;
  }
}

async function survives(
  folder: string,
  tests: readonly string[],
  { file, mutant }: Planted,
): Promise<boolean> {
  const path = join(folder, file);
  const whole = await readFile(path, "utf8");
  await writeFile(path, mutant.source);
  const survived = await passes(folder, tests);
  await writeFile(path, whole);
  return survived;
}

interface Planted {
  readonly file: string;
  readonly mutant: Mutant;
}

async function plantAll(): Promise<readonly Planted[]> {
  const files = (await Promise.all(ROOMS.map((room) => filesIn(room, ".ts")))).flat();
  const planted = files.map(async (file) => {
    const source = await readFile(join(ROOT, file), "utf8");
    return mutantsOf(source).map((mutant) => ({ file, mutant }));
  });
  return (await Promise.all(planted)).flat();
}

/** What is found out today. The goal is nine of ten; much of what survives changes no result (order of ties, caches). */
const LEAST = 0.8;

test("most mistakes planted in retention and coverage fail a test", async (context) => {
  const tests = (await Promise.all(TESTS.map((folder) => filesIn(folder, ".test.ts")))).flat();
  const waiting = [...(await plantAll())];
  const count = waiting.length;
  const survivors: string[] = [];
  const work = async () => {
    const folder = await copyProject();
    assert.ok(await passes(folder, tests), "the tests pass on what is not changed");
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (!(await survives(folder, tests, next))) continue;
      survivors.push(`${next.file}:${next.mutant.line} ${next.mutant.change}`);
    }
    await rm(folder, { recursive: true });
  };
  await Promise.all([work(), work()]);
  for (const survivor of survivors.sort()) context.diagnostic(`survived: ${survivor}`);
  const killed = count - survivors.length;
  context.diagnostic(`killed ${killed} of ${count} (${Math.floor((100 * killed) / count)} %)`);
  assert.ok(killed >= LEAST * count, `only ${killed} of ${count} were found out`);
});
