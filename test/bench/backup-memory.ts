import { setBlocks } from "../support/gold-blocks.ts";
import { addNoise, NOISE_COLUMNS } from "../support/noise-table.ts";
import { applyProject } from "../support/test-project.ts";
import { startTestServer } from "../support/test-server.ts";
import { run } from "./measured-run.ts";

// Measures the peak memory of backup and restore processes over a database of the given size, with a value of 100 MB in it,
// by the method snapshot, or cdc, whose fulls read two tables at a time:
//   node test/bench/backup-memory.ts [MEGABYTES] [TABLES] [METHOD]
const MEGABYTE = 1_000_000;
const LOB_MEGABYTES = 100;
const BATCH = 20_000;

const megabytes = Number(process.argv[2] ?? 400);
const tables = Number(process.argv[3] ?? 1);
const method = process.argv[4] ?? "snapshot";
await using server = await startTestServer();
const database = server.name("Big");
await server.run("master", `CREATE DATABASE [${database}]`);
const pool = await server.connect(database);
for (let number = 1; number <= tables; number += 1) {
  const table = `dbo.Noise${number}`;
  const last = Math.floor((megabytes * 1000) / tables);
  await pool.request().batch(`CREATE TABLE ${table} (${NOISE_COLUMNS})`);
  for (let from = 1; from <= last; from += BATCH) {
    const rows = Math.min(BATCH, last - from + 1);
    await addNoise(pool, { table, seed: `${number} ${from}`, rows, from });
  }
}
await pool
  .request()
  .batch("CREATE TABLE dbo.Long (Id int NOT NULL PRIMARY KEY, Words varchar(max))");
await pool
  .request()
  .batch(
    `INSERT dbo.Long VALUES (1, REPLICATE(CONVERT(varchar(max), '0123456789'), ${(LOB_MEGABYTES * MEGABYTE) / 10}))`,
  );
process.stdout.write(
  `database: ${megabytes} MB of rows in ${tables} tables, one value of ${LOB_MEGABYTES} MB; method ${method}\n`,
);
await using project = await applyProject({
  signIn: server.signIn,
  databases: [database],
  more: setBlocks({ policy: "measured", method, name: "measured", databases: ["*"] }),
});

async function measure(name: string, ...args: readonly string[]): Promise<void> {
  const { megabytes: peak, milliseconds } = await run(
    [...args, "-json"],
    project.directory,
    project.environment,
  );
  process.stdout.write(
    `${name}: peak ${Math.round(peak)} MB, ${(milliseconds / 1000).toFixed(1)} s\n`,
  );
}

await measure("first full", "backup", "measured", "-type", "full");
await measure("second full", "backup", "measured", "-type", "full");
const [point] = await project.points();
await measure(
  "restore",
  "restore",
  point?.id ?? "",
  "-to",
  "main",
  "-as",
  server.name("Big_restored"),
);
