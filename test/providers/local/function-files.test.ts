import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createFunctionEnvironment } from "../../../cmd/wiring/function-environment.ts";
import { createFunctionFiles } from "../../../providers/local/function-files.ts";
import { evaluateText } from "../../support/evaluate-text.ts";

let folder = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-files-"));
  await mkdir(join(folder, "sub", "deep"), { recursive: true });
  await writeFile(join(folder, "hello.txt"), "hello!");
  await writeFile(join(folder, "sub", "deep", "a.json"), "{}");
  await writeFile(join(folder, "locked.txt"), "locked");
  await chmod(join(folder, "locked.txt"), 0);
  await symlink("hello.txt", join(folder, "link.txt"));
  await symlink("nowhere", join(folder, "dangling.txt"));
  await symlink("loop.txt", join(folder, "loop.txt"));
  await symlink(".", join(folder, "sub", "circle"));
});

after(() => rm(folder, { recursive: true }));

function evaluate(text: string): unknown {
  return evaluateText(text, createFunctionEnvironment(folder));
}

test("a relative path starts at the configuration's directory", () => {
  assert.equal(evaluate('file("hello.txt")'), "hello!");
  assert.equal(evaluate('file("sub/../link.txt")'), "hello!");
  assert.equal(evaluate('abspath("sub")'), join(folder, "sub"));
  assert.equal(evaluate('pathexpand("~")'), homedir());
});

test("fileset finds links to files, and ** goes through no link to a folder", () => {
  assert.deepEqual(evaluate('fileset(".", "{h,l}*.txt")'), ["hello.txt", "link.txt", "locked.txt"]);
  assert.deepEqual(evaluate('fileset(".", "**/*.json")'), ["sub/deep/a.json"]);
  assert.deepEqual(evaluate('fileset("sub", "circle/deep/*")'), ["circle/deep/a.json"]);
});

const FAULTS: readonly (readonly [call: string, fault: RegExp])[] = [
  ['file("missing.txt")', /no file exists at "missing.txt"/],
  ['file("hello.txt/x")', /no file exists at "hello.txt\/x"/],
  ['file("dangling.txt")', /no file exists at "dangling.txt"/],
  ['file("sub")', /"sub" cannot be read, because it is a folder/],
  ['file("loop.txt")', /"loop.txt" cannot be read, because its symbolic links go in a circle/],
  ['file("a\\u0000b")', /cannot be read, because its name holds a NUL character/],
  [`file("${"x".repeat(300)}")`, /cannot be read, because its name is too long/],
  [
    'fileexists("loop.txt")',
    /"loop.txt" cannot be looked at, because its symbolic links go in a circle/,
  ],
  ['fileset("loop.txt", "*")', /folder "loop.txt\/" cannot be listed, because its symbolic links/],
  ['filesha256("/dev/null/x")', /no file exists at/],
];

for (const [call, fault] of FAULTS) {
  test(`${call.slice(0, 40)} says what is wrong`, () => {
    assert.match(String(evaluate(call)), fault);
  });
}

test("a file that may not be read is a fault", {
  skip: process.getuid?.() === 0 ? "root reads everything" : false,
}, () => {
  const read = createFunctionFiles(folder).readBytes("locked.txt");
  assert.deepEqual(read, { fault: "permission is denied" });
});
