import { globSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runScript } from "../support/scripts/run-script.ts";

const FOLDER = import.meta.dirname;
const UPDATE = process.env["UPDATE_SCRIPTS"] === "1";
/** Only files with this text in their name. */
const ONLY = process.env["SCRIPT"] ?? "";

for (const name of globSync("**/*.script", { cwd: FOLDER }).sort()) {
  if (!name.includes(ONLY)) continue;
  const path = join(FOLDER, name);
  const text = await readFile(path, "utf8");
  const [title = ""] = text.split("\n", 1);
  test(`${name}: ${title}`, async () => {
    const written = await runScript(text, UPDATE);
    if (UPDATE && written !== text) await writeFile(path, written);
  });
}
