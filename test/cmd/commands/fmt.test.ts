import assert from "node:assert/strict";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { runHere } from "../../support/holdfast-here.ts";
import { type CommandOutcome } from "../../support/holdfast-process.ts";

const UNTIDY = 'vault main {\n\tpath="${var.path}" # a\n}\n';
const TIDY = 'vault "main" {\n  path = var.path # a\n}\n';
const BROKEN = "a = \n";

interface Folder extends AsyncDisposable {
  fmt(...args: readonly string[]): Promise<CommandOutcome>;
  pipe(input: string, ...args: readonly string[]): Promise<CommandOutcome>;
  read(name: string): Promise<string>;
  readonly path: string;
}

async function makeFolder(files: Readonly<Record<string, string>>): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "holdfast-fmt-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return {
    path,
    fmt: (...args) => runHere(["fmt", ...args], { directory: path }),
    pipe: (input, ...args) => runHere(["fmt", ...args, "-"], { directory: path, input }),
    read: (name) => readFile(join(path, name), "utf8"),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}

test("fmt formats the native files of its folder and lists those that changed", async () => {
  await using folder = await makeFolder({
    "b.hcl": UNTIDY,
    "a.hcltest.hcl": UNTIDY,
    "c.hclvars": "days=1\n",
    "tidy.hcl": TIDY,
    "data.hcl.json": "{ }",
    "notes.txt": UNTIDY,
    ".hidden.hcl": UNTIDY,
    "below/d.hcl": UNTIDY,
  });
  assert.deepEqual(await folder.fmt(), {
    code: 0,
    stdout: "a.hcltest.hcl\nb.hcl\nc.hclvars\n",
    stderr: "",
  });
  assert.equal(await folder.read("b.hcl"), TIDY);
  assert.equal(await folder.read("c.hclvars"), "days = 1\n");
  for (const name of ["notes.txt", ".hidden.hcl", "below/d.hcl"]) {
    assert.equal(await folder.read(name), UNTIDY, name);
  }
  assert.deepEqual(await folder.fmt("-recursive"), {
    code: 0,
    stdout: "below/d.hcl\n",
    stderr: "",
  });
  assert.deepEqual(await folder.fmt("-recursive", "-check"), { code: 0, stdout: "", stderr: "" });
});

test("fmt -check exits with 3 where a file would change, and changes none", async () => {
  await using folder = await makeFolder({ "a.hcl": UNTIDY, "b.hcl": TIDY });
  assert.deepEqual(await folder.fmt("-check"), { code: 3, stdout: "a.hcl\n", stderr: "" });
  assert.deepEqual(await folder.fmt("-check", "-list=false"), { code: 3, stdout: "", stderr: "" });
  assert.equal(await folder.read("a.hcl"), UNTIDY);
  assert.deepEqual(await folder.fmt("-check", "b.hcl"), { code: 0, stdout: "", stderr: "" });
});

test("fmt -diff prints what it changes, and with -write=false changes nothing", async () => {
  await using folder = await makeFolder({ "a.hcl": UNTIDY });
  const diff = `a.hcl
--- old/a.hcl
+++ new/a.hcl
@@ -1,3 +1,3 @@
-vault main {
-\tpath="\${var.path}" # a
+vault "main" {
+  path = var.path # a
 }
`;
  assert.deepEqual(await folder.fmt("-diff", "-write=false"), {
    code: 0,
    stdout: diff,
    stderr: "",
  });
  assert.equal(await folder.read("a.hcl"), UNTIDY);
  assert.deepEqual(await folder.fmt("-diff"), { code: 0, stdout: diff, stderr: "" });
  assert.equal(await folder.read("a.hcl"), TIDY);
});

test("fmt - formats stdin to stdout", async () => {
  await using folder = await makeFolder({});
  assert.deepEqual(await folder.pipe(UNTIDY), { code: 0, stdout: TIDY, stderr: "" });
  assert.deepEqual(await folder.pipe(UNTIDY, "-check"), { code: 3, stdout: "", stderr: "" });
  assert.deepEqual(await folder.pipe(TIDY, "-check"), { code: 0, stdout: "", stderr: "" });
  const broken = await folder.pipe(BROKEN);
  assert.deepEqual([broken.code, broken.stdout], [1, ""]);
  assert.match(broken.stderr, /on <stdin> line 1:[\s\S]*a =[\s\S]*Code: LANGUAGE_SYNTAX/);
});

test("fmt leaves a file with syntax errors alone, says why, and formats the others", async () => {
  await using folder = await makeFolder({ "a.hcl": BROKEN, "b.hcl": UNTIDY });
  const { code, stdout, stderr } = await folder.fmt();
  assert.deepEqual([code, stdout], [1, "b.hcl\n"]);
  assert.match(stderr, /on a\.hcl line 1:/);
  assert.equal(await folder.read("a.hcl"), BROKEN);
  assert.equal(await folder.read("b.hcl"), TIDY);
});

test("fmt changes no file where an argument is wrong, and says which", async () => {
  await using folder = await makeFolder({ "a.hcl": UNTIDY, "b.hcl.json": "{}", "c.tf": "" });
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["gone.hcl", /gone\.hcl cannot be read, because there is no such file/],
    ["b.hcl.json", /b\.hcl\.json is JSON/],
    ["c.tf", /c\.tf is none of them/],
    ["-", /no other path goes with it/],
  ];
  for (const [path, message] of wrong) {
    const { code, stderr } = await folder.fmt("a.hcl", path);
    assert.equal(code, 1, path);
    assert.match(stderr, message);
  }
  assert.equal(await folder.read("a.hcl"), UNTIDY);
});

test("fmt keeps the mode of a file, changes the file behind a link, and leaves nothing else", async () => {
  await using folder = await makeFolder({ "a.hcl": UNTIDY, "shared/b.hcl": UNTIDY });
  await chmod(join(folder.path, "a.hcl"), 0o640);
  await symlink("shared/b.hcl", join(folder.path, "link.hcl"));
  await symlink(".", join(folder.path, "circle"));
  const { code, stdout } = await folder.fmt("./a.hcl", "link.hcl", ".", "-recursive");
  assert.deepEqual([code, stdout], [0, "a.hcl\nlink.hcl\n"]);
  assert.equal((await stat(join(folder.path, "a.hcl"))).mode & 0o777, 0o640);
  assert.equal(await folder.read("shared/b.hcl"), TIDY);
  assert.deepEqual((await readdir(folder.path)).sort(), ["a.hcl", "circle", "link.hcl", "shared"]);
});

test("fmt -list=false -write=false prints the formatted text", async () => {
  await using folder = await makeFolder({ "a.hcl": UNTIDY, "b.hcl": TIDY });
  const { stdout } = await folder.fmt("-list=false", "-write=false");
  assert.equal(stdout, TIDY + TIDY);
  assert.equal(await folder.read("a.hcl"), UNTIDY);
});
