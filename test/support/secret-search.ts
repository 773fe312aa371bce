import assert from "node:assert/strict";
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CommandOutcome } from "./holdfast-process.ts";

/** How a secret could stand in a file or on a screen: as text, in SQL Server's encoding, as base64, as the bytes of its digits. */
function formsOf(secret: string): readonly Buffer[] {
  if (secret === "") return [];
  const text = Buffer.from(secret, "utf8");
  const forms = [text, Buffer.from(secret, "utf16le"), Buffer.from(text.toString("base64"))];
  return /^(?:[0-9a-f]{2}){16,}$/i.test(secret) ? [...forms, Buffer.from(secret, "hex")] : forms;
}

/** Fails when a secret stands in what a command printed. */
export function assertNoSecretIn(outcome: CommandOutcome, secrets: readonly string[]): void {
  const printed = Buffer.from(outcome.stdout + outcome.stderr);
  for (const form of secrets.flatMap(formsOf)) {
    assert.ok(!printed.includes(form), "a command printed a secret");
  }
}

/** Fails when a secret stands in any file under the folder, hidden ones included. */
export function assertNoSecretUnder(folder: string, secrets: readonly string[]): void {
  const names = [...globSync("**/*", { cwd: folder }), ...globSync("**/.*/**", { cwd: folder })];
  const forms = secrets.flatMap(formsOf);
  for (const name of new Set(names)) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    const bytes = readFileSync(path);
    assert.ok(!forms.some((form) => bytes.includes(form)), `${name} holds a secret`);
  }
}
