import assert from "node:assert/strict";
import { test } from "node:test";
import { loadText } from "../../support/load-text.ts";

const CREDENTIAL = 'credential "c" {\n type = "entra_default"\n}\n';

function serversOf(text: string) {
  const { configuration, diagnostics } = loadText({ "main.hcl": CREDENTIAL + text });
  assert.deepEqual(diagnostics, []);
  const servers = configuration?.resources.filter(({ type }) => type === "server") ?? [];
  return servers.map(({ address, attributes }) => [address, attributes["host"]]);
}

function server(meta: string, host: string): string {
  return `server "s" {\n ${meta}\n kind = "sql_server"\n host = ${host}\n credential = credential.c\n}\n`;
}

test("for_each over a map makes one object for each key", () => {
  const text = server('for_each = { b = "two", a = "one" }', '"${each.key}.${each.value}"');
  assert.deepEqual(serversOf(text), [
    ['server.s["a"]', "a.one"],
    ['server.s["b"]', "b.two"],
  ]);
});

test("for_each over a set of strings gives each element as key and value", () => {
  const text = server('for_each = toset(["x", "x", "y"])', '"${each.key}-${each.value}"');
  assert.deepEqual(serversOf(text), [
    ['server.s["x"]', "x-x"],
    ['server.s["y"]', "y-y"],
  ]);
});

test("count makes as many objects, in the order of their indexes", () => {
  const text = server("count = 11", '"h${count.index}"');
  const servers = serversOf(text);
  assert.deepEqual(servers.slice(1, 3), [
    ["server.s[1]", "h1"],
    ["server.s[2]", "h2"],
  ]);
  assert.deepEqual(servers.at(-1), ["server.s[10]", "h10"]);
  assert.deepEqual(serversOf(server("count = 0", '"h"')), []);
});

test("a reference names one instance, and its arguments can be read", () => {
  const text = `${server('for_each = { eu = "e", us = "u" }', "each.value")}
vault "v" {
 storage "local" { path = "./v" }
 encryption { key_env = "K" }
}
retention "r" { daily = 2 }
policy "p" {
 method = "snapshot"
 retention = retention.r
 full { schedule = "@daily" }
}
backup_set "b" {
 for_each = server.s
 server = each.value
 policy = policy.p
 vault = vault.v
 databases { include = [server.s[each.key].host, policy.p.retention.daily] }
}
output "hosts" { value = { for key, one in server.s : key => one.host } }
output "ports" { value = values(server.s)[*].port }
output "place" { value = vault.v.storage.path }
output "address" { value = server.s["eu"] }
`;
  const { configuration, diagnostics } = loadText({ "main.hcl": CREDENTIAL + text });
  assert.deepEqual(diagnostics, []);
  const sets = configuration?.resources.filter(({ type }) => type === "backup_set") ?? [];
  assert.deepEqual(
    sets.map(({ address, attributes, dependsOn }) => [address, attributes["server"], dependsOn]),
    [
      ['backup_set.b["eu"]', 'server.s["eu"]', ["policy.p", 'server.s["eu"]', "vault.v"]],
      ['backup_set.b["us"]', 'server.s["us"]', ["policy.p", 'server.s["us"]', "vault.v"]],
    ],
  );
  assert.deepEqual(
    configuration?.outputs.map(({ value }) => value),
    ['server.s["eu"]', { eu: "e", us: "u" }, "./v", [1433, 1433]],
  );
});

const FAULTS: readonly (readonly [string, RegExp])[] = [
  ["for_each = null", /it is null\. Write \{\} or toset\(\[\]\) for none/],
  ['for_each = ["a"]', /must be a map, or a set of strings.*Convert it with toset\(\)/],
  ["for_each = toset([1])", /the set must hold strings, and it holds number/],
  ["for_each = 5", /must be a map, or a set of strings/],
  ['for_each = sensitive({ a = "b" })', /is sensitive/],
  ["count = -1", /must not be less than zero/],
  ["count = 1.5", /must be a whole number/],
  ["count = null", /it is null/],
  ['count = "two"', /a number is required/],
  ["count = 1e9", /must not be greater than/],
  ["count = sensitive(1)", /is sensitive/],
];

for (const [meta, detail] of FAULTS) {
  test(`${meta} is refused, and only that is reported`, () => {
    const { diagnostics } = loadText({ "main.hcl": CREDENTIAL + server(meta, '"h"') });
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ["CONFIG_INVALID_REPETITION"],
    );
    assert.match(diagnostics[0]?.detail ?? "", detail);
  });
}

test("for_each and count exclude each other", () => {
  const text = server("for_each = {}\n count = 1", '"h"');
  const [first] = loadText({ "main.hcl": CREDENTIAL + text }).diagnostics;
  assert.match(first?.detail ?? "", /only one of them may be set/);
});

test("a mistake in a block that stands there no time is seen all the same", () => {
  const text = server("count = 0", "nope.x");
  const { diagnostics } = loadText({ "main.hcl": CREDENTIAL + text });
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ["LANGUAGE_UNKNOWN_REFERENCE"],
  );
});

test("a mistake in a block of a thousand instances is reported once", () => {
  const text = server("count = 1000", "upper(1, 2)");
  const { diagnostics } = loadText({ "main.hcl": CREDENTIAL + text });
  assert.equal(diagnostics.length, 1);
});

test("each, count and self are refused where they mean nothing", () => {
  for (const name of ["each.key", "count.index", "self.host"]) {
    const { diagnostics } = loadText({ "main.hcl": `output "o" { value = ${name} }` });
    assert.match(diagnostics[0]?.detail ?? "", /can be used only in/);
  }
});

test("an address in quotation marks is a reference too", () => {
  const text = `retention "r" {
 daily = 2
 timezone = "Europe/Berlin"
}
policy "a" {
 method = "snapshot"
 retention = "retention.r"
 full { schedule = "@daily" }
}
`;
  const { configuration, diagnostics } = loadText({ "main.hcl": text });
  assert.deepEqual(diagnostics, []);
  const policy = configuration?.resources.find(({ type }) => type === "policy");
  assert.equal(policy?.attributes["timezone"], "Europe/Berlin");
});

test("a dynamic block stands once for each element", () => {
  const text = (days: string) => `retention "r" { daily = 2 }
policy "p" {
 method = "snapshot"
 retention = retention.r
 dynamic "full" {
  for_each = ${days}
  iterator = day
  content { schedule = "0 \${day.value} * * *" }
 }
}
`;
  const load = (days: string) => loadText({ "main.hcl": text(days) });
  const fullOf = (days: string) =>
    load(days).configuration?.resources.find(({ type }) => type === "policy")?.attributes["full"];
  assert.deepEqual(fullOf("[4]"), { schedule: "0 4 * * *" });
  assert.deepEqual(fullOf("{ a = 5 }"), { schedule: "0 5 * * *" });
  assert.equal(fullOf("[]"), null);
  assert.match(load("[1, 2]").diagnostics[0]?.detail ?? "", /At most one block of type "full"/);
  assert.match(load("null").diagnostics[0]?.detail ?? "", /this value is null\. Write \[\]/);
  assert.match(load("[99]").diagnostics[0]?.detail ?? "", /0 99/);
});

test("a dynamic block with a kind takes its label as a literal", () => {
  const text = (labels: string) => `vault "v" {
 encryption { key_env = "K" }
 dynamic "storage" {
  for_each = ["x"]
  labels = ${labels}
  content { path = "./\${storage.value}" }
 }
}
`;
  const found = loadText({ "main.hcl": text('["local"]') });
  assert.deepEqual(found.configuration?.resources[0]?.attributes["storage"], {
    type: "local",
    path: "./x",
  });
  const [wrong] = loadText({ "main.hcl": text('["disk"]') }).diagnostics;
  assert.match(wrong?.detail ?? "", /of kind "local" or "azure_blob", not "disk"/);
});
