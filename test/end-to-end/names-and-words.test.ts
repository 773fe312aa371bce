import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { HELP_PAGES } from "../../cmd/commands/help-pages.ts";
import { runScript } from "../support/scripts/run-script.ts";

const ROOT = join(import.meta.dirname, "../..");

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
~ backup_set\.orders must be replaced
~ brackets or quotation marks

$ holdfast apply -auto-approve
$ holdfast plan
~ No changes\.
`;

test("A-46 [end to end] a name with special characters needs a new backup set once jobs have run, and none before", async () => {
  await runScript(RENAMED, false);
});
