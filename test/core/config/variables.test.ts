import assert from "node:assert/strict";
import { test } from "node:test";
import type { VariableSources } from "../../../core/config/configuration.ts";
import { loadText, sourceFile } from "../../support/load-text.ts";

function load(text: string, variables: VariableSources = {}) {
  return loadText({ "main.hcl": text }, { variables });
}

function valuesOf(text: string, variables: VariableSources = {}) {
  const { configuration, diagnostics } = load(text, variables);
  assert.ok(configuration, JSON.stringify(diagnostics, null, 1));
  return Object.fromEntries(configuration.variables.map(({ name, value }) => [name, value]));
}

function codesOf(text: string, variables: VariableSources = {}): readonly string[] {
  return load(text, variables).diagnostics.map(({ code, severity }) => `${severity} ${code}`);
}

test("of the values given, the last of the command line wins, then files, then the environment, then the default", () => {
  const text = ["a", "b", "c", "d", "e"]
    .map((name) => `variable "${name}" {\n default = "default"\n}\n`)
    .join("");
  const variables: VariableSources = {
    environment: (name) => (name === "a" ? undefined : "environment"),
    autoFiles: [
      sourceFile("z.auto.hclvars.json", '{"c": "z", "d": "z"}'),
      sourceFile("a.auto.hclvars", 'c = "a"\nd = "a"\ne = "a"\n'),
    ],
    options: [
      { kind: "var", name: "e", text: "first" },
      { kind: "file", file: sourceFile("prod.hclvars", 'd = "file"\ne = "file"\n') },
      { kind: "var", name: "e", text: "last" },
    ],
  };
  assert.deepEqual(valuesOf(text, variables), {
    a: "default",
    b: "environment",
    c: "z",
    d: "file",
    e: "last",
  });
});

test("values take the declared type", () => {
  const text = `
    variable "n" { type = number }
    variable "l" { type = list(string) }
    variable "o" { type = object({ a = bool, b = map(number) }) }
    variable "s" { type = string }
    variable "any" {}
  `;
  const options = [
    { kind: "var", name: "n", text: "12" },
    { kind: "var", name: "l", text: '["a", 1]' },
    { kind: "var", name: "o", text: '{ a = "true", b = { x = 1 } }' },
    { kind: "var", name: "s", text: '["not", "parsed"]' },
    { kind: "var", name: "any", text: "plain" },
  ] as const;
  assert.deepEqual(valuesOf(text, { options }), {
    n: 12,
    l: ["a", "1"],
    o: { a: true, b: { x: 1 } },
    s: '["not", "parsed"]',
    any: "plain",
  });
  const json = {
    "main.hcl.json": '{"variable": {"l": {"type": "list(number)", "default": ["1", 2]}}}',
  };
  assert.deepEqual(loadText(json).configuration?.variables[0]?.value, [1, 2]);
});

test("faults of variables are told one by one", () => {
  assert.deepEqual(codesOf('variable "a" {}'), ["error CONFIG_VARIABLE_MISSING"]);
  assert.deepEqual(codesOf('variable "a" {\n type = number\n default = "x"\n}'), [
    "error CONFIG_WRONG_TYPE",
  ]);
  assert.deepEqual(codesOf('variable "a" {\n type = strin\n default = "x"\n}'), [
    "error CONFIG_INVALID_VALUE",
  ]);
  assert.deepEqual(codesOf('variable "a" {\n nullable = false\n default = null\n}'), [
    "error CONFIG_VARIABLE_MISSING",
  ]);
  assert.deepEqual(codesOf("locals { a = var.b }"), ["error LANGUAGE_UNKNOWN_REFERENCE"]);
  const option = { kind: "var", name: "b", text: "x" } as const;
  assert.deepEqual(codesOf('variable "a" { default = 1 }', { options: [option] }), [
    "error CONFIG_VARIABLE_UNDECLARED",
  ]);
  const autoFiles = [sourceFile("x.auto.hclvars", "b = 1\n")];
  assert.deepEqual(codesOf('variable "a" { default = 1 }', { autoFiles }), [
    "warning CONFIG_VARIABLE_UNDECLARED",
  ]);
});

test("a validation that does not hold shows its message", () => {
  const text =
    'variable "n" {\n type = number\n validation {\n  condition = var.n > 2\n  error_message = "At least 3, not ${var.n}."\n }\n}';
  const given = (value: string) =>
    ({ options: [{ kind: "var", name: "n", text: value }] }) as const;
  assert.deepEqual(load(text, given("3")).diagnostics, []);
  const [failed] = load(text, given("2")).diagnostics;
  assert.equal(failed?.code, "CONFIG_VALIDATION_FAILED");
  assert.match(failed.detail, /^At least 3, not 2\./);
});

const SENSITIVE = 'variable "s" {\n default = "hunter2"\n sensitive = true\n}\n';

test("what is made of a sensitive variable is marked, and no message shows it", () => {
  const server = (port: string) =>
    `${SENSITIVE}
    credential "c" { type = "entra_default" }
    server "x" {
      kind = "sql_server"
      host = "db.\${var.s}.example"
      port = ${port}
      credential = credential.c
      tls { server_name = var.s }
    }`.replaceAll("\\$", "$");
  const { configuration } = load(server("1433"));
  const resource = configuration?.resources.find(({ type }) => type === "server");
  assert.deepEqual(resource?.sensitive, [["host"], ["tls", "server_name"]]);
  const faulty = load(server("var.s"));
  assert.ok(faulty.diagnostics.length > 0);
  assert.doesNotMatch(JSON.stringify(faulty.diagnostics), /hunter2/);
  const kind = load(`${SENSITIVE} credential "c" { type = var.s }`);
  assert.equal(kind.diagnostics[0]?.code, "CONFIG_INVALID_VALUE");
  assert.doesNotMatch(JSON.stringify(kind.diagnostics), /hunter2/);
});

test("an output of a sensitive value must say so", () => {
  const output = (more: string) => `${SENSITIVE} output "o" {\n value = [var.s]\n ${more}\n}`;
  assert.deepEqual(codesOf(output("")), ["error CONFIG_INVALID_VALUE"]);
  const { configuration } = load(output("sensitive = true"));
  assert.deepEqual(configuration?.outputs, [
    { name: "o", value: ["hunter2"], sensitive: true, description: null },
  ]);
});

test("expressions of every kind make arguments", () => {
  const text = `
    variable "names" { default = ["shop", "crm"] }
    locals {
      upper = [for name in var.names : upper(name) if name != "crm"]
      daily = length(var.names) > 1 ? 2 + 3 * 4 : 1
    }
    retention "r" {
      daily    = local.daily
      weekly   = max(1, 4)
      timezone = join("/", ["Europe", title("berlin")])
    }
    output "upper" { value = local.upper }
    output "here" { value = "\${path.module}/x" }
  `;
  const { configuration, diagnostics } = load(text);
  assert.ok(configuration, JSON.stringify(diagnostics, null, 1));
  const { daily, weekly, timezone } = configuration.resources[0]?.attributes ?? {};
  assert.deepEqual([daily, weekly, timezone], [14, 4, "Europe/Berlin"]);
  assert.deepEqual(
    configuration.outputs.map(({ value }) => value),
    ["./x", ["SHOP"]],
  );
});

test("a value that sensitive() marks is hidden as a sensitive variable is", () => {
  const text =
    'credential "c" {\n type = "sql_password"\n username = sensitive("u")\n password_env = "E"\n}';
  assert.deepEqual(load(text).configuration?.resources[0]?.sensitive, [["username"]]);
});

test("an argument at fault says what the references in it hold", () => {
  const text = `variable "port" { default = "http" }
variable "secret" {
 default = 99999
 sensitive = true
}
server "a" {
 kind = "sql_server"
 host = "h"
 credential = "x"
 port = var.port
}
server "b" {
 kind = "sql_server"
 host = "h"
 credential = "x"
 port = var.secret
}
`;
  const { diagnostics } = loadText({ "main.hcl": text });
  const values = diagnostics.flatMap((each) => each.values ?? []);
  assert.deepEqual(values, [
    { reference: "var.port", statement: 'is "http"' },
    { reference: "var.secret", statement: "has a sensitive value" },
  ]);
});
