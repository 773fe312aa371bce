import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModules } from "../../support/load-modules.ts";

const VAULT = `variable "folder" { type = string }
variable "days" {
 type = number
 default = 30
}
vault "main" {
 storage "local" { path = var.folder }
 encryption { key_env = "K" }
 tiers { warm_days = var.days }
}
output "vault" { value = vault.main }
output "folder" { value = "\${path.module}/\${var.folder}" }
`;

function addressesOf(files: Readonly<Record<string, string>>) {
  const { configuration, diagnostics } = loadModules(files);
  assert.deepEqual(diagnostics, []);
  return configuration?.resources.map(({ address }) => address);
}

test("a module is a folder whose blocks stand below its name", () => {
  const files = {
    "main.hcl": `module "store" {
 source = "./modules/vault"
 folder = "x"
}
output "v" { value = module.store.vault }
output "f" { value = module.store.folder }
output "p" { value = module.store.vault.storage.path }
`,
    "modules/vault/main.hcl": VAULT,
  };
  const { configuration, diagnostics } = loadModules(files);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    configuration?.resources.map(({ address }) => address),
    ["module.store.vault.main"],
  );
  assert.deepEqual(
    configuration.outputs.map(({ value }) => value),
    ["modules/vault/x", "x", "module.store.vault.main"],
  );
});

test("for_each over a module repeats all that stands in it, and modules may stand in modules", () => {
  const files = {
    "main.hcl": `module "region" {
 source = "./region"
 for_each = toset(["eu", "us"])
 name = each.key
}
output "vaults" { value = { for key, one in module.region : key => one.vaults } }
`,
    "region/main.hcl": `variable "name" {}
module "store" {
 source = "../vault"
 count = 2
 folder = "\${var.name}\${count.index}"
}
output "vaults" { value = module.store[*].vault }
`,
    "vault/main.hcl": VAULT,
  };
  assert.deepEqual(addressesOf(files), [
    'module.region["eu"].module.store[0].vault.main',
    'module.region["eu"].module.store[1].vault.main',
    'module.region["us"].module.store[0].vault.main',
    'module.region["us"].module.store[1].vault.main',
  ]);
  const [vaults] = loadModules(files).configuration?.outputs ?? [];
  assert.deepEqual(vaults?.value, {
    eu: [
      'module.region["eu"].module.store[0].vault.main',
      'module.region["eu"].module.store[1].vault.main',
    ],
    us: [
      'module.region["us"].module.store[0].vault.main',
      'module.region["us"].module.store[1].vault.main',
    ],
  });
});

test("a block of the root may be given to a module, and one of a module to the root", () => {
  const files = {
    "main.hcl": `retention "r" { daily = 3 }
module "policies" {
 source = "./policies"
 retention = retention.r
}
`,
    "policies/main.hcl": `variable "retention" {}
policy "p" {
 method = "snapshot"
 retention = var.retention
 full { schedule = "@daily" }
}
`,
  };
  const { configuration, diagnostics } = loadModules(files);
  assert.deepEqual(diagnostics, []);
  const [policy] = configuration?.resources ?? [];
  assert.equal(policy?.attributes["retention"], "retention.r");
  assert.deepEqual(policy.dependsOn, ["retention.r"]);
});

const FAULTS: readonly (readonly [string, string, string, RegExp])[] = [
  ["folder", 'foldr = "x"', "CONFIG_UNKNOWN_ARGUMENT", /Did you mean "folder"/],
  ["folder", "", "CONFIG_MISSING_ARGUMENT", /"folder" is required/],
  ["days", 'folder = "x"\ndays = "many"', "CONFIG_WRONG_TYPE", /value from the module block/],
  ["version", 'folder = "x"\nversion = "1"', "CONFIG_NOT_SUPPORTED", /git::/],
  ["output", "folder = module.store.nope", "LANGUAGE_UNKNOWN_REFERENCE", /No output of module/],
  ["circle", "folder = module.store.folder", "CONFIG_CYCLE", /module\.store/],
];

for (const [what, inputs, code, detail] of FAULTS) {
  test(`a module block with a wrong ${what} (${inputs.replaceAll("\n", " ")}) is ${code}`, () => {
    const { diagnostics } = loadModules({
      "main.hcl": `module "store" {\n source = "./m"\n ${inputs}\n}`,
      "m/main.hcl": VAULT,
    });
    const found = diagnostics.filter((each) => each.code === code && detail.test(each.detail));
    assert.equal(found.length, 1, JSON.stringify(diagnostics, null, 1));
  });
}

const SOURCES: readonly (readonly [string, string, RegExp])[] = [
  ['"./missing"', "CONFIG_MODULE_NOT_FOUND", /There is no folder missing/],
  ['"m"', "CONFIG_INVALID_VALUE", /write "\.\/m"/],
  ['"hashicorp/x/y"', "CONFIG_INVALID_VALUE", /starts with git::/],
  ["var.source_of_it", "CONFIG_WRONG_TYPE", /plain string/],
  ['"git::https://git.example/backup.git"', "CONFIG_MODULE_NOT_INSTALLED", /holdfast init/],
  [
    '"git::https://git.example/backup.git?ref=--upload-pack"',
    "CONFIG_INVALID_VALUE",
    /not the name of a branch/,
  ],
  ['"git::https://git.example/b.git//../x"', "CONFIG_INVALID_VALUE", /stays within/],
  ['"git::"', "CONFIG_INVALID_VALUE", /neither a folder|names no repository/],
];

for (const [source, code, detail] of SOURCES) {
  test(`the module source ${source} is ${code}`, () => {
    const { diagnostics } = loadModules({
      "main.hcl": `module "m" {\n source = ${source}\n}\nvariable "source_of_it" { default = "./m" }`,
    });
    assert.deepEqual(
      diagnostics.map((each) => [each.code, detail.test(each.detail)]),
      [[code, true]],
      JSON.stringify(diagnostics),
    );
  });
}

test("a repository is expected under a readable name of its own for each ref", () => {
  const call = (ref: string) =>
    `module "m${ref.length}" { source = "git::ssh://git@git.example/team/backup.git//modules/vault${ref}" }\n`;
  const { remoteModules } = loadModules({ "main.hcl": call("") + call("?ref=v1.2.0") });
  assert.deepEqual(
    remoteModules.map(({ url, ref, isPresent }) => [url, ref, isPresent]),
    [
      ["ssh://git@git.example/team/backup.git", undefined, false],
      ["ssh://git@git.example/team/backup.git", "v1.2.0", false],
    ],
  );
  const folders = remoteModules.map(({ directory }) => directory);
  assert.match(folders[0] ?? "", /^\.holdfast\/modules\/backup-[0-9a-f]{12}$/);
  assert.notEqual(folders[0], folders[1]);
});

test("a module that calls itself is refused", () => {
  const { diagnostics } = loadModules({
    "main.hcl": 'module "a" { source = "./a" }',
    "a/main.hcl": 'module "b" { source = "../b" }',
    "b/main.hcl": 'module "a" { source = "../a" }',
  });
  assert.deepEqual(
    diagnostics.map(({ code, detail }) => [code, /calls itself/.test(detail)]),
    [["CONFIG_CYCLE", true]],
  );
});

test("a mistake in a module is reported in the module's file, once for all its instances", () => {
  const { diagnostics } = loadModules({
    "main.hcl": 'module "a" {\n source = "./a"\n count = 3\n}\nmodule "b" { source = "./a" }',
    "a/main.hcl": 'retention "r" { daily = "x" }\nlocals { y = nope }',
  });
  assert.deepEqual(
    diagnostics.map(({ code, subject }) => [code, subject?.filename, subject?.start.line]),
    [
      ["CONFIG_WRONG_TYPE", "a/main.hcl", 1],
      ["LANGUAGE_UNKNOWN_REFERENCE", "a/main.hcl", 2],
    ],
  );
});

test("a module that stands there no time is checked all the same, and gives an empty collection", () => {
  const { configuration, diagnostics } = loadModules({
    "main.hcl":
      'module "a" {\n source = "./a"\n count = 0\n}\noutput "o" { value = module.a[*].x }',
    "a/main.hcl": 'retention "r" { daily = 1 }\noutput "x" { value = retention.r }',
  });
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(configuration?.resources, []);
  assert.deepEqual(configuration.outputs[0]?.value, []);
});

test("a holdfast block in a module may only say which version it needs", () => {
  const files = (body: string) => ({
    "main.hcl": 'module "a" { source = "./a" }',
    "a/main.hcl": `holdfast {\n ${body}\n}`,
  });
  assert.deepEqual(loadModules(files('required_version = ">= 0.1"')).diagnostics, []);
  const tooNew = loadModules(files('required_version = ">= 9"')).diagnostics;
  assert.deepEqual(
    tooNew.map(({ code }) => code),
    ["CONFIG_VERSION_MISMATCH"],
  );
  const other = loadModules(files('catalog "local" {}')).diagnostics;
  assert.deepEqual(
    other.map(({ code }) => code),
    ["CONFIG_UNKNOWN_BLOCK"],
  );
});
