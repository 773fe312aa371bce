import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { databasePages } from "../support/database-pages.ts";
import { runHoldfast } from "../support/holdfast-process.ts";

const KEY = "7e57".repeat(16);
/** Enough that threads are started: 16 MiB. */
const PAGES = databasePages("streams", { first: 8, count: 2048 });

let directory = "";

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdfast-streams-"));
  await writeFile(join(directory, "orders.bak"), PAGES);
  const made = await run("init", "vault");
  assert.equal(made.code, 0, made.stderr);
});

after(() => rm(directory, { recursive: true }));

function run(...words: readonly string[]) {
  return runHoldfast(["vault", ...words], { directory, environment: { HOLDFAST_VAULT_KEY: KEY } });
}

test("a file that was put comes back byte for byte", async () => {
  const put = await run("put", "vault", "whole", "orders.bak", "-json");
  assert.equal(put.code, 0, put.stderr);
  const got = await run("get", "vault", "whole", "-o", "again.bak");
  assert.equal(got.code, 0, got.stderr);
  assert.ok(PAGES.equals(await readFile(join(directory, "again.bak"))));
});

test("the same bytes under another name add next to nothing, and both are listed", async () => {
  await run("put", "vault", "first", "orders.bak");
  const second = await run("put", "vault", "second", "orders.bak", "-json");
  const { bytes, bytes_stored } = JSON.parse(second.stdout) as Record<string, number>;
  assert.equal(bytes, PAGES.length);
  assert.ok((bytes_stored ?? Number.NaN) < 5000);
  const listed = JSON.parse((await run("list", "vault", "-json")).stdout) as {
    readonly streams: readonly { readonly name: string }[];
  };
  assert.ok(["first", "second"].every((name) => listed.streams.some((each) => each.name === name)));
  const stats = JSON.parse((await run("stats", "vault", "-json")).stdout) as Record<string, number>;
  assert.ok((stats["logical_bytes"] ?? 0) > (stats["stored_bytes"] ?? Number.NaN));
});

test("the standard input is stored, and given back at the standard output", async () => {
  const environment = { HOLDFAST_VAULT_KEY: KEY };
  const input = "one line\n".repeat(50_000);
  for (const [name, words] of [
    ["piped", []],
    ["dashed", ["-"]],
  ] as const) {
    const args = ["vault", "put", "vault", name, ...words];
    const put = await runHoldfast(args, { directory, environment, input });
    assert.equal(put.code, 0, put.stderr);
    assert.equal((await run("get", "vault", name)).stdout, input);
  }
});

const REFUSED: readonly (readonly [words: readonly string[], code: string])[] = [
  [["init", "vault"], "VAULT_EXISTS"],
  [["put", "vault", "taken", "orders.bak"], "VAULT_STREAM_EXISTS"],
  [["put", "vault", "new", "missing.bak"], "FILE_UNREADABLE"],
  [["put", "nowhere", "new", "orders.bak"], "VAULT_MISSING"],
  [["put", "vault", "a\nb", "orders.bak"], "CLI_USAGE"],
  [["put", "s3://bucket/vault", "new", "orders.bak"], "STORE_UNSUPPORTED"],
  [["put", "http://127.0.0.1:9/account/container", "new", "orders.bak"], "STORE_UNSUPPORTED"],
  [["get", "vault", "unknown", "-o", "x"], "VAULT_STREAM_NOT_FOUND"],
  [["get", "vault", "taken", "-o", "no-folder/x"], "FILE_NOT_WRITABLE"],
  [["get", "vault"], "CLI_USAGE"],
  [["list", "vault", "-o", "x"], "CLI_USAGE"],
  [["lists", "vault"], "CLI_USAGE"],
  [["rotate-key", "vault"], "CLI_USAGE"],
  [["repair", "vault", "-read-data=5%"], "CLI_USAGE"],
  [["stats", "vault.unknown"], "CATALOG_NOT_INITIALISED"],
  [[], "CLI_USAGE"],
];

test("what cannot be done is refused, and leaves no file", async () => {
  await run("put", "vault", "taken", "orders.bak");
  for (const [words, code] of REFUSED) {
    const outcome = await run(...words);
    assert.equal(outcome.code, 1, words.join(" "));
    assert.match(outcome.stderr, new RegExp(`${code}\\b`), words.join(" "));
  }
  assert.deepEqual(
    readdirSync(directory).filter((name) => /part$|^x$/.test(name)),
    [],
  );
});

test("a vault is counted, verified, repaired and given another key by its folder", async () => {
  const made = await run("init", "cared");
  assert.equal(made.code, 0, made.stderr);
  await run("put", "cared", "one", "orders.bak");
  await run("put", "cared", "two", "orders.bak");
  const stats = JSON.parse((await run("stats", "cared", "-json")).stdout) as {
    readonly databases: readonly { readonly database: string; readonly unique_bytes: number }[];
  };
  assert.deepEqual(
    stats.databases.map(({ database }) => database),
    ["one", "two"],
  );
  const verified = await run("verify", "cared", "-read-data", "-json");
  assert.deepEqual(
    [verified.code, (JSON.parse(verified.stdout) as Record<string, unknown>)["never_read_packs"]],
    [0, 0],
  );
  const repaired = await run("repair", "cared");
  assert.deepEqual([repaired.code, repaired.stdout], [0, "cared: nothing to repair was found.\n"]);
  await writeFile(join(directory, "new.key"), `${"ab1e".repeat(16)}\n`);
  const rotated = await run("rotate-key", "cared", "-new-key-file", "new.key", "-json");
  assert.equal(rotated.code, 0, rotated.stderr);
  assert.match((await run("list", "cared")).stderr, /VAULT_WRONG_KEY/);
  const environment = { HOLDFAST_VAULT_KEY: "ab1e".repeat(16) };
  const args = ["vault", "get", "cared", "two", "-o", "two.bak"];
  const got = await runHoldfast(args, { directory, environment });
  assert.equal(got.code, 0, got.stderr);
  assert.ok(PAGES.equals(await readFile(join(directory, "two.bak"))));
});
