import assert from "node:assert/strict";
import { test } from "node:test";
import { loadText } from "../../support/load-text.ts";

const TEXT = `credential "c" { type = "entra_default" }
server "s" {
 for_each = toset(["eu", "us"])
 kind = "sql_server"
 host = each.key
 credential = credential.c
}
data "databases" "all" {
 for_each = server.s
 server = each.value
}
retention "r" {
 for_each = toset(flatten(values(data.databases.all)[*].names))
 daily = 1
}
output "names" { value = data.databases.all["eu"].names }
`;

test("data that was not read is asked for, and there is no configuration yet", () => {
  const { configuration, diagnostics, pendingData } = loadText({ "main.hcl": TEXT });
  assert.deepEqual(diagnostics, []);
  assert.equal(configuration, undefined);
  assert.deepEqual(
    pendingData.map(({ address, type, attributes }) => [address, type, attributes]),
    [
      ['data.databases.all["eu"]', "databases", { server: 'server.s["eu"]' }],
      ['data.databases.all["us"]', "databases", { server: 'server.s["us"]' }],
    ],
  );
});

test("with what was read, blocks stand once for each database", () => {
  const data = new Map([
    ['data.databases.all["eu"]', { names: ["shop"] }],
    ['data.databases.all["us"]', { names: ["crm", "shop"] }],
  ]);
  const { configuration, diagnostics, pendingData } = loadText({ "main.hcl": TEXT }, { data });
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(pendingData, []);
  const addresses = configuration?.resources.map(({ address }) => address) ?? [];
  assert.deepEqual(
    addresses.filter((address) => address.startsWith("retention")),
    ['retention.r["crm"]', 'retention.r["shop"]'],
  );
  assert.deepEqual(configuration?.outputs[0]?.value, ["shop"]);
});

test("data of one block may depend on that of another: it is asked for in a later round", () => {
  const text = `data "databases" "a" { server = server.s }
data "databases" "b" {
 for_each = toset(data.databases.a.names)
 server = server.s
}
server "s" {
 kind = "sql_server"
 host = "h"
 credential = credential.c
}
credential "c" { type = "entra_default" }
`;
  const first = loadText({ "main.hcl": text });
  assert.deepEqual(
    first.pendingData.map(({ address }) => address),
    ["data.databases.a"],
  );
  const data = new Map([["data.databases.a", { names: ["x"] }]]);
  const second = loadText({ "main.hcl": text }, { data });
  assert.deepEqual(
    second.pendingData.map(({ address }) => address),
    ['data.databases.b["x"]'],
  );
});

test("data is checked like any block", () => {
  const codes = (text: string) =>
    loadText({ "main.hcl": text }).diagnostics.map(({ code }) => code);
  assert.deepEqual(codes('data "databases" "a" {}'), ["CONFIG_MISSING_ARGUMENT"]);
  assert.deepEqual(codes('data "databases" "a" { server = "x" }'), ["CONFIG_WRONG_TYPE"]);
  assert.deepEqual(codes('data "database" "a" {}'), ["CONFIG_UNKNOWN_BLOCK"]);
});

test("a check may read data of its own", () => {
  const text = `check "c" {
 data "recovery_points" "p" { backup_set = backup_set.nope }
 assert {
  condition = length(data.recovery_points.p.recovery_points) > 0
  error_message = "none"
 }
}
`;
  const { diagnostics } = loadText({ "main.hcl": text });
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ["LANGUAGE_UNKNOWN_REFERENCE"],
  );
});

test("conditions of data look at what was read, and its lifecycle holds nothing else", () => {
  const text = (lifecycle: string) => `credential "c" { type = "entra_default" }
server "s" {
 kind = "sql_server"
 host = "h"
 credential = credential.c
}
data "databases" "d" {
 server = server.s
 lifecycle {
  ${lifecycle}
 }
}
`;
  const least = (count: number) =>
    `postcondition {\n condition = length(self.names) >= ${count}\n error_message = "few"\n }`;
  const data = new Map([["data.databases.d", { names: ["a"] }]]);
  const codes = (lifecycle: string) =>
    loadText({ "main.hcl": text(lifecycle) }, { data }).diagnostics.map(({ code }) => code);
  assert.deepEqual(codes(least(1)), []);
  assert.deepEqual(codes(least(2)), ["CONFIG_CONDITION_FAILED"]);
  assert.deepEqual(codes("prevent_destroy = true"), ["CONFIG_UNKNOWN_ARGUMENT"]);
});
