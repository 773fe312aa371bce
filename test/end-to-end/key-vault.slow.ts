import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type FakeIdentity, startFakeIdentity } from "../support/fake-identity.ts";
import { FAKE_TOKEN, type FakeKeyVault, startFakeKeyVault } from "../support/fake-key-vault.ts";
import { addNoise, NOISE_COLUMNS } from "../support/noise-table.ts";
import { configurationOf, makeProjectOf, type TestProject } from "../support/test-project.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

/*
 * A vault whose key is in Azure Key Vault, through the command line, against fakes of Key Vault and of a managed identity:
 *
 *     node --test test/end-to-end/key-vault.slow.ts
 */

const stack = new AsyncDisposableStack();
let server: TestServer;
let keys: FakeKeyVault;
let identity: FakeIdentity;
let shop = "";

before(async () => {
  server = stack.use(await startTestServer());
  keys = stack.use(await startFakeKeyVault());
  identity = stack.use(await startFakeIdentity());
  // Commands run in this process, and the SDK of identities reads the variables of its own process.
  Object.assign(process.env, identity.environment);
  shop = server.name("Shop");
  await server.run(
    "master",
    `CREATE DATABASE [${shop}]`,
    `ALTER DATABASE [${shop}] SET ALLOW_SNAPSHOT_ISOLATION ON`,
  );
  await server.run(shop, `CREATE TABLE dbo.Noise (${NOISE_COLUMNS})`);
  await addNoise(await server.connect(shop), { table: "dbo.Noise", seed: "keys", rows: 20 });
});
after(() => stack[Symbol.asyncDispose]());

const OWN = /encryption \{[^}]*\}/;

function projectUnder(name: string): Promise<TestProject> {
  const text = `${configurationOf({ signIn: server.signIn, databases: [shop] })}
credential "entra" {
  type = "managed_identity"
}
`.replace(
    OWN,
    `encryption {
    key_vault_key = "${keys.keyOf(name)}"
    credential    = credential.entra
  }`,
  );
  const environment = { NEW_KEY: "0ff1ce".padEnd(64, "0") };
  return makeProjectOf({ "main.hcl": text }, { signIn: server.signIn, environment });
}

let restores = 0;
async function restoreAll(project: TestProject): Promise<void> {
  for (const { id } of await project.points()) {
    restores += 1;
    await project.restore(id, server.name(`Restored${restores}`));
  }
}

test("a vault under a key of Azure Key Vault is made, backed up to, restored from, and given other keys", async () => {
  keys.addVersion("holdfast");
  await using project = await projectUnder("holdfast");
  await project.expect(0, "init");
  await project.expect(0, "apply", "-auto-approve");
  assert.equal((await project.backUp()).summary.status, "successful");
  await restoreAll(project);
  assert.deepEqual(new Set(identity.resources), new Set(["https://vault.azure.net"]));

  const key = keys.keyOf("holdfast");
  keys.addVersion("holdfast");
  await project.expect(0, "vault", "rotate-key", "-new-key-vault-key", key);
  for (const version of keys.versionsOf("holdfast").slice(0, 1)) version.enabled = false;
  await project.expect(0, "verify", "-read-data");
  const before = await project.document("vault", "stats", "-json");
  assert.ok(JSON.stringify(before).includes('"data_key":2'), JSON.stringify(before));
  assert.ok(!JSON.stringify(before).includes('"older_data_keys":{"packs":0'));
  await project.expect(0, "prune");
  const stats = await project.document("vault", "stats", "-json");
  assert.ok(JSON.stringify(stats).includes('"older_data_keys":{"packs":0'), JSON.stringify(stats));
  await restoreAll(project);

  const { stdout } = await project.expect(0, "vault", "rotate-key", "-new-key-env", "NEW_KEY");
  assert.match(stdout, /^ {4}key_env = "NEW_KEY"$/m);
  const file = join(project.directory, "main.hcl");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace(OWN, 'encryption { key_env = "NEW_KEY" }'));
  await project.expect(0, "apply", "-auto-approve");
  keys.deleteKey("holdfast");
  await project.expect(0, "verify", "-read-data");
  await restoreAll(project);
});

test("each command tells of a key that is gone, and none shows a token or goes on", async () => {
  keys.addVersion("short-lived");
  await using project = await projectUnder("short-lived");
  await project.expect(0, "init");
  await project.expect(0, "apply", "-auto-approve");
  assert.equal((await project.backUp()).summary.status, "successful");
  const [point] = await project.points();
  keys.deleteKey("short-lived");
  const digests = project.digests();
  const commands = [
    ["backup", "data"],
    ["restore", point?.id ?? "", "-to", "main", "-as", server.name("Never")],
    ["verify"],
    ["prune"],
    ["vault", "stats"],
    ["vault", "repair", "-dry-run"],
    ["doctor"],
    ["rebuild-catalog", "-dry-run"],
    ["vault", "rotate-key", "-new-key-env", "NEW_KEY"],
  ];
  for (const command of commands) {
    const { code, stdout, stderr } = await project.run(...command);
    assert.equal(code, 1, command.join(" "));
    const told = stdout + stderr;
    assert.match(told, /az keyvault key recover/, command.join(" "));
    assert.ok(!told.includes(FAKE_TOKEN) && !told.includes("    at "), told);
  }
  const inVault = (all: ReadonlyMap<string, string>) =>
    [...all].filter(([path]) => path.includes("vault"));
  assert.deepEqual(inVault(project.digests()), inVault(digests));
  assert.equal((await project.run("validate")).code, 0);
  assert.equal((await project.run("points")).code, 0);
});
