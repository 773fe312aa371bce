import { readFileSync } from "node:fs";
import type { RunningCommand } from "../support/holdfast-process.ts";
import { addNoise, NOISE_COLUMNS } from "../support/noise-table.ts";
import { applyProject } from "../support/test-project.ts";
import { startTestServer } from "../support/test-server.ts";

// Measures the peak memory of backup and restore processes over a database of the given size, with a value of 100 MB in it.
const MEGABYTE = 1_000_000;
const LOB_MEGABYTES = 100;
const BATCH = 20_000;
const LOOK_EVERY_MS = 10;

/** The highest resident set that the kernel saw, in bytes; undefined once the process is gone. */
function peakOf(pid: number): number | undefined {
  try {
    const [, kibibytes] =
      /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

async function measure(name: string, command: RunningCommand): Promise<void> {
  const started = performance.now();
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, peakOf(command.pid) ?? 0);
  }, LOOK_EVERY_MS);
  for await (const _line of command.lines);
  const { code, stderr } = await command.outcome;
  clearInterval(timer);
  if (code !== 0) throw new Error(`${name} exited with ${code}: ${stderr}`);
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(
    `${name}: peak ${Math.round(peak / MEGABYTE)} MB, ${seconds.toFixed(1)} s\n`,
  );
}

const megabytes = Number(process.argv[2] ?? 400);
await using server = await startTestServer();
const database = server.name("Big");
await server.run("master", `CREATE DATABASE [${database}]`);
const pool = await server.connect(database);
await pool.request().batch(`CREATE TABLE dbo.Noise (${NOISE_COLUMNS})`);
for (let from = 1; from <= megabytes * 1000; from += BATCH) {
  const rows = Math.min(BATCH, megabytes * 1000 - from + 1);
  await addNoise(pool, { table: "dbo.Noise", seed: `${from}`, rows, from });
}
await pool
  .request()
  .batch("CREATE TABLE dbo.Long (Id int NOT NULL PRIMARY KEY, Words varchar(max))");
await pool
  .request()
  .batch(
    `INSERT dbo.Long VALUES (1, REPLICATE(CONVERT(varchar(max), '0123456789'), ${(LOB_MEGABYTES * MEGABYTE) / 10}))`,
  );
process.stdout.write(`database: ${megabytes} MB of rows, one value of ${LOB_MEGABYTES} MB\n`);
await using project = await applyProject({ signIn: server.signIn, databases: [database] });
await measure("first backup", project.start("backup", "data", "-json"));
await measure("second backup", project.start("backup", "data", "-json"));
const [point] = await project.points();
const name = server.name("Big_restored");
await measure(
  "restore",
  project.start("restore", point?.id ?? "", "-to", "main", "-as", name, "-json"),
);
