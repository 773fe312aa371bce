import assert from "node:assert/strict";
import { test } from "node:test";
import { FEBRUARY, runFolder, runOne, storyOf, TWO_FULLS } from "../../support/run-test-text.ts";
import { withCode } from "../../support/with-code.ts";

const ONE = 'when { at = "2017-02-10" }\n  then { points = 2 }';

/** What a test says that is at fault, and what the program says about it, with the line. */
const FAULTS: Readonly<Record<string, readonly [text: string, code: string, line: number]>> = {
  "an argument that there is not": [
    storyOf('when { att = "x" }\n then { points = 2 }'),
    "CONFIG_UNKNOWN_ARGUMENT",
    13,
  ],
  "a policy that there is not": [
    storyOf(ONE).replace("policy.february", "policy.march"),
    "LANGUAGE_UNKNOWN_REFERENCE",
    2,
  ],
  "a policy that is a retention": [
    storyOf(ONE).replace("policy.february", "retention.ten_days"),
    "CONFIG_WRONG_TYPE",
    2,
  ],
  "no policy": [storyOf(ONE).replace("policy = policy.february", ""), "CONFIG_MISSING_ARGUMENT", 1],
  "nothing given": [storyOf(ONE, ""), "CONFIG_MISSING_ARGUMENT", 1],
  "a when without its then": [storyOf('when { at = "2017-02-10" }'), "CONFIG_MISSING_ARGUMENT", 1],
  "a then without its when": [storyOf(`${ONE}\n then {}`), "TEST_INVALID", 15],
  "a time that is none": [
    storyOf('when { at = "2017-02-30" }\n then { points = 2 }'),
    "CONFIG_INVALID_VALUE",
    13,
  ],
  "a time that summer time skips": [
    storyOf('when { at = "2017-03-12T02:30:00" }\n then { points = 2 }'),
    "CONFIG_INVALID_VALUE",
    13,
  ],
  "an expected time that is none": [
    storyOf('when { at = "2017-03-01" }\n then {\n visible {\n full = ["noon"]\n}\n}'),
    "CONFIG_INVALID_VALUE",
    16,
  ],
  "a backup that ends before it begins": [
    storyOf(ONE, TWO_FULLS.replace("02-01T16", "01-31T16")),
    "CONFIG_INVALID_VALUE",
    6,
  ],
  "a schedule beside other backups": [
    storyOf(ONE, TWO_FULLS.replace("given {", 'given {\n schedule { from = "2017-02-01" }')),
    "TEST_INVALID",
    5,
  ],
  "two given blocks": [storyOf(ONE, `${TWO_FULLS}\n${TWO_FULLS}`), "CONFIG_DUPLICATE_NAME", 13],
  "a history that is not there": [
    storyOf(ONE, 'given { history = "none.ndjson" }'),
    "FILE_UNREADABLE",
    3,
  ],
  "a database that no backup is of": [
    storyOf('when { at = "2017-02-10" }\n then {\n database = "databse"\n points = 2\n}'),
    "TEST_INVALID",
    15,
  ],
  "something restorable of two databases at once": [
    storyOf(
      'when { at = "2017-02-10" }\n then {\n restorable { at = ["2017-02-09"] }\n}',
      TWO_FULLS.replace("full {", 'full {\n database = "shop"'),
    ),
    "TEST_INVALID",
    16,
  ],
  "a value that is sensitive": [
    storyOf('when { at = sensitive("2017-02-10") }\n then { points = 2 }'),
    "TEST_INVALID",
    13,
  ],
  "a then that claims nothing": [
    storyOf('when { at = "2017-02-10" }\n then {}'),
    "TEST_INVALID",
    14,
  ],
  "a then that only names a database": [
    storyOf('when { at = "2017-02-10" }\n then { database = "database" }'),
    "TEST_INVALID",
    14,
  ],
  "a then whose blocks are empty": [
    storyOf(
      'when { at = "2017-02-10" }\n then {\n ran {}\n visible {}\n kept_by {}\n restorable {}\n}',
    ),
    "TEST_INVALID",
    14,
  ],
  "a then that asks for no instant and no point": [
    storyOf(
      'when { at = "2017-02-10" }\n then {\n base = {}\n expires = {}\n restorable {\n at = []\n not_at = []\n}\n}',
    ),
    "TEST_INVALID",
    14,
  ],
  "a second then that claims nothing": [
    storyOf(`${ONE}\n when { at = "2017-03-01" }\n then {}`),
    "TEST_INVALID",
    16,
  ],
  "a value that is of no use": [storyOf(ONE.replace("2 }", '"two" }')), "CONFIG_WRONG_TYPE", 14],
};

for (const [title, [text, code, line]] of Object.entries(FAULTS)) {
  test(`a test with ${title} is at fault and says where`, async () => {
    const { status, diagnostics } = await runOne(text);
    assert.equal(status, "error");
    const found = diagnostics.map((each) => [each.code, each.subject?.start.line]);
    assert.deepEqual(found, [[code, line]], JSON.stringify(diagnostics));
  });
}

const EMPTY_CLAIMS = [
  "visible { differential = [] }",
  "ran { log = [] }",
  "kept_by { legal_hold = [] }",
  "converted = {}",
] as const;

for (const claim of EMPTY_CLAIMS) {
  test(`that there is none is a claim: ${claim}`, async () => {
    const result = await runOne(storyOf(`when { at = "2017-02-10" }\n then {\n${claim}\n}`));
    assert.equal(result.status, "pass", JSON.stringify(result.diagnostics));
  });
}

test("that nothing is restorable is a claim", async () => {
  const then = "then {\n restorable { exactly = [] }\n}";
  const before = await runOne(storyOf(`when { at = "2017-02-01" }\n ${then}`));
  assert.equal(before.status, "pass", JSON.stringify(before.diagnostics));
});

test("a value of a variable that nobody gave leaves a test with errors, and given it passes", async () => {
  const configuration = `${FEBRUARY}\nvariable "day" { type = string }\n`;
  const text = storyOf("when { at = var.day }\n then { points = 2 }");
  const { status, diagnostics } = await runOne(text, { configuration });
  assert.equal(status, "error");
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ["TEST_VALUE_UNKNOWN"],
  );
  const given = await runFolder(
    { configuration, tests: { "a.hcltest.hcl": text } },
    { variables: [{ kind: "var", name: "day", text: "2017-02-10" }] },
  );
  assert.equal(given.files[0]?.tests[0]?.status, "pass");
});

test("a policy that needs a variable without a value leaves a test with errors", async () => {
  const configuration = `${FEBRUARY.replace("daily    = 10", "daily = var.days")}\nvariable "days" { type = number }\n`;
  const { status, diagnostics } = await runOne(storyOf(ONE), { configuration });
  assert.equal(status, "error");
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ["TEST_VALUE_UNKNOWN"],
  );
});

test("expressions know the configuration's local values and those of the file", async () => {
  const configuration = `${FEBRUARY}\nlocals { month = "2017-02" }\n`;
  const text = `locals {
  tenth = "\${local.start}T00:00:00"
  start = "\${local.month}-10"
}
${storyOf("when { at = local.tenth }\n then { points = length([1, 2]) }")}`;
  assert.equal((await runOne(text, { configuration })).status, "pass");
});

test("one instance of a policy is tested, and not all of them at once", async () => {
  const configuration = FEBRUARY.replace(
    'policy "february" {',
    'policy "february" {\n  for_each = toset(["eu", "us"])',
  );
  const text = storyOf(ONE).replace("policy.february", 'policy.february["eu"]');
  assert.equal((await runOne(text, { configuration })).status, "pass");
  const { status, diagnostics } = await runOne(storyOf(ONE), { configuration });
  assert.equal(status, "error");
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ["CONFIG_WRONG_TYPE"],
  );
});

const FILE_FAULTS: Readonly<Record<string, readonly [text: string, code: string]>> = {
  "a local value of the configuration again": ['locals { month = "x" }', "CONFIG_DUPLICATE_NAME"],
  "a circle of local values": ["locals {\n a = local.b\n b = local.a\n}", "CONFIG_CYCLE"],
  "two tests of one title": [storyOf(ONE).repeat(2), "CONFIG_DUPLICATE_NAME"],
  "a block of a configuration": [FEBRUARY.trim().split("\n}")[0] + "\n}", "CONFIG_UNKNOWN_BLOCK"],
  "a when outside of a test": ['when { at = "2017" }', "CONFIG_UNKNOWN_BLOCK"],
  "an unclosed brace": ['test "a" {', "LANGUAGE_SYNTAX"],
};

for (const [title, [text, code]] of Object.entries(FILE_FAULTS)) {
  test(`a file with ${title} runs no test`, async () => {
    const configuration = `${FEBRUARY}\nlocals { month = "2017-02" }\n`;
    const { files } = await runFolder({ configuration, tests: { "a.hcltest.hcl": text } });
    assert.deepEqual(
      files.map(({ tests, diagnostics }) => [tests, diagnostics.map((each) => each.code)]),
      [[[], [code]]],
    );
  });
}

test("the same test in JSON syntax has the same result", async () => {
  const story = {
    policy: "${policy.february}",
    given: {
      full: [
        { started_at: "2017-02-01T12:00:00", completed_at: "2017-02-01T16:00:00" },
        { started_at: "2017-02-08T12:00:00", completed_at: "2017-02-08T15:00:00" },
      ],
    },
    when: [{ at: "2017-02-11" }, { at: "2017-02-12" }],
    // oxlint-disable-next-line unicorn/no-thenable -- it is the name of a block, and no function
    then: [
      { points: 2, base: { "2017-02-08T15:00:00": "none" } },
      { points: 2, visible: { full: '${["2017-02-08T15:00:00"]}' } },
    ],
  };
  const text = JSON.stringify({ test: { "a story": story } });
  const { files } = await runFolder({ tests: { "a.hcltest.json": text } });
  const [result] = files[0]?.tests ?? [];
  assert.equal(result?.title, "a story");
  assert.deepEqual(
    result.failures.map(({ at, what, found }) => [at, what, found]),
    [["2017-02-12T00:00:00", "points", ["1"]]],
  );
});

test("a filter chooses tests by a part of their titles", async () => {
  const text = storyOf(ONE) + storyOf(ONE).replace("story", "another");
  const tests = { "a.hcltest.hcl": text };
  const { files } = await runFolder({ tests }, { filters: ["other"] });
  assert.deepEqual(
    files[0]?.tests.map(({ title }) => title),
    ["another"],
  );
  await assert.rejects(runFolder({ tests }, { filters: ["nothing"] }), withCode("TEST_NOT_FOUND"));
  await assert.rejects(runFolder({ tests: {} }), withCode("TEST_NOT_FOUND"));
});

test("named files are run, and nothing but files of tests", async () => {
  const tests = { "a.hcltest.hcl": storyOf(ONE) };
  const others = { "other/b.hcltest.hcl": storyOf(ONE) };
  const report = await runFolder({ tests, others }, { files: ["other/b.hcltest.hcl"] });
  assert.deepEqual(
    report.files.map(({ filename }) => filename),
    ["other/b.hcltest.hcl"],
  );
  await assert.rejects(runFolder({ tests }, { files: ["main.hcl"] }), withCode("CLI_USAGE"));
});

test("with an error in the configuration no test runs", async () => {
  const report = await runFolder({
    configuration: FEBRUARY.replace("daily    = 10", "daily = 0"),
    tests: { "a.hcltest.hcl": storyOf(ONE) },
  });
  assert.deepEqual(report.files, []);
  assert.ok(report.diagnostics.some(({ severity }) => severity === "error"));
});
