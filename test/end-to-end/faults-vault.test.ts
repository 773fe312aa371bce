import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { encodeCheckedText } from "../../core/vault/format/checked-text.ts";
import { assertFault, linesOf } from "../support/fault-case.ts";
import { runHere } from "../support/holdfast-here.ts";
import { addNoise, NOISE_COLUMNS } from "../support/noise-table.ts";
import { assertNothingLost, pointIds, prepareProject } from "../support/prepared-project.ts";
import {
  copyState,
  makeProject,
  type ProjectOptions,
  type TestProject,
} from "../support/test-project.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const stack = new AsyncDisposableStack();
let server: TestServer;
let options: ProjectOptions;
let original: TestProject;
let points: readonly string[];

before(async () => {
  server = stack.use(await startTestServer());
  const shop = server.name("Shop");
  await server.run(
    "master",
    `CREATE DATABASE [${shop}]`,
    `ALTER DATABASE [${shop}] SET ALLOW_SNAPSHOT_ISOLATION ON`,
  );
  await server.run(shop, `CREATE TABLE dbo.Noise (${NOISE_COLUMNS})`);
  await addNoise(await server.connect(shop), { table: "dbo.Noise", seed: "vault", rows: 40 });
  options = { signIn: server.signIn, databases: [shop] };
  original = stack.use(await prepareProject(options, { withPoints: true }));
  points = await pointIds(original);
});
after(() => stack[Symbol.asyncDispose]());

/** A copy of the project with one point, to be damaged. */
async function copyOfProject(): Promise<TestProject> {
  const project = await makeProject(options);
  copyState(original, project);
  return project;
}

const backup = ["backup", "data"];
const restore = (name: string) => ["restore", points[0] ?? "", "-to", "main", "-as", name];

async function databaseNames(): Promise<readonly string[]> {
  const pool = await server.connect();
  const { recordset } = await pool
    .request()
    .query<{ name: string }>("SELECT name FROM sys.databases");
  return recordset.map(({ name }) => name).toSorted();
}

test("a vault folder that is gone is missing, not made anew, and all is well once it is back", async () => {
  await using project = await copyOfProject();
  const vault = join(project.directory, "vault");
  await rename(vault, `${vault}-away`);
  for (const args of [backup, restore("New"), ["verify"], ["init"]])
    await assertFault(project, { args, code: "VAULT_MISSING", says: /vault/ });
  await rename(`${vault}-away`, vault);
  await assertNothingLost(project, points);
});

test("a file in place of the vault folder is refused and left alone", async () => {
  await using project = await makeProject(options);
  const path = join(project.directory, "vault");
  await writeFile(path, "not a folder");
  await assertFault(project, { args: ["init"], code: "STORE_NOT_WRITABLE", says: /vault/ });
  assert.equal(await readFile(path, "utf8"), "not a folder");
});

test("a vault that became full keeps its points, and goes on when there is room", async (context) => {
  await using project = await copyOfProject();
  const vault = join(project.directory, "vault");
  await rename(vault, `${vault}-away`);
  await mkdir(vault);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", vault]);
  if (mounted.status !== 0) return context.skip("a small file system cannot be mounted here");
  try {
    await cp(`${vault}-away`, vault, { recursive: true });
    const [shop = ""] = options.databases;
    const pool = await server.connect(shop);
    await addNoise(pool, { table: "dbo.Noise", seed: "full", rows: 1000, from: 1001 });
    await assertFault(project, { args: backup, code: "STORE_FULL", says: /vault/ });
    await assertNothingLost(project, points);
    await pool.request().query("DELETE dbo.Noise WHERE Id > 1000");
    assert.equal((await project.backUp()).code, 0);
    assert.equal((await pointIds(project)).length, 2);
  } finally {
    spawnSync("umount", [vault]);
  }
});

test("a vault of a newer format is refused by everything and changed by nothing", async () => {
  await using project = await copyOfProject();
  const path = join(project.directory, "vault", "config");
  const text = await readFile(path, "utf8");
  const config = JSON.parse(text.slice(0, text.lastIndexOf("}") + 1)) as Record<string, string>;
  await rm(path);
  await writeFile(path, encodeCheckedText({ ...config, format: 99 }));
  const before = project.digests();
  for (const args of [backup, restore("New"), ["verify"], ["init"]])
    await assertFault(project, { args, code: "VAULT_NEWER_FORMAT", says: /format 99/ });
  assert.deepEqual(project.digests().get("vault/config"), before.get("vault/config"));
});

const KEYS = [
  { what: "another key", key: "0123456789abcdef".repeat(4), code: "VAULT_WRONG_KEY" },
  { what: "a key that is too short", key: "7e57".repeat(15), code: "KEY_MALFORMED" },
  { what: "a key that is no hexadecimal number", key: "z".repeat(64), code: "KEY_MALFORMED" },
  { what: "no key", key: "", code: "SECRET_MISSING" },
] as const;
for (const { what, key, code } of KEYS) {
  test(`with ${what} a vault opens for nothing and loses nothing`, async () => {
    await using project = await copyOfProject();
    const environment = { ...project.environment, TEST_VAULT_KEY: key };
    const { directory } = project;
    const keyless = {
      ...project,
      environment,
      run: (...args: readonly string[]) => runHere(args, { directory, environment }),
    };
    for (const args of [backup, restore("New"), ["verify", "-read-data"], ["init"]])
      await assertFault(keyless, { args, code });
    await assertNothingLost(project, points);
  });
}

test("a pack that was damaged is found, named with what depends on it, and never restored from", async () => {
  await using project = await copyOfProject();
  const [pack = ""] = globSync("vault/packs/*/*", { cwd: project.directory });
  const path = join(project.directory, pack);
  const bytes = await readFile(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0x40;
  await rm(path);
  await writeFile(path, bytes);
  const names = await databaseNames();
  const { code, stdout } = await project.run("verify", "-read-data", "-json");
  assert.equal(code, 1);
  const [summary, ...rest] = linesOf({ stdout });
  assert.deepEqual([summary?.status, rest], ["failed", []]);
  assert.match(stdout, new RegExp(`"blob":"${pack.replace("vault/", "")}"`));
  assert.match(stdout, new RegExp(points[0] ?? "no point"));
  await assertFault(project, { args: restore("New"), code: "VAULT_CORRUPTED", says: /packs\// });
  assert.deepEqual(await databaseNames(), names);
  assert.deepEqual(await pointIds(project), points);
});

test("while another apply runs an apply is refused with who it is, and a plan is not", async () => {
  await using project = await copyOfProject();
  await addRetention(project);
  const ports = await project.ports();
  await using catalog = await ports.catalogs.open(ports.files.resolve(".holdfast/catalog.db"));
  {
    await using _lock = await catalog.lock("apply");
    const says = new RegExp(`Process ${process.pid} `);
    await assertFault(project, {
      args: ["apply", "-auto-approve"],
      code: "CATALOG_LOCKED",
      exit: 4,
      says,
    });
    await assertFault(project, {
      args: ["destroy", "-auto-approve"],
      code: "CATALOG_LOCKED",
      exit: 4,
      says,
    });
    await project.expect(2, "plan", "-detailed-exitcode");
  }
  await project.expect(0, "apply", "-auto-approve");
  await assertNothingLost(project, points);
});

function flipLastBit(bytes: Buffer): Buffer {
  const last = (bytes.at(-1) ?? 0) ^ 1;
  return Buffer.concat([bytes.subarray(0, -1), Buffer.from([last])]);
}

test("a saved plan is carried out once, as it was made, or not at all", async () => {
  await using project = await copyOfProject();
  await addRetention(project);
  await project.expect(0, "plan", "-refresh=false", "-out", "a.plan");
  const path = join(project.directory, "a.plan");
  const bytes = await readFile(path);
  await writeFile(path, flipLastBit(bytes));
  await assertFault(project, { args: ["apply", "a.plan"], code: "PLAN_ALTERED", exit: 4 });
  await writeFile(path, bytes.subarray(0, 100));
  await assertFault(project, { args: ["apply", "a.plan"], code: "PLAN_UNREADABLE" });
  await writeFile(path, bytes);
  await project.expect(0, "apply", "a.plan");
  await assertFault(project, {
    args: ["apply", "a.plan"],
    code: "PLAN_STALE",
    exit: 4,
    says: / {4}holdfast plan/,
  });
  await assertFault(project, { args: ["apply", "no.plan"], code: "FILE_UNREADABLE" });
  await assertNothingLost(project, points);
});

test("where nobody can be asked, nothing is applied or destroyed without approval", async () => {
  await using project = await copyOfProject();
  await addRetention(project);
  const before = project.digests();
  for (const args of [["apply"], ["destroy"]])
    await assertFault(project, { args, code: "APPROVAL_MISSING", exit: 4, says: / {4}holdfast / });
  const { code, stderr } = await project.run("apply");
  assert.equal(code, 4);
  assert.match(stderr, /Code: APPROVAL_MISSING/);
  assert.deepEqual(project.digests(), before);
});

async function addRetention(project: TestProject): Promise<void> {
  await writeFile(join(project.directory, "more.hcl"), 'retention "more" {\n  daily = 7\n}\n');
}
