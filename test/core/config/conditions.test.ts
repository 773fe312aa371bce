import assert from "node:assert/strict";
import { test } from "node:test";
import { loadText } from "../../support/load-text.ts";

const RETENTION = (lifecycle: string) => `variable "days" { default = 3 }
retention "r" {
 daily = var.days
 lifecycle {
  ${lifecycle}
 }
}
`;

function findings(text: string, rest: Parameters<typeof loadText>[1] = {}) {
  return loadText({ "main.hcl": text }, rest).diagnostics.map(
    ({ severity, code, summary, detail, values }) => ({ severity, code, summary, detail, values }),
  );
}

test("a precondition that does not hold is an error with its message and the values used", () => {
  const text = RETENTION(
    'precondition {\n condition = var.days >= 7\n error_message = "Keep at least a week, not ${var.days} days."\n }',
  );
  assert.deepEqual(findings(text), [
    {
      severity: "error",
      code: "CONFIG_CONDITION_FAILED",
      summary: "Precondition failed",
      detail: "Keep at least a week, not 3 days.",
      values: [{ reference: "var.days", statement: "is 3" }],
    },
  ]);
});

test("a postcondition looks at the block itself", () => {
  const text = (least: number) =>
    RETENTION(
      `postcondition {\n condition = self.daily >= ${least} && self.weekly == 0\n error_message = "Too short."\n }`,
    );
  assert.deepEqual(findings(text(3)), []);
  assert.equal(findings(text(4))[0]?.summary, "Postcondition failed");
});

test("a message that is made from a sensitive value is not shown", () => {
  const text = `variable "s" {
 default = "geheim"
 sensitive = true
}
output "o" {
 value = 1
 precondition {
  condition = length(var.s) > 10
  error_message = "Short: \${var.s}"
 }
}
`;
  const [failed] = findings(text);
  assert.equal(JSON.stringify(failed).includes("geheim"), false);
  assert.match(failed?.detail ?? "", /sensitive value, so it is not shown/);
});

test("a condition that is no condition, and a message that is no string, are errors", () => {
  const text = RETENTION('precondition {\n condition = "x"\n error_message = ["y"]\n }');
  assert.deepEqual(
    findings(text).map(({ code }) => code),
    ["CONFIG_WRONG_TYPE", "CONFIG_WRONG_TYPE"],
  );
});

test("a check warns and stops nothing", () => {
  const text = `check "week" {
 assert {
  condition = retention.r.daily >= 7
  error_message = "Only \${retention.r.daily} days."
 }
 assert {
  condition = true
  error_message = "never"
 }
}
retention "r" { daily = 3 }
`;
  const { configuration, diagnostics } = loadText({ "main.hcl": text });
  assert.deepEqual(
    diagnostics.map(({ severity, code }) => [severity, code]),
    [["warning", "CONFIG_CHECK_FAILED"]],
  );
  assert.deepEqual(configuration?.checks, [
    { address: "check.week", status: "fail", failures: ["Only 3 days."] },
  ]);
});

test("a check without an assert checks nothing, and is refused", () => {
  assert.deepEqual(
    findings('check "empty" {}').map(({ code }) => code),
    ["CONFIG_MISSING_ARGUMENT"],
  );
});

test("lifecycle says what a plan may do", () => {
  const text = `server "a" {
 kind = "sql_server"
 host = "h"
 credential = credential.c
 lifecycle {
  prevent_destroy = true
  create_before_destroy = true
  ignore_changes = [port, tls.ca_file]
  replace_triggered_by = [credential.c.username, retention.r]
 }
}
credential "c" { type = "entra_default" }
retention "r" {
 count = 2
 daily = 1
 lifecycle { ignore_changes = all }
}
`;
  const { configuration, diagnostics } = loadText({ "main.hcl": text });
  assert.deepEqual(diagnostics, []);
  const lifecycles = Object.fromEntries(
    configuration?.resources.map(({ address, lifecycle }) => [address, lifecycle]) ?? [],
  );
  assert.deepEqual(lifecycles["server.a"], {
    preventDestroy: true,
    createBeforeDestroy: true,
    ignoreChanges: [["port"], ["tls", "ca_file"]],
    replaceTriggeredBy: [
      { address: "credential.c", path: ["username"] },
      { address: "retention.r[0]", path: [] },
      { address: "retention.r[1]", path: [] },
    ],
  });
  assert.equal(lifecycles["retention.r[0]"]?.ignoreChanges, "all");
});

const FAULTS: readonly (readonly [string, string, RegExp])[] = [
  ["prevent_destroy = var.days > 1", "CONFIG_WRONG_TYPE", /written true or false/],
  ["ignore_changes = [dayly]", "CONFIG_UNKNOWN_ARGUMENT", /Did you mean "daily"/],
  ["ignore_changes = daily", "CONFIG_INVALID_VALUE", /is a list of arguments/],
  ["replace_triggered_by = [vault.nope]", "LANGUAGE_UNKNOWN_REFERENCE", /No vault is declared/],
  [
    "replace_triggered_by = [var.days]",
    "LANGUAGE_UNKNOWN_REFERENCE",
    /names blocks of this module/,
  ],
  ["replace_triggered_by = 5", "CONFIG_INVALID_VALUE", /is a list of blocks/],
  ["}\n lifecycle {", "CONFIG_DUPLICATE_NAME", /At most one block/],
];

for (const [body, code, detail] of FAULTS) {
  test(`lifecycle with ${body.replaceAll("\n", " ")} is ${code}`, () => {
    const found = findings(RETENTION(body));
    assert.deepEqual(
      found.map((each) => [each.code, detail.test(each.detail)]),
      [[code, true]],
      JSON.stringify(found),
    );
  });
}

test("a check that compares with null does not hold, with its message, and the configuration stands", () => {
  const text = `variable "rpo" {
 type    = number
 default = null
}
check "rpo" {
 assert {
  condition     = var.rpo <= 24
  error_message = "More than a day would be lost."
 }
}
`;
  const { configuration, diagnostics } = loadText({ "main.hcl": text });
  assert.deepEqual(configuration?.checks, [
    { address: "check.rpo", status: "fail", failures: ["More than a day would be lost."] },
  ]);
  const [only] = diagnostics;
  assert.deepEqual(
    [diagnostics.length, only?.severity, only?.code],
    [1, "warning", "CONFIG_CHECK_FAILED"],
  );
  assert.match(only?.detail ?? "", /^More than a day would be lost\.\n\n.*must not be null/s);
});

test("a check whose expression is wrong stays an error", () => {
  const text = `check "c" {
 assert {
  condition     = retention.none.daily > 1
  error_message = "x"
 }
}
`;
  const { configuration, diagnostics } = loadText({ "main.hcl": text });
  assert.equal(configuration, undefined);
  assert.ok(diagnostics.some(({ severity }) => severity === "error"));
});
