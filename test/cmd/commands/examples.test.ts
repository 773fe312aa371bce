import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Command } from "../../../cmd/commands/command.ts";
import { parseFlags, requireAtMost } from "../../../cmd/commands/flags.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "..", "cmd", "commands");

async function loadCommands(): Promise<readonly Command[]> {
  const found: Command[] = [];
  for (const file of readdirSync(FOLDER)) {
    const module = (await import(join(FOLDER, file))) as { readonly command?: Command };
    if (module.command !== undefined) found.push(module.command);
  }
  return found;
}

/** The words of an example as a shell would cut them. */
function wordsOf(example: string): string[] {
  return [...example.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? "",
  );
}

const COMMANDS = await loadCommands();

test("the examples of the help are commands that the command line takes", () => {
  assert.ok(COMMANDS.length >= 14);
  for (const { name, examples } of COMMANDS) {
    assert.ok(examples.length > 0, name);
    for (const example of examples) {
      const [program, ...words] = wordsOf(example).filter((word) => !word.startsWith("-chdir="));
      assert.equal(program, "holdfast");
      const command = COMMANDS.find((each) => each.name === words[0]);
      assert.ok(command, example);
      const flags = parseFlags(words.slice(1), command.flags);
      requireAtMost(command.most, flags, command.name);
    }
  }
});

test("a usage line names only flags that the command has", () => {
  for (const { name, usage, flags } of COMMANDS) {
    const named = [...usage.matchAll(/(?<![\w])-([a-z-]+)/g)].map(([, flag]) => flag);
    const known = new Set(flags.map((flag) => flag.name));
    assert.deepEqual(
      named.filter((flag) => !known.has(flag ?? "")),
      [],
      name,
    );
  }
});

test("every flag that takes a value says what stands for it", () => {
  for (const { name, flags } of COMMANDS) {
    for (const flag of flags) {
      assert.ok(flag.kind === "switch" || flag.placeholder !== undefined, `${name} -${flag.name}`);
      assert.match(flag.description, /\.$/, `${name} -${flag.name}`);
    }
  }
});
