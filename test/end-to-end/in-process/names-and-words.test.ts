import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { CommandContext } from "../../../cmd/commands/command.ts";
import { parseFlags } from "../../../cmd/commands/flags.ts";
import { HELP_PAGES } from "../../../cmd/commands/help-pages.ts";
import { command as restore } from "../../../cmd/commands/restore.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { listPoints } from "../../../core/operations/list-points.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { policyBlock, SERVER_BLOCKS, SET_BLOCK } from "../../support/sample-blocks.ts";
import { runScript } from "../../support/scripts/run-script.ts";

const ROOT = join(import.meta.dirname, "../../..");

const SEARCHES = `words that people look for

--- steps
$ holdfast help -search 'cdc backups'
~ docs/cdc\\.md +Backups of captured changes

$ holdfast help -search 'non-cdc backup'
~ docs/reference/policy\\.md
!~ docs/cdc\\.md

$ holdfast help -search 'isolated copy protection'
~ docs/reference/policy\\.md

$ holdfast help -search 'isolated copy backup'
~ docs/reference/policy\\.md

$ holdfast help -search 'isolated copy data protection'
~ docs/reference/policy\\.md

$ holdfast help -search 'ransom brontosaurus'
exit 1
~ no page has the words
`;

test("A-62 [end to end] the words that people look for find the page about them, and each page is there", async () => {
  await runScript(SEARCHES, false);
  for (const { path } of HELP_PAGES) assert(existsSync(join(ROOT, path)), `${path} is missing`);
  const policy = readFileSync(join(ROOT, "docs/reference/policy.md"), "utf8");
  assert.match(policy, /isolated_copy/);
});

const NAMES = `databases whose names cannot be protected

--- example
--- server orders
Shop
--- steps
$ replace main.hcl '["*"]' '["a:b"]'
$ holdfast validate
exit 1
~ colon

$ replace main.hcl '["a:b"]' '["a;b"]'
$ holdfast validate
exit 1
~ semicolon
`;

test("A-47 [end to end] a name with a colon or a semicolon is refused before any job", async () => {
  await runScript(NAMES, false);
});

const RENAMED = `a name with special characters joins a backup set

--- example
--- server orders
Shop
or]der x
--- steps
$ replace main.hcl '["*"]' '["Shop"]'
$ holdfast init
$ holdfast apply -auto-approve
$ replace main.hcl '["Shop"]' '["Shop", "or]der x"]'
$ holdfast plan -json
@ summary.change = 1
@ summary.add = 0

$ holdfast backup orders
$ holdfast plan
~ backup_set[.]orders must be replaced
~ brackets or quotation marks

$ holdfast apply -auto-approve
$ holdfast plan
~ No changes[.]
`;

test("A-46 [end to end] a name with special characters needs a new backup set once jobs have run, and none before", async () => {
  await runScript(RENAMED, false);
});

const TIERED = `${SERVER_BLOCKS}credential "storage" {
  type         = "sas"
  password_env = "TEST_PASSWORD"
}
vault "main" {
  storage "azure_blob" {
    account_url = "https://contoso.blob.core.windows.net"
    container   = "holdfast"
    credential  = credential.storage
  }
  tiers {
    warm_days = 1
    cold      = "cool"
  }
  encryption { key_env = "TEST_KEY" }
}
retention "standard" { daily = 10 }
${policyBlock("snapshot", "0 12 * * *")}${SET_BLOCK}`;

/** What a restore without a point prints before it asks; each question is answered with its usual answer. */
async function offeredBy(ports: Ports): Promise<string> {
  let printed = "";
  const take = (text: string) => {
    printed += text;
  };
  const context: Partial<CommandContext> = {
    terminal: { input: true, output: false, error: false, columns: 200 },
    colour: false,
    ask: () => Promise.resolve(""),
    stdout: take,
    stderr: take,
    ports: () => Promise.resolve(ports),
  };
  await restore.run(parseFlags([], restore.flags), context as CommandContext);
  return printed;
}

test("A-60 [end to end] each new point is warm, and a restore that asks lists those that are", async () => {
  const world = await createAppliedWorld(TIERED);
  const { ports } = world;
  const tiers = async () =>
    (await listPoints({}, ports)).recovery_points.map(({ id, tier }) => [id, tier] as const);
  await backUp({ backupSet: "orders", trigger: "manual" }, ports);
  const before = await tiers();
  assert.deepEqual(new Set(before.map(([, tier]) => tier)), new Set(["warm"]));
  world.time += 3 * 86_400_000;
  await backUp({ backupSet: "orders", trigger: "manual" }, ports);
  const after = await tiers();
  assert.deepEqual(
    after.slice(0, before.length),
    before.map(([id]) => [id, "cold"]),
  );
  const fresh = after.slice(before.length);
  assert.deepEqual(new Set(fresh.map(([, tier]) => tier)), new Set(["warm"]));
  const offered = await offeredBy(ports);
  for (const [id, tier] of after) assert.equal(offered.includes(id.slice(0, 12)), tier === "warm");
});
