import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runHere } from "../support/holdfast-here.ts";
import { type CommandOutcome } from "../support/holdfast-process.ts";

const CONFIGURATION = `
variable "user" { type = string }
locals { login = credential.ci }
credential "ci" {
  type         = "sql_password"
  username     = var.user
  password_env = "ORDERS_PASSWORD"
}
server "orders" {
  kind       = "sql_server"
  host       = "orders.contoso.example"
  credential = local.login
}
`;

async function runIn(text: string, ...words: readonly string[]): Promise<CommandOutcome> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-graph-"));
  try {
    await writeFile(join(directory, "main.hcl"), text);
    return await runHere(words, { directory });
  } finally {
    await rm(directory, { recursive: true });
  }
}

test("graph needs no value of a variable, and leads arrows through locals", async () => {
  const { code, stdout, stderr } = await runIn(CONFIGURATION, "graph");
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^ {2}"server\.orders" -> "credential\.ci";$/m);
  assert.doesNotMatch(stdout, /local|var/);
});

test("graph -all -json shows every block", async () => {
  const { stdout } = await runIn(CONFIGURATION, "graph", "-all", "-json");
  const { nodes } = JSON.parse(stdout) as { readonly nodes: readonly { readonly id: string }[] };
  assert.deepEqual(
    nodes.map(({ id }) => id),
    ["credential.ci", "local.login", "server.orders", "var.user"],
  );
});

test("graph draws a circle in red, tells the error and exits with 1", async () => {
  const circle = "locals {\n  a = local.b\n  b = local.a\n}\n";
  const dot = await runIn(circle, "graph", "-draw-cycles");
  assert.match(dot.stdout, /^ {2}"local\.a" -> "local\.b" \[color=red\];$/m);
  assert.match(dot.stderr, /CONFIG_CYCLE/);
  assert.equal(dot.code, 1);
  const mermaid = await runIn(circle, "graph", "-format=mermaid");
  assert.match(mermaid.stdout, /^ {2}linkStyle 0,1 stroke:red$/m);
});

test("graph refuses a format that it does not have", async () => {
  const { code, stderr } = await runIn(CONFIGURATION, "graph", "-format=svg");
  assert.match(stderr, /-format is dot or mermaid, not svg/);
  assert.equal(code, 1);
});
