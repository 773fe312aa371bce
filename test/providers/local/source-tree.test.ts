import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { openSourceTree } from "../../../providers/local/source-tree.ts";
import { withCode } from "../../support/with-code.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-tree-"));
});

afterEach(() => rm(folder, { recursive: true }));

test("a folder is listed in order, links as what they lead to, links to folders not to be entered", async () => {
  await writeFile(join(folder, "b.hcl"), "");
  await mkdir(join(folder, "a"));
  await symlink("b.hcl", join(folder, "c.hcl"));
  await symlink("nowhere", join(folder, "d.hcl"));
  await symlink(".", join(folder, "e"));
  const tree = openSourceTree(folder);
  assert.deepEqual(await tree.list("."), [
    { name: "a", kind: "folder" },
    { name: "b.hcl", kind: "file" },
    { name: "c.hcl", kind: "file" },
    { name: "d.hcl", kind: "file" },
    { name: "e", kind: "other" },
  ]);
  assert.equal(await tree.list("b.hcl"), undefined);
  await assert.rejects(tree.list("gone"), withCode("FILE_UNREADABLE"));
  await assert.rejects(tree.read("d.hcl"), withCode("FILE_UNREADABLE"));
});

test("a file that cannot be replaced stays as it is, and nothing is left beside it", async () => {
  const tree = openSourceTree(folder);
  await assert.rejects(tree.replace("gone.hcl", Buffer.from("a")), withCode("FILE_NOT_WRITABLE"));
  await mkdir(join(folder, "a.hcl"));
  await assert.rejects(tree.replace("a.hcl", Buffer.from("a")), withCode("FILE_NOT_WRITABLE"));
  assert.deepEqual(await readdir(folder), ["a.hcl"]);
});

test("a write-protected file is not replaced", async (t) => {
  if (process.getuid?.() === 0) {
    t.skip("root may write everywhere");
    return;
  }
  await writeFile(join(folder, "a.hcl"), "old");
  await chmod(join(folder, "a.hcl"), 0o444);
  const tree = openSourceTree(folder);
  await assert.rejects(tree.replace("a.hcl", Buffer.from("new")), withCode("FILE_NOT_WRITABLE"));
  assert.equal(await readFile(join(folder, "a.hcl"), "utf8"), "old");
});
