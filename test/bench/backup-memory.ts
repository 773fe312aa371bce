import { readFileSync } from "node:fs";
import type { RunningCommand } from "../support/holdfast-process.ts";
import { addNoise, NOISE_COLUMNS } from "../support/noise-table.ts";
import { applyProject } from "../support/test-project.ts";
import { startTestServer } from "../support/test-server.ts";

// Measures the peak memory of backup and restore processes over a database of the given size, with a value of 100 MB in it,
// by the method snapshot, or cdc, whose fulls read two tables at a time:
//   node test/bench/backup-memory.ts [MEGABYTES] [TABLES] [METHOD]
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
const tables = Number(process.argv[3] ?? 1);
const method = process.argv[4] ?? "snapshot";
const MORE = `policy "measured" {
  method    = "${method}"
  retention = retention.standard
  full { schedule = "0 12 * * WED" }
}
backup_set "measured" {
  server = server.main
  policy = policy.measured
  vault  = vault.main
  databases { include = ["*"] }
}
`;
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
  more: MORE,
});
await measure("first full", project.start("backup", "measured", "-type", "full", "-json"));
await measure("second full", project.start("backup", "measured", "-type", "full", "-json"));
const [point] = await project.points();
const name = server.name("Big_restored");
await measure(
  "restore",
  project.start("restore", point?.id ?? "", "-to", "main", "-as", name, "-json"),
);
