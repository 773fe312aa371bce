import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine } from "../../providers/sandbox/engine/create-engine.ts";
import { startSandbox } from "../../providers/sandbox/sandbox.ts";
import { EngineClient } from "../support/sandbox/engine-client.ts";
import { configurationOf, makeProjectOf, type TestProject } from "../support/test-project.ts";
import { run } from "./measured-run.ts";

// Measures backups of 10,000 changed rows beside a large and a small table, as whole processes. The sandbox is in this
// process: node --max-old-space-size=8000 test/bench/change-increment.ts [ROWS] [CHANGED]
const rows = Number(process.argv[2] ?? 10_000_000);
const changed = Number(process.argv[3] ?? 10_000);
const ROUNDS = 3;
const BATCH = 100_000;
const PASSWORD = `Aa1!${randomBytes(12).toString("hex")}`;

const folder = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
const engine = createEngine({
  clock: () => Date.now(),
  random: () => Math.random(),
  randomBytes: (count) => randomBytes(count),
  serverName: "SANDBOX",
  saPassword: PASSWORD,
  capture: { delay: 0, quietInterval: 0 },
});
const caFile = join(folder, "ca.pem");
await using sandbox = await startSandbox({ engine, port: 0, caFile });

function clientOf(database: string): EngineClient {
  const request = { hostName: "bench", applicationName: "bench", packetSize: 4096 };
  const session = engine.login({ username: "sa", password: PASSWORD, database, ...request });
  if ("message" in session) throw new Error(session.message);
  return new EngineClient(session);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Narrow rows: a number that is the key, and one that changes. */
async function fill(database: string, count: number): Promise<EngineClient> {
  await clientOf("master").script(`CREATE DATABASE ${database}`);
  const client = clientOf(database);
  await client.script("CREATE TABLE dbo.Item (id int NOT NULL PRIMARY KEY, amount int NOT NULL)");
  await client.script("INSERT INTO dbo.Item VALUES (1, 7)");
  for (let have = 1; have < count; ) {
    const more = Math.min(have, BATCH, count - have);
    await client.script(
      `INSERT INTO dbo.Item (id, amount) SELECT id + ${have}, amount FROM dbo.Item WHERE id <= ${more}`,
    );
    have += more;
  }
  return client;
}

async function projectOf(database: string): Promise<TestProject> {
  const signIn = {
    host: "127.0.0.1",
    port: sandbox.port,
    username: "sa",
    password: PASSWORD,
    caFile,
    trustServerCertificate: false,
  };
  const snapshot = configurationOf({ signIn, databases: [database] });
  const configuration = snapshot.replace(
    /method {4}= "snapshot"([\s\S]*?full \{.*\})/,
    'method = "cdc"$1\n  cdc { every = "1h" }',
  );
  const project = await makeProjectOf({ "main.hcl": configuration }, { signIn });
  await project.expect(0, "init");
  await project.expect(0, "apply", "-auto-approve");
  return project;
}

async function measure(database: string, count: number): Promise<void> {
  const client = await fill(database, count);
  const used = Math.round(process.memoryUsage().rss / 1e6);
  print(`${database}: ${count} rows; the sandbox takes ${used} MB`);
  await using project = await projectOf(database);
  const backup = async (name: string): Promise<void> => {
    const own = process.cpuUsage();
    const { directory, environment } = project;
    const taken = await run(["backup", "data", "-json"], directory, environment);
    const { user, system } = process.cpuUsage(own);
    const job = (await project.jobs())[0];
    print(
      `  ${name}: ${Math.round(taken.milliseconds)} ms, ${taken.processorMilliseconds} ms of CPU, ${Math.round((user + system) / 1000)} ms of the sandbox, peak ${Math.round(taken.megabytes)} MB; stored ${String(job?.bytes_stored)} bytes`,
    );
  };
  await backup("full");
  const step = Math.floor(count / changed);
  for (let round = 1; round <= ROUNDS; round += 1) {
    await client.script(
      `UPDATE dbo.Item SET amount = amount + 1 WHERE id % ${step} = ${round % step}`,
    );
    await backup(`${changed} changed rows`);
  }
  await backup("nothing changed");
}

try {
  await measure("Small", changed * 2);
  await measure("Large", rows);
} finally {
  await rm(folder, { recursive: true });
}
