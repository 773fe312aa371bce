import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fetchModule } from "../../../providers/local/fetch-module.ts";
import { readModuleFolder } from "../../../providers/local/module-files.ts";
import { withCode } from "../../support/with-code.ts";

const ROOT = mkdtempSync(join(tmpdir(), "holdfast-modules-"));
after(() => rmSync(ROOT, { recursive: true, force: true }));

const { signal } = new AbortController();
const DIRECTORY = ".holdfast/modules/storage";
const options = { root: ROOT, signal };

function git(...words: readonly string[]): string {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
  return execFileSync("git", ["-C", join(ROOT, "repository"), ...identity, ...words], {
    encoding: "utf8",
  }).trim();
}

function commit(text: string): string {
  writeFileSync(join(ROOT, "repository", "main.hcl"), text);
  git("add", "-A");
  git("commit", "-q", "-m", text);
  return git("rev-parse", "HEAD");
}

mkdirSync(join(ROOT, "repository", "sub"), { recursive: true });
git("init", "-q", "-b", "trunk");
symlinkSync("/etc/passwd", join(ROOT, "repository", "secret.hcl"));
writeFileSync(join(ROOT, "repository", "sub", "sub.hcl"), "");
const FIRST = commit("first");
git("tag", "-a", "v1", "-m", "v1");
const SECOND = commit("second");
git("branch", "feature/x", FIRST);

const fetched = () => readFileSync(join(ROOT, DIRECTORY, "main.hcl"), "utf8");

const REFS = [
  [undefined, "second"],
  ["v1", "first"],
  ["feature/x", "first"],
  ["trunk", "second"],
  [SECOND, "second"],
  [FIRST, "first"],
  [FIRST.slice(0, 10), "first"],
] as const;

for (const [ref, text] of REFS) {
  const kind =
    ref === undefined
      ? "the default branch"
      : ref.replace(/^[0-9a-f]{10,}$/, (sha) => `a commit of ${sha.length} digits`);
  test(`${kind} is fetched, without history, and replaces what was there`, async () => {
    await fetchModule({ url: "./repository", ref, directory: DIRECTORY }, options);
    assert.equal(fetched(), text);
    assert.deepEqual(readdirSync(join(ROOT, DIRECTORY)), ["main.hcl", "secret.hcl", "sub"]);
    assert.deepEqual(readdirSync(join(ROOT, ".holdfast/modules")), ["storage"]);
    assert.equal(readFileSync(join(ROOT, DIRECTORY, "secret.hcl"), "utf8"), "/etc/passwd");
  });
}

test("a file:// URL is taken, and a failure leaves what was fetched", async () => {
  const url = `file://${join(ROOT, "repository")}`;
  await fetchModule({ url, ref: "v1", directory: DIRECTORY }, options);
  await assert.rejects(
    fetchModule({ url, ref: "no-such-branch", directory: DIRECTORY }, options),
    withCode("MODULE_FETCH_FAILED", "no-such-branch", "git says", "holdfast init"),
  );
  assert.equal(fetched(), "first");
  assert.deepEqual(readdirSync(join(ROOT, ".holdfast/modules")), ["storage"]);
});

const REFUSED = [
  ["an option as a ref", { url: "./repository", ref: "--upload-pack=touch x" }],
  ["a refspec", { url: "./repository", ref: "+trunk:trunk" }],
  ["a range", { url: "./repository", ref: "a..b" }],
  ["a repository that is not there", { url: "./nowhere", ref: undefined }],
  ["a program as a transport", { url: "ext::sh -c 'touch x'", ref: undefined }],
  ["an option as an address", { url: "--upload-pack=touch x", ref: undefined }],
] as const;

for (const [what, request] of REFUSED) {
  test(`${what} is refused`, async () => {
    const fetching = fetchModule({ ...request, directory: DIRECTORY }, options);
    await assert.rejects(fetching, withCode("MODULE_FETCH_FAILED"));
    assert.ok(!readdirSync(ROOT).includes("x"));
  });
}

test("a user and a password in an address are not told", async () => {
  const url = "http://someone:hunter2@127.0.0.1:9/x.git";
  await assert.rejects(
    fetchModule({ url, ref: undefined, directory: DIRECTORY }, options),
    (error) => {
      assert.ok(error instanceof Error && /127\.0\.0\.1:9/.test(error.message));
      assert.doesNotMatch(error.message, /hunter2|someone/);
      return true;
    },
  );
});

test("nothing is written outside .holdfast/modules", async () => {
  const request = { url: "./repository", ref: undefined, directory: ".holdfast/modules/../../x" };
  await assert.rejects(fetchModule(request, options), /This is a bug/);
});

test("a module's folder is read by the rule of the project's, and its faults are sentences", () => {
  const folder = join(ROOT, "module");
  mkdirSync(join(folder, "dir.hcl"), { recursive: true });
  for (const name of ["b.hcl", "a.hcl.json", "x.hcltest.hcl", ".hidden.hcl", "notes.md"]) {
    writeFileSync(join(folder, name), name);
  }
  const read = readModuleFolder(ROOT, "module");
  assert.equal(read.kind, "files");
  assert.deepEqual(
    read.files.map(({ filename }) => filename),
    ["module/a.hcl.json", "module/b.hcl"],
  );
  assert.deepEqual(readModuleFolder(ROOT, "nowhere"), { kind: "absent" });
  symlinkSync("loop", join(ROOT, "loop"));
  assert.deepEqual(readModuleFolder(ROOT, "loop"), {
    kind: "fault",
    fault: "its symbolic links go in a circle",
  });
  symlinkSync("c.hcl", join(folder, "c.hcl"));
  assert.deepEqual(readModuleFolder(ROOT, "module"), {
    kind: "fault",
    fault: "c.hcl cannot be read, because its symbolic links go in a circle",
  });
});

test("a repository that is gone is told in git's verdict, not in its advice", async () => {
  await assert.rejects(
    fetchModule({ url: "./nowhere", ref: undefined, directory: DIRECTORY }, options),
    withCode("MODULE_FETCH_FAILED", "does not appear to be a git repository.", "What was fetched"),
  );
});
