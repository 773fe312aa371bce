import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openGitCheckout } from "../../../providers/local/git-checkout.ts";
import { withCode } from "../../support/with-code.ts";

const ROOT = mkdtempSync(join(tmpdir(), "holdfast-checkout-"));
after(() => rmSync(ROOT, { recursive: true, force: true }));
const ORIGIN = join(ROOT, "origin");
const CLONE = join(ROOT, "clone");
const { signal } = new AbortController();

function git(...words: readonly string[]): string {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
  return execFileSync("git", ["-C", ORIGIN, ...identity, ...words], { encoding: "utf8" }).trim();
}

function commit(text: string): string {
  writeFileSync(join(ORIGIN, "backup", "main.hcl"), text);
  git("add", "-A");
  git("commit", "-q", "-m", text);
  return git("rev-parse", "HEAD");
}

mkdirSync(join(ORIGIN, "backup"), { recursive: true });
git("init", "-q", "-b", "main");
const FIRST = commit("first");
execFileSync("git", ["clone", "-q", ORIGIN, CLONE]);

const open = (branch?: string) =>
  openGitCheckout({ directory: join(CLONE, "backup"), branch, signal });
const content = () => readFileSync(join(CLONE, "backup", "main.hcl"), "utf8");

test("the branch that is checked out is followed, and each of its commits put there", async () => {
  const checkout = await open();
  assert.equal(checkout.branch, "main");
  assert.equal(await checkout.fetch(), FIRST);
  const second = commit("second");
  assert.equal(await checkout.fetch(), second);
  assert.equal(content(), "first");
  await checkout.checkOut(second);
  assert.equal(content(), "second");
  assert.equal(await checkout.isAncestor(FIRST, second), true);
  git("reset", "-q", "--hard", FIRST);
  const other = commit("other");
  assert.equal(await checkout.fetch(), other);
  assert.equal(await checkout.isAncestor(second, other), false);
  assert.equal(await checkout.isAncestor("0".repeat(40), other), false);
  await checkout.checkOut(other);
  assert.equal(content(), "other");
});

test("a commit without the folder leaves a checkout that can go on", async () => {
  const checkout = await open("main");
  git("rm", "-rq", "backup");
  git("commit", "-q", "-m", "gone");
  await checkout.checkOut(await checkout.fetch());
  assert.equal(existsSync(join(CLONE, "backup")), false);
  mkdirSync(join(ORIGIN, "backup"), { recursive: true });
  await checkout.checkOut((commit("back"), await checkout.fetch()));
  assert.equal(content(), "back");
});

test("files that somebody changed are left as they are", async () => {
  const checkout = await open("main");
  writeFileSync(join(CLONE, "backup", "main.hcl"), "mine");
  const next = commit("next");
  const changed = withCode("SYNC_CHECKOUT_CHANGED", "backup/main.hcl");
  await assert.rejects(checkout.checkOut((await checkout.fetch(), next)), changed);
  assert.equal(content(), "mine");
  execFileSync("git", ["-C", CLONE, "checkout", "-q", "--", "."]);
  await checkout.checkOut(next);
});

test("a commit never takes the place of what git ignores: the catalog and vaults lie there", async () => {
  const checkout = await open("main");
  writeFileSync(join(ORIGIN, ".gitignore"), ".holdfast/\n.holdfast\n");
  const ignoring = commit("ignoring");
  await checkout.checkOut((await checkout.fetch(), ignoring));
  const catalog = join(CLONE, "backup", ".holdfast", "catalog.db");
  mkdirSync(join(CLONE, "backup", ".holdfast"));
  writeFileSync(catalog, "live");
  const refused = withCode("SYNC_FETCH_FAILED", "cannot be checked out");
  symlinkSync(ROOT, join(ORIGIN, "backup", ".holdfast"));
  git("add", "-f", "backup/.holdfast");
  const linking = commit("a link");
  await assert.rejects(checkout.checkOut((await checkout.fetch(), linking)), refused);
  assert.equal(readFileSync(catalog, "utf8"), "live");
  git("rm", "-q", "backup/.holdfast");
  mkdirSync(join(ORIGIN, "backup", ".holdfast"));
  writeFileSync(join(ORIGIN, "backup", ".holdfast", "catalog.db"), "another");
  git("add", "-f", "backup/.holdfast/catalog.db");
  const replacing = commit("a file");
  await assert.rejects(checkout.checkOut((await checkout.fetch(), replacing)), refused);
  assert.equal(readFileSync(catalog, "utf8"), "live");
});

test("what cannot be followed is said", async () => {
  await assert.rejects(open(), withCode("SYNC_BRANCH_UNKNOWN", "holdfast sync -branch main"));
  await assert.rejects(open("--upload-pack=x"), withCode("SYNC_BRANCH_UNKNOWN", "not the name"));
  await assert.rejects((await open("nope")).fetch(), withCode("SYNC_FETCH_FAILED", "nope"));
  const directory = mkdtempSync(join(tmpdir(), "holdfast-no-checkout-"));
  const nowhere = openGitCheckout({ directory, branch: undefined, signal });
  await assert.rejects(nowhere, withCode("SYNC_CHECKOUT_MISSING", "git clone"));
  rmSync(directory, { recursive: true });
});
