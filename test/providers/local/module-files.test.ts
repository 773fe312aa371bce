import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readModuleFolder } from "../../../providers/local/module-files.ts";

const ROOT = mkdtempSync(join(tmpdir(), "holdfast-module-files-"));
after(() => rmSync(ROOT, { recursive: true, force: true }));

function moduleWith(name: string): string {
  mkdirSync(join(ROOT, name));
  writeFileSync(join(ROOT, name, "a.hcl"), "");
  return join(ROOT, name, "b.hcl");
}

const skip = process.platform === "win32" ? "there are no pipes and devices in folders" : false;

test("a pipe or a device in a module is refused and never waited for", { skip }, () => {
  execFileSync("mkfifo", [moduleWith("pipe")]);
  symlinkSync("/dev/zero", moduleWith("device"));
  for (const directory of ["pipe", "device"]) {
    const fault = "b.hcl cannot be read, because it is no regular file";
    assert.deepEqual(readModuleFolder(ROOT, directory), { kind: "fault", fault });
  }
});

test("a folder named like a file is no part of a module", () => {
  mkdirSync(moduleWith("folder"));
  const found = readModuleFolder(ROOT, "folder");
  assert.ok(found.kind === "files");
  assert.deepEqual(
    found.files.map(({ filename }) => filename),
    ["folder/a.hcl"],
  );
});
