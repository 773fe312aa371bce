import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatKey } from "../../../core/address/instance-key.ts";
import { formatHcl } from "../../../core/language/format/format-hcl.ts";
import { carryOutPlan } from "../../../core/operations/apply.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { makePlan } from "../../../core/operations/make-plan.ts";
import { writeGenerated } from "../../../core/operations/write-generated.ts";
import { DEFAULT_PLAN_OPTIONS, hasChanges } from "../../../core/plan/build-plan.ts";
import { anyText } from "../../support/any-text.ts";
import { createWorld, EXAMPLE, type MemoryWorld } from "../../support/memory-ports.ts";
import { withCode } from "../../support/with-code.ts";

const CREDENTIAL = EXAMPLE.slice(0, EXAMPLE.indexOf("server"));
const VAULT = EXAMPLE.slice(EXAMPLE.indexOf("vault"), EXAMPLE.indexOf("retention"));
const REQUEST = { options: DEFAULT_PLAN_OPTIONS, variables: [] };

const quoted = (text: string) => formatKey(text).slice(1, -1);
const block = (to: string, id: string) => `import {\n  to = ${to}\n  id = ${quoted(id)}\n}\n`;

function worldOf(configuration: string, databases: readonly string[] = []): MemoryWorld {
  const world = createWorld(configuration);
  for (const name of databases) world.server.contents.set(name, new Map());
  return world;
}

async function generate(world: MemoryWorld, path = "new.hcl"): Promise<string> {
  await writeGenerated({ ...REQUEST, path }, world.ports);
  return new TextDecoder().decode(world.written.get(path));
}

const planIn = async (world: MemoryWorld) => (await makePlan(REQUEST, world.ports)).plan;

test("blocks are written of what exists, and the plan imports it without a change", async () => {
  const imports =
    block("server.shop", "shop.example:14330") + block("backup_set.shop", "shop.example:14330/*");
  const world = worldOf(CREDENTIAL + VAULT + imports, ["Orders", "Shop"]);
  assert.equal(
    await generate(world),
    `# It calls itself memory: version 0, none.
server "shop" {
  kind       = "sql_server"
  host       = "shop.example"
  port       = 14330
  credential = credential.ci
}

# A proposal: how long points are kept is yours to say.
retention "shop" {
  daily   = 14
  weekly  = 8
  monthly = 12
}

# A proposal: a full backup every night.
# These keep a log (full or bulk-logged recovery), which this policy does not back up: Orders, Shop
policy "shop" {
  method    = "snapshot"
  retention = retention.shop

  full { schedule = "0 1 * * *" }
}

# Found on server.shop:
#   Orders: full recovery
#   Shop: full recovery
backup_set "shop" {
  server = server.shop
  policy = policy.shop
  vault  = vault.main

  databases {
    include = ["*"]
  }
}
`,
  );
  const { summary } = await planIn(world);
  assert.deepEqual(summary, { add: 4, change: 0, destroy: 0, forget: 0, import: 2 });
  const planned = await makePlan(REQUEST, world.ports);
  await carryOutPlan(planned.plan, planned, world.ports);
  assert.ok(!hasChanges(await planIn(world)));
});

test("whatever databases are called, what is written is canonical, valid, and imports without changes", async () => {
  const name = anyText({ minLength: 1, maxLength: 12 })
    .filter((text) => text.trim() === text && text.isWellFormed() && !/[;:*?\0]/.test(text))
    .map((text) => text.normalize("NFC"));
  const names = fc.uniqueArray(name, {
    minLength: 1,
    maxLength: 5,
    selector: (text) => text.toLowerCase(),
  });
  await fc.assert(
    fc.asyncProperty(names, fc.boolean(), async (databases, all) => {
      const id = `server.shop/${all ? "*" : databases.join(";")}`;
      const imports = block("server.shop", "shop.example") + block("backup_set.shop", id);
      const world = worldOf(CREDENTIAL + VAULT + imports, databases);
      const text = await generate(world);
      assert.equal(formatHcl({ filename: "new.hcl", text }).text, text);
      const { summary } = await planIn(world);
      assert.deepEqual(summary, { add: 4, change: 0, destroy: 0, forget: 0, import: 2 });
    }),
    { numRuns: 40 },
  );
});

test("a vault's block names its place and where its key is expected", async () => {
  const first = createWorld();
  first.server.contents.set("Orders", new Map([["dbo.T", [Uint8Array.of(1)]]]));
  const planned = await makePlan(REQUEST, first.ports);
  await carryOutPlan(planned.plan, planned, first.ports);
  await backUp({ backupSet: "orders", trigger: "manual" }, first.ports);
  const world = worldOf(block("vault.old", "./old"));
  const key = {
    environment: (name: string) =>
      first.ports.environment(name.replace("HOLDFAST_VAULT_KEY", "TEST_KEY")),
  };
  const ports = {
    ...world.ports,
    ...key,
    openFolderStore: (path: string) => first.ports.openFolderStore(path),
  };
  await writeGenerated({ ...REQUEST, path: "new.hcl" }, ports);
  assert.match(
    new TextDecoder().decode(world.written.get("new.hcl")),
    /vault "old" \{\n {2}storage "local" \{ path = ".\/old" \}\n {2}encryption \{ key_env = "HOLDFAST_VAULT_KEY" \}\n\}/,
  );
  const { plan } = await makePlan(REQUEST, ports);
  assert.equal(plan.summary.import, 1);
  assert.equal(plan.changes[0]?.importing?.points, 1);
});

test("what is there already is used, and what else could be meant is named", async () => {
  const more = `${EXAMPLE.replace('backup_set "orders"', 'backup_set "other"')}
vault "second" {
  storage "local" { path = "./second" }
  encryption { key_env = "TEST_KEY" }
}
`;
  const world = worldOf(more + block("backup_set.shop", "server.orders/Shop"), ["Shop"]);
  const text = await generate(world);
  assert.match(text, /# vault\.main is a choice; there is also vault\.second\.\n/);
  assert.match(text, /policy = policy\.gold/);
  assert.doesNotMatch(text, /retention "/);
});

const REFUSED: readonly (readonly [string, string])[] = [
  [block("server.shop", "shop.example"), "IMPORT_NOT_GENERATED"],
  [
    `${CREDENTIAL}${CREDENTIAL.replace('"ci"', '"b"')}${block("server.shop", "shop.example")}`,
    "IMPORT_NOT_GENERATED",
  ],
  [CREDENTIAL + block('server.shop["eu"]', "shop.example"), "IMPORT_NOT_GENERATED"],
  [CREDENTIAL + block("module.m.server.shop", "shop.example"), "IMPORT_NOT_GENERATED"],
  [CREDENTIAL + block("server.shop", "shop example"), "IMPORT_ID_INVALID"],
  [CREDENTIAL + block("backup_set.shop", "server.shop/*"), "IMPORT_NOT_GENERATED"],
  [block("vault.v", "azblob://contosobackup/holdfast/part"), "IMPORT_NOT_GENERATED"],
  [block("vault.v", "azblob://contosobackup/holdfast"), "IMPORT_NOT_GENERATED"],
];

test("what nobody can guess is not written, and neither is the file", async () => {
  for (const [configuration, code] of REFUSED) {
    const world = worldOf(configuration);
    await assert.rejects(
      writeGenerated({ ...REQUEST, path: "new.hcl" }, world.ports),
      withCode(code as "IMPORT_NOT_GENERATED"),
      configuration,
    );
    assert.equal(world.written.size, 0);
  }
});

test("a file that is there, or that no plan would read, is refused before anything is asked", async () => {
  const world = worldOf(CREDENTIAL + block("server.shop", "shop.example"));
  for (const path of ["new.tf", "a/new.hcl", "new.hcltest.hcl", ".hcl", "new.hclvars"]) {
    const attempt = writeGenerated({ ...REQUEST, path }, world.ports);
    await assert.rejects(attempt, withCode("IMPORT_NOT_GENERATED"), path);
  }
  await generate(world);
  await assert.rejects(generate(world), withCode("IMPORT_FILE_EXISTS"));
});

test("nothing is written where every import has its block", async () => {
  const world = worldOf(EXAMPLE + block("server.orders", "orders.example"));
  assert.equal(await writeGenerated({ ...REQUEST, path: "new.hcl" }, world.ports), 0);
  assert.equal(world.written.size, 0);
});
