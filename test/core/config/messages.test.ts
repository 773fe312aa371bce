import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModules } from "../../support/load-modules.ts";
import { loadText } from "../../support/load-text.ts";

const EXAMPLE = `credential "ci" {
  type         = "sql_password"
  username     = "backup"
  password_env = "ORDERS_PASSWORD"
}
server "orders" {
  kind       = "sql_server"
  host       = "orders.contoso.example"
  credential = credential.ci
}
vault "main" {
  storage "local" { path = "./vault" }
  encryption { key_env = "HOLDFAST_VAULT_KEY" }
}
retention "standard" {
  daily    = 10
  timezone = "America/Los_Angeles"
}
policy "gold" {
  method    = "native"
  retention = retention.standard
  full { schedule = "0 12 * * WED" }
}
backup_set "orders" {
  server = server.orders
  policy = policy.gold
  vault  = vault.main
  databases { include = ["*"] }
}
`;

/** A mistake, and the one message that it gives. */
const MISTAKES: readonly (readonly [string, string, RegExp])[] = [
  ['retention "standard"', 'retenton "standard"', /Did you mean "retention"\?/],
  ["username ", "user_name", /Did you mean "username"\?/],
  ["daily   ", "daly", /Did you mean "daily"\?/],
  ['"sql_password"', "sql_password", /put it in quotation marks: "sql_password"\./],
  ['"orders.contoso.example"', "orders.contoso.example", /: "orders\.contoso\.example"\./],
  ["databases {", "databases = {", /write it without the equals sign/],
  ["server = server.orders", 'server { name = "x" }', /write server = value/],
  ['storage "local"', "storage", /is written storage "type" \{ \}/],
  ["server.orders", "server.orders.id", /Refer to the block itself: server\.orders\./],
  ["server.orders", '"orders"', /Write server\.orders, without quotation marks/],
  ["server.orders", '"server.ordrs"', /Write server\.orders, without quotation marks/],
  ['"sql_server"', '"SQL_Server"', /Did you mean "sql_server"\?/],
  ["America/Los_Angeles", "America/Los_Angles", /Did you mean "America\/Los_Angeles"\?/],
  ["daily    = 10", 'daily = "10d"', /Write it without a unit: 10\./],
  ['["*"]', '"*"', /Write a list, also for one element: \["\*"\]\./],
  ["0 12 * * WED", "0 25 * * *", /Invalid value for hour: 25\./],
  ["0 12 * * WED", "0 0 31 2 *", /Such a time never comes/],
  [".example", ".example,1433", /Write host = "orders\.contoso\.example" and port = 1433\./],
  ['"orders.contoso', '"tcp:orders.contoso', /Write host = "orders\.contoso\.example"\./],
  ['"orders.contoso.example"', '"SQL01\\\\PROD"', /A named instance is reached by its port/],
  ["username ", "user ", /Did you mean "username"\?/],
  ["key_env", "key_en", /Did you mean "key_env"\?/],
  ["databases { include", "include = 1 #", /databases \{ include = … \}/],
  ["daily    = 10", "daily = 10\n prevent_destroy = true", /lifecycle \{ prevent_destroy = … \}/],
  ['password_env = "ORDERS_PASSWORD"', 'password = "geheim"', /A secret never stands in a conf/],
];

for (const [from, to, detail] of MISTAKES) {
  test(`${to} gives one message that says what to write`, () => {
    assert.ok(EXAMPLE.includes(from), from);
    const { diagnostics } = loadText({ "main.hcl": EXAMPLE.replace(from, () => to) });
    assert.equal(diagnostics.length, 1, JSON.stringify(diagnostics, null, 1));
    assert.match(diagnostics[0]?.detail ?? "", detail);
    assert.doesNotMatch(diagnostics[0]?.detail ?? "", /geheim/);
  });
}

const MODULE = 'variable "name" { type = string }\noutput "it" { value = var.name }\n';

const ADDITIONS: readonly (readonly [string, RegExp])[] = [
  ['resource "server" "x" {}\noutput "o" { value = server.x }', /write server "x" \{ \} without/],
  ['resource "aws_instance" "x" {}', /Holdfast has no resources of providers/],
  ['provider "azurerm" {}', /Holdfast has no providers/],
  ['terraform {\n backend "s3" {}\n}', /stand in a block holdfast \{ \}/],
  ["holdfast {\n required_providers {}\n}", /Holdfast has no providers/],
  ['holdfast {\n backend "s3" {}\n}', /say where the catalog is/],
  ['output "o" { value = data.server.orders }', /Write server\.orders\./],
  ["holdfast {}\nholdfast {}", /already at more\.hcl:1,1\. .* put the settings of both into it/],
  ["weeks = 3", /locals \{ weeks = … \}/],
  ['output "o" { value = terraform.workspace }', /Holdfast has no workspaces/],
  [
    'data "databases" "x" { server = server.orders }\noutput "o" { value = databases.x.names }',
    /Did you mean "data\.databases\.x\.names"\?/,
  ],
  ['variable "n" { type = strng }', /There is no type "strng"\. Did you mean "string"\?/],
  ['variable "n" { default = eu }', /If eu is a text, put it in quotation marks: "eu"/],
  ['module "m" {\n source = "mod"\n name = "x"\n}', /write "\.\/mod"/],
  ['module "m" {\n source = "a/b/aws"\n version = "1"\n}', /There is no registry of modules/],
  ['module "m" { source = "github.com/a/b" }', /write "git::https:\/\/github\.com\/a\/b"/],
  [
    'module "m" {\n source = "./mod"\n name = "x"\n}\noutput "o" { value = module.m.its }',
    /No output of module\.m is declared with the name "its"\. Did you mean "it"/,
  ],
  ['module "m" {\n source = "./mod"\n nmae = "x"\n}', /Did you mean "name"\?/],
  ['module "m" {\n source = "./mod"\n name = "x"\n providers = {}\n}', /has no providers/],
  [
    'policy "p" {\n method = "native"\n retention = retention.standard\n dynamic "full" {\n for_each = [1]\n schedule = "@daily"\n}\n}',
    /content \{ schedule = … \}/,
  ],
];

for (const [text, detail] of ADDITIONS) {
  test(`${text.split("\n", 2).join(" ")} gives one message that says what to write`, () => {
    const files = { "main.hcl": EXAMPLE, "more.hcl": text, "mod/main.hcl": MODULE };
    const { diagnostics } = loadModules(files, { purpose: "validate" });
    assert.equal(diagnostics.length, 1, JSON.stringify(diagnostics, null, 1));
    assert.match(diagnostics[0]?.detail ?? "", detail);
  });
}

test("a step that fails tells what stands before it", () => {
  const text = 'locals { hosts = ["a", "b"] }\noutput "o" { value = local.hosts[2] }';
  const { diagnostics } = loadText({ "main.hcl": text });
  assert.deepEqual(diagnostics[0]?.values, [
    { reference: "local.hosts", statement: "is tuple with 2 elements" },
  ]);
});

test("a fault in one of many tells which one", () => {
  const text = 'retention "r" {\n for_each = { eu = 1, us = 0 }\n daily = each.value\n}';
  const { diagnostics } = loadText({ "main.hcl": text });
  assert.deepEqual(
    diagnostics.map(({ values }) => values),
    [
      [
        { reference: "each.key", statement: 'is "us"' },
        { reference: "each.value", statement: "is 0" },
      ],
    ],
  );
});

test("a for_each, count or input at fault tells what its references hold, and never a secret", () => {
  const text = `locals { list = ["a"] }
variable "s" {
  sensitive = true
  default   = "geheim"
}
retention "r" {
  for_each = local.list
  daily    = 1
}
retention "c" {
  count = var.s
  daily = 1
}
module "m" {
  source = "./mod"
  size   = local.list[0]
}
module "n" {
  source = "./mod"
  size   = var.s
}`;
  const files = { "main.hcl": text, "mod/main.hcl": 'variable "size" { type = number }' };
  const { diagnostics } = loadModules(files);
  assert.deepEqual(
    diagnostics.map(({ values }) => values?.map((each) => `${each.reference} ${each.statement}`)),
    [
      ["local.list is tuple with 1 element"],
      ["var.s has a sensitive value"],
      ['local.list[0] is "a"'],
      ["var.s has a sensitive value"],
    ],
  );
  assert.doesNotMatch(JSON.stringify(diagnostics), /geheim/);
});

test("the keys of a sensitive map are no suggestions", () => {
  const text = `variable "s" {
  sensitive = true
  default   = { geheim1 = "x" }
}
output "a" {
  sensitive = true
  value     = [var.s["geheim2"], var.s.geheim3]
}`;
  const { diagnostics } = loadText({ "main.hcl": text });
  assert.equal(diagnostics.length, 2);
  assert.doesNotMatch(JSON.stringify(diagnostics), /geheim1/);
});

test("a long value is not repeated in the sentence about it", () => {
  for (const argument of ["daily", "timezone"]) {
    const text = `retention "r" {\n daily = 1\n ${argument} = "${"x".repeat(200)}"\n}`;
    const { diagnostics } = loadText({ "main.hcl": text.replace(/ daily = 1\n(?= daily)/, "") });
    assert.match(diagnostics[0]?.detail ?? "", /^The value does not fit the argument/);
  }
});

test("in JSON a reference keeps its quotation marks", () => {
  const policy = { method: "native", retention: "standrad", full: { schedule: "@daily" } };
  const text = JSON.stringify({ retention: { standard: { daily: 1 } }, policy: { p: policy } });
  const [found] = loadText({ "main.hcl.json": text }).diagnostics;
  assert.match(found?.detail ?? "", /Write "retention\.standard"\./);
});

test("in JSON an unknown name at the top is a block", () => {
  const [found] = loadText({ "main.hcl.json": '{"retenton":{"x":{"daily":1}}}' }).diagnostics;
  assert.equal(found?.code, "CONFIG_UNKNOWN_BLOCK");
  assert.match(found.detail, /Blocks of type "retenton" .* Did you mean "retention"\?/);
});
