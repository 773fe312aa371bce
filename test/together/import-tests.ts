import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { APART, type Group, isElsewhere, TOGETHER } from "./rooms.ts";

const tests = dirname(import.meta.dirname);

/** Loads every test of the group, so that they run in this process. Rejects when a folder has none. */
export async function importTests(group: Group): Promise<void> {
  for (const folder of TOGETHER[group]) {
    const files = globSync(`${folder}/**/*.test.ts`, { cwd: tests }).sort();
    if (files.length === 0) throw new Error(`test/${folder} has no test.`);
    const here = files.filter(
      (file) => !isElsewhere(file, folder) && !APART.some((apart) => file.startsWith(`${apart}/`)),
    );
    for (const file of here) await import(pathToFileURL(join(tests, file)).href);
  }
}
