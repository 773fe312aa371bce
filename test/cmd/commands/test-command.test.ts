import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { digestsUnder } from "../../support/file-digests.ts";
import { runHere } from "../../support/holdfast-here.ts";
import { parseObject } from "../../support/holdfast-process.ts";
import { FEBRUARY, storyOf } from "../../support/run-test-text.ts";

interface Folder extends AsyncDisposable {
  readonly path: string;
}

async function makeFolder(files: Readonly<Record<string, string>>): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "holdfast-test-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

const RIGHT = storyOf('when { at = "2017-02-11" }\n  then { points = 2 }');
const WRONG = storyOf('when { at = "2017-02-12" }\n  then { points = 2 }').replace(
  "story",
  "wrong",
);

test("test says what passed, writes nothing, and needs no file but those of the folder", async () => {
  await using folder = await makeFolder({ "main.hcl": FEBRUARY, "a.hcltest.hcl": RIGHT });
  const before = digestsUnder(folder.path);
  assert.deepEqual(await runHere(["test"], { directory: folder.path }), {
    code: 0,
    stdout: "a.hcltest.hcl\n  pass   story\nSuccess! 1 test passed.\n",
    stderr: "",
  });
  assert.deepEqual(digestsUnder(folder.path), before);
});

test("test exits with 1 when something is not so, and shows both sides and the line", async () => {
  await using folder = await makeFolder({
    "main.hcl": FEBRUARY,
    "a.hcltest.hcl": RIGHT + WRONG,
    "b.hcltest.json": JSON.stringify({ test: { broken: { policy: "policy.february" } } }),
  });
  const { code, stdout, stderr } = await runHere(["test"], { directory: folder.path });
  assert.equal(code, 1);
  assert.equal(
    stdout,
    "a.hcltest.hcl\n  pass   story\n  FAIL   wrong\nb.hcltest.json\n  ERROR  broken\nFailure! 1 passed, 1 failed, 1 with errors.\n",
  );
  assert.match(
    stderr,
    /on a\.hcltest\.hcl line 29, in test "wrong":\n.*29: {3}then { points = 2 }/,
  );
  assert.match(stderr, /At 2017-02-12T00:00:00, "points" is 1 where the test expects 2\./);
  assert.match(stderr, /on b\.hcltest\.json line 1/);
});

test("test -json is one document with the counts and both sides of each failure", async () => {
  await using folder = await makeFolder({ "main.hcl": FEBRUARY, "a.hcltest.hcl": RIGHT + WRONG });
  const outcome = await runHere(["test", "-json"], { directory: folder.path });
  assert.deepEqual([outcome.code, outcome.stderr], [1, ""]);
  const { files, ...rest } = parseObject(outcome.stdout);
  assert.deepEqual(rest, {
    format_version: "1.0",
    status: "fail",
    passed: 1,
    failed: 1,
    errors: 0,
    diagnostics: [],
  });
  const text = JSON.stringify(files);
  assert.ok(
    text.includes(
      '"failures":[{"at":"2017-02-12T00:00:00","what":"points","line":29,"expected":["2"],"found":["1"]}]',
    ),
    text,
  );
});

test("files of tests are no part of a configuration, however broken they are", async () => {
  await using folder = await makeFolder({
    "main.hcl": FEBRUARY,
    "a.hcltest.hcl": "test {{{",
    "b.hcltest.json": "{{{",
  });
  const outcome = await runHere(["validate"], { directory: folder.path });
  assert.equal(outcome.code, 0, outcome.stderr);
  const tests = await runHere(["test"], { directory: folder.path });
  assert.deepEqual(
    [tests.code, tests.stdout.split("\n").at(-2)],
    [1, "Failure! 0 passed, 2 with errors."],
  );
});

test("a folder without tests is an error, and so is a configuration with one", async () => {
  await using folder = await makeFolder({ "main.hcl": FEBRUARY });
  const none = await runHere(["test"], { directory: folder.path });
  assert.equal(none.code, 1);
  assert.match(none.stderr, /TEST_NOT_FOUND/);
  await writeFile(join(folder.path, "a.hcltest.hcl"), RIGHT);
  await writeFile(join(folder.path, "main.hcl"), FEBRUARY.replace("daily    = 10", "daily = 0"));
  const broken = await runHere(["test"], { directory: folder.path });
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /on main\.hcl line 3/);
  assert.doesNotMatch(broken.stdout, /Success/);
});
