import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestResult } from "../../../core/testing/test-result.ts";
import { runOne, storyOf } from "../../support/run-test-text.ts";

/** What was expected and found, by what it is about. */
function failuresOf({ status, failures, diagnostics }: TestResult) {
  assert.notEqual(status, "error", JSON.stringify(diagnostics));
  return failures.map(({ at, what, expected, found }) => [at, what, expected, found]);
}

/** Each `then` says one thing that is not so; the failure has both sides. */
const WRONG: readonly (readonly [
  then: string,
  what: string,
  expected: string[],
  found: string[],
])[] = [
  ["points = 1", "points", ["1"], ["2"]],
  [
    'visible { full = ["2017-02-08T15:00:00"] }',
    "visible full",
    ["2017-02-08T15:00:00"],
    ["2017-02-01T16:00:00", "2017-02-08T15:00:00"],
  ],
  [
    'visible { differential = ["2017-02-08T21:00:00"] }',
    "visible differential",
    ["2017-02-08T21:00:00"],
    [],
  ],
  [
    'ran { full = ["2017-02-01T12:00:00"] }',
    "ran full",
    ["2017-02-01T12:00:00"],
    ["2017-02-01T12:00:00", "2017-02-08T12:00:00"],
  ],
  ["kept_by { daily = [] }", "kept by daily", [], ["2017-02-01T16:00:00", "2017-02-08T15:00:00"]],
  [
    'base = { "2017-02-08T15:00:00" = "2017-02-01T16:00:00" }',
    "base",
    ["2017-02-08T15:00:00 = 2017-02-01T16:00:00"],
    ["2017-02-08T15:00:00 = none"],
  ],
  [
    'expires = { "2017-02-01T16:00:00" = "2017-02-11T23:59:59", "2017-02-02" = "never" }',
    "expires",
    ["2017-02-01T16:00:00 = 2017-02-11T23:59:59", "2017-02-02T00:00:00 = never"],
    ["2017-02-01T16:00:00 = 2017-02-12T00:00:00", "2017-02-02T00:00:00 = no such point"],
  ],
  [
    'converted = { "2017-02-08T15:00:00" = "first_backup" }',
    "converted",
    ["2017-02-08T15:00:00 = first_backup"],
    [],
  ],
  [
    'restorable { at = ["2017-02-01T16:00:00", "2017-02-01T16:00:01"] }',
    "restorable at",
    ["2017-02-01T16:00:00", "2017-02-01T16:00:01"],
    ["2017-02-01T16:00:00"],
  ],
  [
    'restorable { not_at = ["2017-02-01T16:00:00"] }',
    "restorable not at",
    ["2017-02-01T16:00:00"],
    [],
  ],
  [
    'restorable { exactly = ["2017-02-01T16:00:00 to 2017-02-08T15:00:00"] }',
    "restorable exactly",
    ["2017-02-01T16:00:00 to 2017-02-08T15:00:00"],
    ["2017-02-01T16:00:00", "2017-02-08T15:00:00"],
  ],
];

for (const [then, what, expected, found] of WRONG) {
  test(`what is not so fails with both sides: ${then}`, async () => {
    const result = await runOne(storyOf(`when { at = "2017-02-10" }\n then {\n${then}\n}`));
    assert.equal(result.status, "fail");
    assert.deepEqual(failuresOf(result), [["2017-02-10T00:00:00", what, expected, found]]);
    const [diagnostic] = result.diagnostics;
    assert.equal(diagnostic?.code, "TEST_FAILED");
    assert.equal(diagnostic.subject?.filename, "a.hcltest.hcl");
    for (const text of [...expected, ...found]) assert.ok(diagnostic.detail.includes(text), text);
  });
}

test("each then looks at its own when, and what it does not name is not looked at", async () => {
  const result = await runOne(
    storyOf(`
  when { at = "2017-02-11T23:59:59" }
  then { points = 2 }
  when { at = "2017-02-12" }
  then { points = 2 }
  when { at = "2017-02-01T15:59:59" }
  then { points = 0 }
  when { at = "2017-02-28" }
  then { converted = {} }
`),
  );
  assert.deepEqual(failuresOf(result), [["2017-02-12T00:00:00", "points", ["2"], ["1"]]]);
});

test("times are by the policy's clock, or as their offset says", async () => {
  const result = await runOne(
    storyOf(`
  when { at = "2017-02-12T00:00:00-08:00" }
  then {
    visible { full = ["2017-02-08T23:00:00Z"] }
  }
  when { at = "2017-02-12T07:59:59Z" }
  then { points = 2 }
`),
  );
  assert.deepEqual(failuresOf(result), []);
});

test("a time that the clock shows twice is told apart by its offset", async () => {
  const given = `given {
    full {
      started_at   = "2017-11-05T01:30:00-07:00"
      completed_at = "2017-11-05T01:30:00-07:00"
    }
    full {
      started_at   = "2017-11-05T01:30:00-08:00"
      completed_at = "2017-11-05T01:30:00-08:00"
    }
  }`;
  const result = await runOne(
    storyOf(
      'when { at = "2017-11-06" }\n then {\n visible { full = ["2017-11-05T01:30:00"] }\n}',
      given,
    ),
  );
  assert.deepEqual(failuresOf(result), [
    [
      "2017-11-06T00:00:00",
      "visible full",
      ["2017-11-05T01:30:00"],
      ["2017-11-05T01:30:00", "2017-11-05T01:30:00-08:00"],
    ],
  ]);
});

test("a story about several databases can look at one", async () => {
  const given = `given {
    dynamic "full" {
      for_each = ["orders", "shop"]
      content {
        database     = full.value
        started_at   = "2017-02-0\${full.key + 1}T12:00:00"
        completed_at = "2017-02-0\${full.key + 1}T16:00:00"
      }
    }
  }`;
  const result = await runOne(
    storyOf(
      `when { at = "2017-02-03" }
  then { points = 2 }
  when { at = "2017-02-03" }
  then {
    database = "shop"
    points   = 1
    visible { full = ["2017-02-02T16:00:00"] }
    restorable { exactly = ["2017-02-02T16:00:00"] }
    ran { full = ["2017-02-02T12:00:00"] }
  }`,
      given,
    ),
  );
  assert.deepEqual(failuresOf(result), []);
});

test("a differential without a full is a full, and the test can say why", async () => {
  const given = `given {
    differential {
      started_at   = "2017-02-01T21:00:00"
      completed_at = "2017-02-01T21:30:00"
    }
  }`;
  const result = await runOne(
    storyOf(
      `when { at = "2017-02-02" }
  then {
    converted = { "2017-02-01T21:30:00" = "no_full_recovery_point" }
    visible {
      full         = ["2017-02-01T21:30:00"]
      differential = []
    }
  }`,
      given,
    ),
  );
  assert.deepEqual(failuresOf(result), []);
});

test("a failed backup ran, and made no point", async () => {
  const given = `given {
    full {
      started_at   = "2017-02-01T12:00:00"
      completed_at = "2017-02-01T16:00:00"
      status       = "failed"
    }
  }`;
  const result = await runOne(
    storyOf('when { at = "2017-02-02" }\n then {\n points = 0\n ran { full = [] }\n}', given),
  );
  assert.deepEqual(failuresOf(result), []);
});

test("a history in a file is what ran, together with backups of the test", async () => {
  const event = { type: "full", database: "database", status: "successful" };
  const line = (day: string) =>
    JSON.stringify({ ...event, started_at: `${day}T12:00`, completed_at: `${day}T16:00` });
  const text = storyOf(
    'when { at = "2017-02-04" }\n then { points = 3 }',
    `given {
    history = "ran.ndjson"
    full {
      started_at   = "2017-02-03T12:00:00"
      completed_at = "2017-02-03T16:00:00"
    }
  }`,
  );
  const others = { "ran.ndjson": `${line("2017-02-01")}\n${line("2017-02-02")}\n` };
  assert.deepEqual(failuresOf(await runOne(text, { others })), []);
});
