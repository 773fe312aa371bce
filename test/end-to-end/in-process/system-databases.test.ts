import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { JobRecord } from "../../../core/catalog/job.ts";
import { backUp } from "../../../core/operations/backup.ts";
import { showJob } from "../../../core/operations/jobs.ts";
import { restorePoint } from "../../../core/operations/restore.ts";
import {
  type CaptureServer,
  type CaptureWorld,
  startCaptureServer,
} from "../../support/capture-world.ts";
import { runScript } from "../../support/scripts/run-script.ts";

const DAY = 86_400_000;
const PROTECTOR = `SELECT c.name FROM sys.dm_database_encryption_keys k
  JOIN sys.certificates c ON c.thumbprint = k.encryptor_thumbprint JOIN sys.databases d ON d.database_id = k.database_id WHERE d.name = `;

let server: CaptureServer;
let world: CaptureWorld;
/** Before anything was encrypted. */
let first: JobRecord;

before(async () => {
  server = await startCaptureServer("azure_vm");
  await server.database("Shop");
  world = await server.world({ include: ["Shop", "m*"], system: true });
  await server.sql(
    "master",
    "EXEC msdb.dbo.sp_add_job @job_name = N'nightly'; EXEC msdb.dbo.sp_add_jobstep @job_name = N'nightly', @step_name = N'one', @command = N'SELECT 1'",
  );
  first = await world.run("full");
});
after(() => server[Symbol.asyncDispose]());

function pointOf(job: JobRecord, database: string): string {
  const point = job.databases.find((row) => row.database === database)?.point;
  assert(typeof point === "string", `${database} has no point`);
  return point;
}

async function backUpShop(): Promise<JobRecord> {
  server.pass();
  const command = {
    backupSet: "orders",
    type: "full",
    database: "Shop",
    trigger: "manual",
  } as const;
  return backUp(command, world.ports);
}

async function restore(point: string, as: string, encrypt: boolean): Promise<readonly string[]> {
  const outcome = await restorePoint({ point, to: "orders", as, encrypt }, world.ports);
  assert.equal(outcome.job.status, "successful");
  return outcome.shortfalls.map(({ kind }) => kind);
}

test("A-55 [end to end] backs up master, model and msdb of a virtual machine with the jobs in them, and never tempdb", async () => {
  assert.deepEqual(
    first.databases.map(({ database, result }) => [database, result]),
    [
      ["Shop", "backed_up"],
      ["master", "backed_up"],
      ["model", "backed_up"],
      ["msdb", "backed_up"],
    ],
  );
  await restore(pointOf(first, "msdb"), "jobs_then", false);
  assert.deepEqual(
    await server.rows(
      "jobs_then",
      "SELECT j.name, s.step_name FROM dbo.sysjobs j JOIN dbo.sysjobsteps s ON s.job_id = j.job_id",
    ),
    [["nightly", "one"]],
  );
});

test("A-36 A-55 [end to end] makes a certificate with the system databases, renews it in time, and makes a missing one again before the restore that needs it", async () => {
  const [[name] = []] = await server.rows("master", "SELECT name FROM sys.certificates");
  assert.match(String(name), /^holdfast_tde_/);
  await server.sql(
    "Shop",
    `CREATE DATABASE ENCRYPTION KEY WITH ALGORITHM = AES_256 ENCRYPTION BY SERVER CERTIFICATE ${String(name)}
GO
ALTER DATABASE Shop SET ENCRYPTION ON`,
  );
  const early = await backUpShop();
  assert.equal(early.status, "successful");
  assert.deepEqual(await server.rows("master", `${PROTECTOR}'Shop'`), [[name]]);
  server.pass(710 * DAY);
  const late = await backUpShop();
  const [[renewed] = []] = await server.rows("master", `${PROTECTOR}'Shop'`);
  assert.notEqual(renewed, name);
  // As if the renewal had ended before its last statement: the next one makes no third.
  const undo = `ALTER DATABASE ENCRYPTION KEY ENCRYPTION BY SERVER CERTIFICATE ${String(name)}`;
  await server.sql("Shop", undo);
  await backUpShop();
  assert.deepEqual(await server.rows("master", `${PROTECTOR}'Shop'`), [[renewed]]);
  await server.sql("master", `DROP CERTIFICATE ${String(name)}`);
  await restore(pointOf(early, "Shop"), "Early", true);
  assert.deepEqual(
    await server.rows(
      "master",
      `SELECT COUNT(*) FROM sys.certificates WHERE name = '${String(name)}'`,
    ),
    [[1]],
  );
  await restore(pointOf(late, "Shop"), "Late", true);
  assert.deepEqual(
    await server.rows(
      "master",
      "SELECT name, is_encrypted FROM sys.databases WHERE name IN ('Early', 'Late') ORDER BY name",
    ),
    [
      ["Early", 1],
      ["Late", 1],
    ],
  );
});

test("A-55 [end to end] nothing of a system database or of a certificate lies open in the vault", async () => {
  const [[encoded] = []] = await server.rows(
    "master",
    "SELECT TOP (1) CERTENCODED(certificate_id) FROM sys.certificates ORDER BY certificate_id",
  );
  assert(encoded instanceof Uint8Array);
  // Names of objects and jobs, the head of a PVK file, the certificate as bytes and as JSON would have it, the first bytes of a page.
  const open = [
    Buffer.from("sysjobs"),
    Buffer.from("nightly", "utf16le"),
    Buffer.from([0x1e, 0xf1, 0xb5, 0xb0, 0, 0, 0, 0]),
    Buffer.from(encoded).subarray(40, 80),
    Buffer.from(Buffer.from(encoded).toString("base64").slice(40, 80)),
    Buffer.from([0x01, 0x0f, 0x00, 0x00, 0x08]),
  ];
  let bytes = 0;
  for await (const { name } of world.store.list("")) {
    const blob = Buffer.from(await world.store.get(name));
    bytes += blob.length;
    for (const one of open) assert(!blob.includes(one), `${name} has something in the open`);
  }
  assert(bytes > 10_000);
});

test("A-37 [end to end] leaves a restored database without encryption unless it is asked for, and says so", async () => {
  const kinds = await restore(pointOf(first, "Shop"), "Plain", false);
  assert(kinds.includes("encryption"));
  assert.deepEqual(
    await server.rows("master", "SELECT is_encrypted FROM sys.databases WHERE name = 'Plain'"),
    [[0]],
  );
});

test("A-42 [end to end] a job tells how much smaller user databases and system databases became, each by themselves", async () => {
  const { classes, databases } = await showJob(first.id, world.ports);
  assert.deepEqual(
    classes.map((row) => row.class),
    ["user", "system"],
  );
  for (const { class: name, bytes_read, bytes_stored, ratio } of classes) {
    const own = databases.filter(({ database }) => (database === "Shop") === (name === "user"));
    assert.equal(
      bytes_read,
      own.reduce((sum, row) => sum + row.bytes_read, 0),
    );
    assert.equal(ratio, Math.round((bytes_read / bytes_stored) * 100) / 100);
  }
});

const VALIDATED = `a policy of changes for system databases

--- file main.hcl
credential "sa" {
  type         = "sql_password"
  username     = "sa"
  password_env = "TEST_SERVER_PASSWORD"
}
server "vm" {
  kind       = "azure_vm"
  host       = "vm.example.com"
  credential = credential.sa
}
vault "main" {
  storage "local" { path = "./vault" }
  encryption { key_env = "TEST_VAULT_KEY" }
}
retention "standard" { daily = 10 }
policy "changes" {
  method    = "cdc"
  retention = retention.standard
  full { schedule = "@daily" }
  cdc { every = "1h" }
}
backup_set "data" {
  server = server.vm
  policy = policy.changes
  vault  = vault.main
  databases {
    include = ["master", "Shop"]
    system  = true
  }
}
--- steps
$ holdfast validate
~ Code: CONFIG_WEAK_PROTECTION

$ replace main.hcl '"master", "Shop"' '"master"'
$ holdfast validate
exit 1
~ Code: AZURE_SQL_1057
`;

test("A-44 [end to end] a policy of changes for system databases alone is refused before any job, and warned of where there are others", async () => {
  await runScript(VALIDATED, false);
});
