import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { load } from "js-yaml";
import type { Command } from "../../cmd/commands/command.ts";
import { parseFlags, requireAtMost } from "../../cmd/commands/flags.ts";

const ROOT = join(import.meta.dirname, "..", "..", "examples");
const FILES = globSync(["github-actions/.github/workflows/*.yml", "azure-pipelines/*.yml"], {
  cwd: ROOT,
}).sort();

async function loadCommand(name: string): Promise<Command> {
  // The cast holds: each module of a command exports it by this name.
  const module = (await import(`../../cmd/commands/${name}.ts`)) as { readonly command: Command };
  return module.command;
}

/** All texts of a document, at whatever depth. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** The words of each `holdfast` that a shell would run. */
function runsOf(file: string): readonly (readonly string[])[] {
  const lines = textsOf(load(readFileSync(join(ROOT, file), "utf8"))).flatMap((text) =>
    text.split("\n"),
  );
  return lines.flatMap((line) => {
    const [, words] = /^\s*holdfast (.*?)(?:\s*(?:\||>|&&).*)?$/.exec(line) ?? [];
    return words === undefined ? [] : [words.split(" ")];
  });
}

test("there are workflows for plan, apply and drift, for GitHub and for Azure", () => {
  assert.deepEqual(
    FILES.map((file) =>
      file
        .replace(/\.yml$/, "")
        .split("/")
        .at(-1),
    ),
    ["apply", "drift", "plan", "apply", "drift", "plan"],
  );
});

for (const file of FILES) {
  test(`${file} runs commands that the command line takes`, async () => {
    const runs = runsOf(file);
    assert.ok(runs.length > 1);
    for (const [name = "", ...words] of runs) {
      const command = await loadCommand(name);
      requireAtMost(command.most, parseFlags(words, command.flags), name);
    }
  });
}
