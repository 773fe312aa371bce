import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openProjectFolder } from "../../../providers/local/project-files.ts";

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-project-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "main.hcl"), "locals {}\n");
  writeFileSync(join(folder, "z.auto.hclvars"), "a = 1\n");
  return folder;
}

/** What is said of the folder's files, and which were read. */
async function listOf(folder: string): Promise<{ read: string[]; said: string[] }> {
  const { files, autoFiles, diagnostics } = await openProjectFolder(folder).list();
  return {
    read: [...files, ...autoFiles].map(({ filename }) => filename),
    said: diagnostics.map(({ code, detail }) => `${code} ${detail}`),
  };
}

const UNREADABLE: Readonly<Record<string, (path: string) => void>> = {
  "its symbolic links go in a circle": (path) => symlinkSync(path, path),
  "there is no such file": (path) => symlinkSync(`${path}.missing`, path),
  "too many for a configuration": (path) => {
    writeFileSync(path, "");
    truncateSync(path, 2 ** 30);
  },
};

for (const [why, make] of Object.entries(UNREADABLE)) {
  test(`a file is named with the reason, and the others are read: ${why}`, async (t) => {
    const folder = makeFolder(t);
    make(join(folder, "bad.hcl"));
    make(join(folder, "bad.auto.hclvars.json"));
    const { read, said } = await listOf(folder);
    assert.deepEqual(read, ["main.hcl", "z.auto.hclvars"]);
    assert.equal(said.length, 2);
    for (const [at, name] of ["bad.hcl", "bad.auto.hclvars.json"].entries()) {
      assert.match(said[at] ?? "", new RegExp(`^FILE_UNREADABLE .*${name} .*${why}`));
    }
  });
}

test("a file that the account may not read is named, and the others are read", async (t) => {
  if (process.getuid?.() === 0 || process.platform === "win32") {
    t.skip("this account may read every file");
    return;
  }
  const folder = makeFolder(t);
  writeFileSync(join(folder, "secret.hcl"), "");
  chmodSync(join(folder, "secret.hcl"), 0);
  const { read, said } = await listOf(folder);
  assert.deepEqual(read, ["main.hcl", "z.auto.hclvars"]);
  assert.match(said.join(), /FILE_UNREADABLE .*secret\.hcl .*permission is denied/);
});

test("a folder named like a file is a warning", async (t) => {
  const folder = makeFolder(t);
  mkdirSync(join(folder, "old.hcl"));
  const { read, said } = await listOf(folder);
  assert.deepEqual(read, ["main.hcl", "z.auto.hclvars"]);
  assert.match(said.join(), /^FILE_IGNORED old\.hcl is a folder/);
});

test("a folder of the project that is not there is an error", async (t) => {
  const folder = join(makeFolder(t), "missing");
  await assert.rejects(openProjectFolder(folder).list(), { name: "DiagnosticError" });
});
