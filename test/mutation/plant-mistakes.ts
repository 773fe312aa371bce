import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { sharedData } from "../support/shared-data.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const COPIED = ["core", "schemas", "test", "package.json"];
/** Milliseconds. A mutant that loops for ever is found out, too. */
const PATIENCE = 20_000;

const run = promisify(execFile);

/** Folders of code, and the tests that ought to find out what is wrong in them: folders or files. */
export interface Ground {
  readonly rooms: readonly string[];
  readonly tests: readonly string[];
}

/** What came of it. `survivors` are written `file:line change`, in order. */
export interface Harvest {
  readonly planted: number;
  readonly survivors: readonly string[];
}

interface Planted {
  readonly file: string;
  readonly mutant: Mutant;
}

/** Plants each mistake alone, in two copies of the project, and runs the tests there. The project is not touched. */
export async function plantMistakes({ rooms, tests }: Ground): Promise<Harvest> {
  const files = (await Promise.all(tests.map((folder) => filesIn(folder, ".test.ts")))).flat();
  const waiting = [...(await plantAll(rooms))];
  const planted = waiting.length;
  const survivors: string[] = [];
  const work = async () => {
    const folder = await copyProject();
    assert.ok(await passes(folder, files), "the tests pass on what is not changed");
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (!(await survives(folder, files, next))) continue;
      survivors.push(`${next.file}:${next.mutant.line} ${next.mutant.change}`);
    }
    await rm(folder, { recursive: true });
  };
  await Promise.all([work(), work()]);
  return { planted, survivors: survivors.sort() };
}

async function copyProject(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-mutants-"));
  for (const path of COPIED) await cp(join(ROOT, path), join(folder, path), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

async function filesIn(folder: string, ending: string): Promise<readonly string[]> {
  if (folder.endsWith(ending)) return [folder];
  const names = await readdir(join(ROOT, folder));
  return names.filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);
}

async function plantAll(rooms: readonly string[]): Promise<readonly Planted[]> {
  const files = (await Promise.all(rooms.map((room) => filesIn(room, ".ts")))).flat();
  const planted = files.map(async (file) => {
    const source = await readFile(join(ROOT, file), "utf8");
    return mutantsOf(source).map((mutant) => ({ file, mutant }));
  });
  return (await Promise.all(planted)).flat();
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

async function passes(folder: string, tests: readonly string[]): Promise<boolean> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const shared = sharedData();
  if (shared !== undefined) env["HOLDFAST_SHARED"] = shared;
  const args = ["--test", "--test-isolation=none", ...tests];
  const limits = { timeout: PATIENCE, killSignal: "SIGKILL", maxBuffer: 2 ** 28 } as const;
  try {
    await run(process.execPath, args, { cwd: folder, env, ...limits });
    return true;
  } catch {
    return false;
  }
}
