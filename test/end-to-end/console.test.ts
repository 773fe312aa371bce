import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openDialogue, pipeThrough } from "../support/piped-holdfast.ts";

const VALID = `
variable "region" {}
variable "later" { type = string }
locals {
  days  = [for n in range(3) : n * 7]
  label = "r-\${var.region}"
}
credential "ci" {
  type         = "sql_password"
  username     = "backup"
  password_env = "ORDERS_PASSWORD"
}
server "orders" {
  kind       = "sql_server"
  host       = "orders.contoso.example"
  credential = credential.ci
}
`;

const BROKEN = `
locals {
  fine = upper("x")
  one  = local.two
  two  = local.one
}
`;

async function withFolder(
  files: Readonly<Record<string, string>>,
  act: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-console-"));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
    await act(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

function parseAll(stdout: string): unknown[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
}

const FAILED = /^\{"ok":false,"error":"[^"]+: /;

test("console -json answers each line before the next one is written, without a configuration", async () => {
  await withFolder({}, async (directory) => {
    await using dialogue = openDialogue(["console", "-json"], { directory });
    assert.equal(await dialogue.ask("1 + 1"), '{"ok":true,"value":2}');
    assert.match(await dialogue.ask(""), FAILED);
    assert.equal(await dialogue.ask('upper("é")\r'), '{"ok":true,"value":"É"}');
    assert.match(await dialogue.ask("[1,"), FAILED);
    assert.match(await dialogue.ask("exit"), FAILED);
    assert.match(await dialogue.ask("var.region"), FAILED);
    assert.equal(
      await dialogue.ask('{ a = sensitive("x"), b = toset([2, 1]) }'),
      '{"ok":true,"value":{"a":{"$marked":{"value":"x","mark":"sensitive"}},"b":[1,2]}}',
    );
    assert.equal(await dialogue.finish(), 0);
  });
});

test("console -json gives as many lines as it got, whatever they hold", async () => {
  await withFolder({}, async (directory) => {
    const lines = [
      Buffer.from("1\n\n  \nfoo\n"),
      Buffer.of(0xff, 0xfe, 0x0a, 0x00, 0x0a, 0x22, 0x0d, 0x0a),
      Buffer.from(`${"[".repeat(5000)}\n`),
      Buffer.from(`"${"x".repeat(1_000_000)}"\n`),
      Buffer.from("<<EOT\n2"),
    ];
    const { code, stdout } = await pipeThrough(["console", "-json"], Buffer.concat(lines), {
      directory,
    });
    const answers = parseAll(stdout) as { readonly ok: boolean }[];
    assert.deepEqual(
      answers.map(({ ok }) => ok),
      [true, false, false, false, false, false, false, false, true, false, true],
    );
    assert.equal(code, 0);
  });
});

test("console -json knows variables, locals and blocks, and what is not known", async () => {
  await withFolder({ "main.hcl": VALID }, async (directory) => {
    const lines = [
      "var.region",
      "local.label",
      "local.days[2]",
      "server.orders",
      "server.orders.host",
      "var.later",
    ];
    const words = ["console", "-json", "-var", "region=eu"];
    const { stdout, stderr } = await pipeThrough(words, lines.join("\n"), { directory });
    const values = ["eu", "r-eu", 14, "server.orders", "orders.contoso.example", { $unknown: {} }];
    assert.deepEqual(
      parseAll(stdout),
      values.map((value) => ({ ok: true, value })),
    );
    assert.equal(stderr, "");
  });
});

test("console -json works with what is whole in a broken configuration", async () => {
  await withFolder({ "main.hcl": BROKEN }, async (directory) => {
    const lines = "local.fine\nlocal.one\nmax(1, 2)\n";
    const { code, stdout, stderr } = await pipeThrough(["console", "-json"], lines, { directory });
    const [fine, one, max] = parseAll(stdout);
    assert.deepEqual(
      [fine, max],
      [
        { ok: true, value: "X" },
        { ok: true, value: 2 },
      ],
    );
    assert.match(JSON.stringify(one), FAILED);
    assert.match(stderr, /Error: /);
    assert.equal(code, 0);
  });
});

test("people's console prints values, goes on over lines and stops at the first error", async () => {
  await withFolder({}, async (directory) => {
    const input = "[\n  1,\n]\n\ntype(1)\n<<EOT\nhi\nEOT\nnothing + 1\n2\n";
    const { code, stdout, stderr } = await pipeThrough(["console"], input, { directory });
    assert.equal(stdout, "[\n  1,\n]\nnumber\n<<EOT\nhi\n\nEOT\n");
    assert.match(stderr, /on <console-input> line 1:\n│ {4}1: nothing \+ 1\n│ {7}\^{7}\n/);
    assert.equal(code, 1);
    const open = await pipeThrough(["console"], "(1", { directory });
    assert.equal(open.code, 1);
    assert.deepEqual(await pipeThrough(["console"], "1\nexit\nnothing\n", { directory }), {
      code: 0,
      stdout: "1\n",
      stderr: "",
    });
  });
});

test("SIGTERM ends a console that waits for a line", {
  skip: process.platform === "win32",
}, async () => {
  await withFolder({}, async (directory) => {
    await using dialogue = openDialogue(["console", "-json"], { directory });
    await dialogue.ask("1");
    assert.equal(await dialogue.kill("SIGTERM"), 130);
  });
});

test("a variable cannot be set where no configuration declares it", async () => {
  await withFolder({}, async (directory) => {
    const { code, stderr } = await pipeThrough(["console", "-var", "a=1"], "1\n", { directory });
    assert.equal(code, 1);
    assert.match(stderr, /CLI_USAGE/);
  });
});

test("a folder that is not there is an error, not a console without a configuration", async () => {
  await withFolder({}, async (directory) => {
    const args = ["-chdir=nowhere", "console", "-json"];
    const { code, stdout } = await pipeThrough(args, "1\n", { directory });
    assert.equal(code, 1);
    assert.match(stdout, /"code":"FILE_UNREADABLE".*nowhere/);
  });
});
