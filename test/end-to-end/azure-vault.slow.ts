import assert from "node:assert/strict";
import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Azurite, EMULATOR_ACCOUNT, EMULATOR_KEY, startAzurite } from "../support/azurite.ts";
import { databasePages } from "../support/database-pages.ts";
import { runHoldfast } from "../support/holdfast-process.ts";
import { addNoise, NOISE_COLUMNS } from "../support/noise-table.ts";
import { configurationOf, makeProjectOf, type TestProject } from "../support/test-project.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const stack = new AsyncDisposableStack();
let server: TestServer;
let azurite: Azurite;
let shop = "";

before(async () => {
  server = stack.use(await startTestServer());
  azurite = stack.use(await startAzurite());
  shop = server.name("Shop");
  await server.run(
    "master",
    `CREATE DATABASE [${shop}]`,
    `ALTER DATABASE [${shop}] SET ALLOW_SNAPSHOT_ISOLATION ON`,
  );
  await server.run(shop, `CREATE TABLE dbo.Noise (${NOISE_COLUMNS})`);
  await addNoise(await server.connect(shop), { table: "dbo.Noise", seed: "azure", rows: 40 });
});
after(() => stack[Symbol.asyncDispose]());

const CREDENTIAL = `type = "account_key"
  username = "${EMULATOR_ACCOUNT}"
  password_env = "STORAGE_KEY"`;

/** The usual project with its vault in a container, and a cache of packs beside it. */
function projectIn(container: string, credential = CREDENTIAL): Promise<TestProject> {
  const options = { signIn: server.signIn, databases: [shop] };
  const text = `${configurationOf(options)}
credential "storage" {
  ${credential}
}
`.replace(
    'storage "local" { path = "./vault" }',
    `storage "azure_blob" {
    account_url = "${azurite.accountUrl}"
    container   = "${container}"
    credential  = credential.storage
  }
  tiers {
    hot {
      path = "./hot"
      size = "1GiB"
    }
  }`,
  );
  const environment = { STORAGE_KEY: EMULATOR_KEY };
  return makeProjectOf({ "main.hcl": text }, { signIn: server.signIn, environment });
}

test("a vault in a container is made, backed up to, verified and restored from", async () => {
  const { container } = await azurite.makeContainer();
  await using project = await projectIn(container);
  await project.expect(0, "init");
  await project.expect(0, "apply", "-auto-approve");
  const backup = await project.backUp();
  assert.equal(backup.summary.status, "successful");
  const [point] = await project.points();
  await project.expect(0, "verify", "-read-data");
  await project.restore(point?.id ?? "", server.name("Restored"));
  const copies = [...project.digests().keys()].filter((path) => path.startsWith("hot/"));
  assert.ok(copies.length > 0, "the cache holds no pack");
  const { status, vaults } = await project.document("doctor");
  assert.equal(status, "successful", JSON.stringify(vaults));
});

test("a container that is not there is told by init, with the command that makes it", async () => {
  await using project = await projectIn("absent");
  const { stderr } = await project.expect(1, "init");
  assert.match(stderr, /STORE_CONTAINER_MISSING/);
  assert.match(stderr, /^│ {5}az storage container create --name absent/m);
  const doctor = await project.expect(1, "doctor");
  assert.match(doctor.stdout, /BROKEN {2}writes a blob[\s\S]*STORE_CONTAINER_MISSING/);
});

test("an identity of Entra is not sent over http", async () => {
  const { container } = await azurite.makeContainer();
  await using project = await projectIn(container, 'type = "entra_default"');
  const { stderr } = await project.expect(1, "init");
  assert.match(stderr, /Tokens of Entra are sent over https only/);
  assert.match(stderr, /STORE_UNSUPPORTED/);
});

test("a service that is not reachable and a secret that is missing are told as such", async () => {
  const { container } = await azurite.makeContainer();
  await using project = await projectIn(
    container,
    CREDENTIAL.replace("STORAGE_KEY", "NO_SUCH_KEY"),
  );
  const { stderr } = await project.expect(1, "init");
  assert.match(stderr, /NO_SUCH_KEY[\s\S]*the account key[\s\S]*SECRET_MISSING/);
});

test("streams are kept in a part of a container, with the variables of Azure's own tools", async () => {
  const { container } = await azurite.makeContainer();
  await using folder = await mkdtempDisposable(join(tmpdir(), "holdfast-azblob-"));
  const directory = folder.path;
  const pages = databasePages("azblob", { first: 8, count: 64 });
  await writeFile(join(directory, "orders.bak"), pages);
  const place = `azblob://${EMULATOR_ACCOUNT}/${container}/of/orders`;
  const connection = `AccountName=${EMULATOR_ACCOUNT};AccountKey=${EMULATOR_KEY};BlobEndpoint=${azurite.accountUrl};`;
  const environment = {
    HOLDFAST_VAULT_KEY: "7e57".repeat(16),
    AZURE_STORAGE_CONNECTION_STRING: connection,
  };
  const expect = async (code: number, ...words: readonly string[]): Promise<string> => {
    const outcome = await runHoldfast(words, { directory, environment });
    assert.equal(outcome.code, code, `${words.join(" ")}: ${outcome.stdout}${outcome.stderr}`);
    return outcome.stdout + outcome.stderr;
  };
  await expect(0, "vault", "init", place);
  await expect(0, "vault", "put", place, "first", "orders.bak");
  await expect(0, "vault", "put", place, "second", "orders.bak");
  await expect(0, "vault", "get", place, "first", "-o", "again.bak");
  assert.ok(pages.equals(await readFile(join(directory, "again.bak"))));
  assert.match(await expect(0, "vault", "list", place), /first[\s\S]*second/);
  await expect(0, "vault", "verify", place, "-read-data");
  await expect(0, "vault", "prune", place, "-keep", "second");
  assert.doesNotMatch(await expect(0, "vault", "list", place), /first/);
  await expect(0, "vault", "verify", place, "-read-data");
  assert.match(await expect(0, "doctor", place), /The vault was opened/);
});
