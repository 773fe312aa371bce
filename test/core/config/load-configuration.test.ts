import assert from "node:assert/strict";
import { test } from "node:test";
import { satisfiesVersion } from "../../../core/config/evaluate/version-constraint.ts";
import { loadText } from "../../support/load-text.ts";

/** The example of the product's contract. */
const EXAMPLE = `
credential "ci" {
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
  weekly   = 4
  monthly  = 12
  timezone = "America/Los_Angeles"
}

policy "gold" {
  method    = "native"
  retention = retention.standard
  full         { schedule = "0 12 * * WED" }
  differential { schedule = "0 21 * * *" }
  log          { every = "30m" }
}

backup_set "orders" {
  server = server.orders
  policy = policy.gold
  vault  = vault.main
  databases { include = ["*"] }
}
`;

/** Each finding as `line CODE`, in the order of lines. */
function findingsOf(text: string, rest: Parameters<typeof loadText>[1] = {}): readonly string[] {
  return loadText({ "main.hcl": text }, rest)
    .diagnostics.map(({ code, subject }) => ({ code, line: subject?.start.line ?? 0 }))
    .toSorted((a, b) => a.line - b.line)
    .map(({ code, line }) => `${line} ${code}`);
}

/** What is found when `from` of the example stands as `to`. */
function whenEdited(from: string, to: string) {
  assert.ok(EXAMPLE.includes(from), from);
  return loadText({ "main.hcl": EXAMPLE.replace(from, () => to) }).diagnostics;
}

test("the example of the contract resolves, with defaults and references as addresses", () => {
  const { configuration, diagnostics } = loadText({ "main.hcl": EXAMPLE });
  assert.deepEqual(diagnostics, []);
  const resources = new Map(configuration?.resources.map((each) => [each.address as string, each]));
  assert.deepEqual(
    [...resources.keys()],
    [
      "backup_set.orders",
      "credential.ci",
      "policy.gold",
      "retention.standard",
      "server.orders",
      "vault.main",
    ],
  );
  assert.deepEqual(resources.get("backup_set.orders")?.dependsOn, [
    "policy.gold",
    "server.orders",
    "vault.main",
  ]);
  assert.deepEqual(resources.get("server.orders")?.attributes, {
    kind: "sql_server",
    host: "orders.contoso.example",
    port: 1433,
    credential: "credential.ci",
    bridge: null,
    when_agent_down: "queue",
    tls: { ca_file: null, server_name: null, trust_server_certificate: false },
    azure: null,
    agent: null,
  });
  assert.equal(resources.get("policy.gold")?.attributes["timezone"], "America/Los_Angeles");
  assert.deepEqual(configuration?.settings.catalog, {
    type: "local",
    path: ".holdfast/catalog.db",
  });
});

const EDITS: readonly (readonly [string, string, string, RegExp])[] = [
  ['server "orders"', 'servr "orders"', "CONFIG_UNKNOWN_BLOCK", /Did you mean "server"/],
  ["host   ", "hots   ", "CONFIG_UNKNOWN_ARGUMENT", /Did you mean "host"/],
  ['kind       = "sql_server"', "", "CONFIG_MISSING_ARGUMENT", /"kind" is required/],
  [
    'kind       = "sql_server"',
    "kind = null",
    "CONFIG_MISSING_ARGUMENT",
    /"kind" is required, and its value is null/,
  ],
  ['"sql_server"', '"sqlserver"', "CONFIG_INVALID_VALUE", /Did you mean "sql_server"/],
  ["credential.ci", "credential.cj", "LANGUAGE_UNKNOWN_REFERENCE", /Declared: ci\./],
  ["credential.ci", "credentials.ci", "LANGUAGE_UNKNOWN_REFERENCE", /Did you mean "credential"/],
  [
    "credential.ci",
    "vault.main",
    "CONFIG_WRONG_TYPE",
    /"credential" takes a reference to a credential block, and vault\.main is a vault block/,
  ],
  [
    "credential.ci",
    "server.orders.host",
    "CONFIG_CYCLE",
    /server\.orders \(main\.hcl:\d+,1\) refers to itself/,
  ],
  ["credential.ci", '"ci"', "CONFIG_WRONG_TYPE", /"ci" is not one/],
  [
    "credential.ci",
    "data.databases.x",
    "LANGUAGE_UNKNOWN_REFERENCE",
    /No data source of type databases is declared with the name "x"/,
  ],
  ["daily    = 10", "daily = 0", "CONFIG_INVALID_VALUE", /at least 1/],
  ["daily    = 10", "daily = 1.5", "CONFIG_INVALID_VALUE", /whole number/],
  ["weekly   = 4", "weekly = -1", "CONFIG_INVALID_VALUE", /at least 0/],
  ["weekly   = 4", 'weekly = "many"', "CONFIG_WRONG_TYPE", /a number is required/],
  ["America/Los_Angeles", "America/Los_Angles", "CONFIG_INVALID_VALUE", /IANA/],
  ["0 12 * * WED", "0 25 * * WED", "CONFIG_INVALID_VALUE", /"0 25/],
  ["30m", "30 minutes", "CONFIG_INVALID_VALUE", /not a duration/],
  ["30m", "0s", "CONFIG_INVALID_VALUE", /at least one second/],
  ['"local"', '"locl"', "CONFIG_INVALID_VALUE", /Did you mean "local"/],
  ['path = "./vault"', "", "CONFIG_MISSING_ARGUMENT", /"path" is required/],
  ['storage "local" { path = "./vault" }', "", "CONFIG_MISSING_ARGUMENT", /"storage" is required/],
  [
    'key_env = "HOLDFAST_VAULT_KEY"',
    "",
    "CONFIG_MISSING_ARGUMENT",
    /One of the arguments "key_env", "key_file", "key_vault_key"/,
  ],
  [
    '{ key_env = "HOLDFAST_VAULT_KEY" }',
    '{\nkey_env = "A"\nkey_file = "b"\n}',
    "CONFIG_INVALID_VALUE",
    /Only one of the arguments/,
  ],
  [
    'encryption { key_env = "HOLDFAST_VAULT_KEY" }',
    'encryption { key_env = "HOLDFAST_VAULT_KEY" }\ntiers { cold = "archive" }',
    "CONFIG_NOT_SUPPORTED",
    /A folder has no access tiers/,
  ],
  [
    'encryption { key_env = "HOLDFAST_VAULT_KEY" }',
    'encryption { key_env = "HOLDFAST_VAULT_KEY" }\nimmutability { days = 14 }',
    "CONFIG_NOT_SUPPORTED",
    /A folder cannot keep files from being removed/,
  ],
  ['username     = "backup"', "", "CONFIG_MISSING_ARGUMENT", /"username"/],
  ['password_env = "ORDERS_PASSWORD"', "", "CONFIG_MISSING_ARGUMENT", /a place of its secret/],
  [
    'password_env = "ORDERS_PASSWORD"',
    'password = "x"',
    "CONFIG_UNKNOWN_ARGUMENT",
    /"password" is not expected/,
  ],
  [
    'method    = "native"',
    'method = "snapshot"',
    "CONFIG_INVALID_VALUE",
    /runs full backups only, so differential/,
  ],
  [
    'kind       = "sql_server"',
    'kind = "azure_sql"',
    "CONFIG_INVALID_VALUE",
    /native, which cannot run on server\.orders/,
  ],
  [
    'kind       = "sql_server"',
    'kind = "managed_instance"',
    "CONFIG_INVALID_VALUE",
    /schedules differential backups/,
  ],
  [
    'method    = "native"',
    'method = "files"',
    "CONFIG_INVALID_VALUE",
    /agent \{\} to server\.orders/,
  ],
  [
    'type         = "sql_password"',
    'type = "account_key"',
    "CONFIG_INVALID_VALUE",
    /cannot sign in to a SQL server/,
  ],
  ['["*"]', "[]", "CONFIG_INVALID_VALUE", /protect nothing/],
  ['["*"]', '["a:b"]', "CONFIG_INVALID_VALUE", /^"a:b".*colon or a semicolon/],
  ['["*"]', '["a;b"]', "CONFIG_INVALID_VALUE", /colon or a semicolon/],
  ['["*"]', '["TempDB"]', "CONFIG_INVALID_VALUE", /tempdb is made anew/],
  ['["*"]', '["master"]', "CONFIG_INVALID_VALUE", /Set system = true/],
  [
    "credential = credential.ci",
    "credential = credential.ci\nfor_each = {}",
    "CONFIG_WRONG_TYPE",
    /server\.orders stands there several times\. Name one of them, such as server\.orders\[each\.key\]/,
  ],
  [
    "daily    = 10",
    "daily = 10\nlifecycle { prevent_destory = true }",
    "CONFIG_UNKNOWN_ARGUMENT",
    /Did you mean "prevent_destroy"/,
  ],
  ['retention "standard"', 'module "standard"', "CONFIG_MISSING_ARGUMENT", /"source" is required/],
  ['retention "standard"', 'retention "1 standard"', "CONFIG_INVALID_VALUE", /cannot be a name/],
];

for (const [from, to, code, detail] of EDITS) {
  test(`${(to === "" ? `nothing instead of ${from}` : to).replaceAll("\n", " ")} is refused with ${code}`, () => {
    const found = whenEdited(from, to).filter(
      (each) => each.code === code && detail.test(each.detail),
    );
    assert.equal(found.length > 0, true, JSON.stringify(whenEdited(from, to), null, 1));
    assert.ok(found[0]?.subject);
  });
}

test("a name that stands twice is reported with both places", () => {
  const { diagnostics } = loadText({
    "b.hcl": 'retention "r" {\n  daily = 1\n}\n',
    "a.hcl":
      'locals {\n  x = 1\n}\nlocals {\n  x = 2\n}\nretention "r" {\n  daily = 2\n}\nholdfast {}\nholdfast {}',
  });
  assert.deepEqual(
    diagnostics.map(({ code, detail }) => [
      code,
      /at (\S+) and already at (\S+)\. /.exec(detail)?.slice(1),
    ]),
    [
      ["CONFIG_DUPLICATE_NAME", ["a.hcl:5,3", "a.hcl:2,3"]],
      ["CONFIG_DUPLICATE_NAME", ["a.hcl:11,1", "a.hcl:10,1"]],
      ["CONFIG_DUPLICATE_NAME", ["b.hcl:1,1", "a.hcl:7,1"]],
    ],
  );
});

test("one pass finds every problem", () => {
  const text = `locals { a = nope.x }
retention "r" { daily = 0 }
policy "p" {
  method = "snapshot"
  retention = retention.s
  full { schedule = "x" }
  extra = 1
}
wrong {}
`;
  assert.deepEqual(findingsOf(text), [
    "1 LANGUAGE_UNKNOWN_REFERENCE",
    "2 CONFIG_INVALID_VALUE",
    "5 LANGUAGE_UNKNOWN_REFERENCE",
    "6 CONFIG_INVALID_VALUE",
    "7 CONFIG_UNKNOWN_ARGUMENT",
    "9 CONFIG_UNKNOWN_BLOCK",
  ]);
});

test("local values may stand in any order, and a circle of them is reported once", () => {
  const good =
    'locals {\n a = local.b\n b = "${local.c}!"\n c = "x"\n}\noutput "o" { value = local.a }';
  assert.deepEqual(loadText({ "main.hcl": good }).configuration?.outputs[0]?.value, "x!");
  const circle = "locals {\n a = local.b\n b = local.c\n c = [local.a]\n d = local.a\n}";
  assert.deepEqual(findingsOf(circle), ["4 CONFIG_CYCLE"]);
  const [cycle] = loadText({ "main.hcl": circle }).diagnostics;
  assert.match(
    cycle?.detail ?? "",
    /local\.a \(main\.hcl:2,2\) needs local\.b .* needs local\.c .* needs local\.a again/,
  );
});

test("isolated_copy must be listed, and needs a bridge", () => {
  const text = (holdfast: string, server: string) =>
    `${holdfast}${EXAMPLE.replace('"native"', '"isolated_copy"')
      .replace(/differential .*\n.*log .*\n/, "")
      .replace('"sql_server"', `"azure_sql"\n${server}`)}`;
  const codes = (source: string) =>
    loadText({ "main.hcl": source }).diagnostics.map(({ summary }) => summary);
  assert.deepEqual(codes(text("", "")), ["Feature not listed", "Bridge missing"]);
  const listed = 'holdfast {\n features = ["isolated_copy"]\n}\nbridge "b" {}\n';
  assert.deepEqual(codes(text(listed, "bridge = bridge.b")), []);
});

test("A-44 A-57 [decision] cdc on system databases alone is refused, among others it is warned of", () => {
  const text = (include: string) =>
    EXAMPLE.replace('"native"', '"cdc"')
      .replace(/differential .*\n.*log .*\n/, '\n cdc { every = "5m" }\n')
      .replace('include = ["*"]', `\ninclude = ${include}\nsystem = true\n`);
  const severities = (include: string) =>
    loadText({ "main.hcl": text(include) }).diagnostics.map(
      ({ severity, code }) => `${severity} ${code}`,
    );
  assert.deepEqual(severities('["master", "msdb"]'), ["error AZURE_SQL_1057"]);
  assert.deepEqual(severities('["*"]'), ["warning CONFIG_WEAK_PROTECTION"]);
});

test("a policy whose points would all be fuzzy is warned of (A-06)", () => {
  const policy = (more: string) =>
    `retention "r" { daily = 1 }\npolicy "p" {\n method = "cdc"\n retention = retention.r\n ${more}\n}`;
  const [warning, ...rest] = loadText({
    "main.hcl": policy('full { schedule = "@daily" }'),
  }).diagnostics;
  assert.deepEqual(rest, []);
  assert.equal(warning?.summary, "Fuzzy recovery points only");
  assert.equal(warning.severity, "warning");
  const scheduled = 'full { schedule = "@daily" }\n cdc { every = "1h" }';
  assert.deepEqual(findingsOf(policy(scheduled)), []);
});

test("no file at all is CONFIG_EMPTY, and an empty file is a configuration of nothing", () => {
  assert.deepEqual(
    loadText({}).diagnostics.map(({ code }) => code),
    ["CONFIG_EMPTY"],
  );
  assert.deepEqual(loadText({ "main.hcl": "" }).configuration?.resources, []);
});

test("required_version is held against the running version", () => {
  const text = 'holdfast { required_version = ">= 0.2, < 2" }';
  assert.deepEqual(findingsOf(text, { version: "0.1.0" }), ["1 CONFIG_VERSION_MISMATCH"]);
  assert.deepEqual(findingsOf(text, { version: "0.2.0" }), []);
  const cases = [
    ["1.4.2", "~> 1.4", true],
    ["2.0.0", "~> 1.4", false],
    ["1.5.0", "~> 1.4.2", false],
    ["1.4.9", "~> 1.4.2", true],
    ["1.0.0", "1.0", true],
    ["1.0.1", "!= 1.0.1", false],
    ["1.0.1", "soon", undefined],
  ] as const;
  for (const [version, constraint, expected] of cases) {
    assert.equal(satisfiesVersion(version, constraint), expected, `${version} ${constraint}`);
  }
});

test("path.module is the configuration's directory, from which relative paths start, also with another working directory", () => {
  const { configuration } = loadText(
    { "a.hcl": 'output "here" { value = "${path.module}/vault ${path.root}" }' },
    { directory: "projects/shop" },
  );
  assert.equal(configuration?.outputs[0]?.value, "./vault .");
});

test("an abbreviation is no time zone, and what the database knows is", () => {
  const codes = (zone: string) =>
    loadText({ "main.hcl": `retention "r" {\n daily = 1\n timezone = "${zone}"\n}` }).diagnostics;
  for (const zone of ["UTC", "Europe/Berlin", "US/Pacific", "EST5EDT", "Etc/GMT+8", "GMT"]) {
    assert.deepEqual(codes(zone), [], zone);
  }
  for (const zone of ["PST", "BST", "bst"]) {
    assert.match(codes(zone)[0]?.detail ?? "", /means different zones in different places/);
  }
  assert.match(codes("Europe/Berlim")[0]?.detail ?? "", /Did you mean "Europe\/Berlin"/);
});

test("two vaults in one folder are refused, however the folder is spelled", () => {
  const vault = (name: string, path: string) =>
    `vault "${name}" {\n storage "local" { path = "${path}" }\n encryption { key_env = "K" }\n}\n`;
  const codes = (a: string, b: string) =>
    loadText({ "main.hcl": vault("a", a) + vault("b", b) }).diagnostics.map(({ code }) => code);
  assert.deepEqual(codes("./v", "v/"), ["CONFIG_DUPLICATE_NAME"]);
  assert.deepEqual(codes("./v", "/v"), []);
  assert.deepEqual(codes("./v", "./w"), []);
});
