import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommandContext } from "../../../cmd/commands/command.ts";
import { parseFlags } from "../../../cmd/commands/flags.ts";
import { command as help } from "../../../cmd/commands/help.ts";
import { command as plan } from "../../../cmd/commands/plan.ts";

async function helpOf(name: string, terminal: CommandContext["terminal"]): Promise<string> {
  let printed = "";
  const context = {
    version: "1.0.0",
    terminal,
    commands: () => Promise.resolve([plan]),
    stdout: (text: string) => {
      printed += text;
    },
  } as unknown as CommandContext;
  assert.equal(await help.run(parseFlags([name], help.flags), context), 0);
  return printed;
}

test("in a terminal what a flag does goes on below its own start", async () => {
  const terminal = { output: true, error: true, input: true, columns: 80 };
  const text = await helpOf("plan", terminal);
  assert.deepEqual(
    text.split("\n").filter((line) => line.length > 80),
    [],
  );
  assert.match(text, /\n {2}-target ADDRESS {12}Only this object,.*\n {29}\S/);
});

test("elsewhere each flag has one line", async () => {
  const terminal = { output: false, error: false, input: false, columns: 80 };
  assert.match(await helpOf("plan", terminal), /\n {2}-target ADDRESS .* Repeatable\.\n/);
});
