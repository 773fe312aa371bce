import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { backUp } from "../../core/operations/backup.ts";
import { restorePoint } from "../../core/operations/restore.ts";
import type { DatabaseServer } from "../../core/resource/database-server.ts";
import { overriding } from "../support/capture-world.ts";
import { makeProject } from "../support/test-project.ts";
import { type SignIn, startTestServer } from "../support/test-server.ts";

// Measures backup and restore of many small tables of the sandbox over a network of that round trip, with one and two tables
// at a time, in turn: node test/bench/slow-network.ts [TABLES] [ROWS_EACH] [ROUND_TRIP_MS] [ROUNDS]
const isTask = process.argv[2] === "-task";
const [tables = 100, rows = 100, roundTrip = 10, rounds = 3] = process.argv.slice(2).map(Number);
const DATABASE = "Slow";

interface Figure {
  readonly backup: number;
  readonly restore: number;
  readonly processor: number;
  readonly megabytes: number;
}

/** Everything arrives half a round trip later. */
async function startSlowProxy(target: number): Promise<number> {
  const pass = (from: Socket, to: Socket): void => {
    from.setNoDelay(true);
    from.on("data", (chunk) => setTimeout(() => to.write(chunk), roundTrip / 2));
    from.on("close", () => setTimeout(() => to.destroy(), roundTrip / 2));
    from.on("error", () => from.destroy());
  };
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    pass(client, upstream);
    pass(upstream, client);
  });
  server.listen(0, "127.0.0.1");
  server.unref();
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function timed(work: () => Promise<{ readonly status: string }>): Promise<number> {
  const started = performance.now();
  const { status } = await work();
  if (status !== "successful") throw new Error(`it ended ${status}`);
  return (performance.now() - started) / 1000;
}

async function runTask(signIn: SignIn, atOnce: number): Promise<void> {
  await using project = await makeProject({ signIn, databases: [DATABASE] });
  await project.expect(0, "init");
  await project.expect(0, "apply", "-auto-approve", "-refresh=false");
  const ports = await project.ports();
  const openServer: typeof ports.openServer = async (target) => {
    const server = await ports.openServer(target);
    return overriding<DatabaseServer>(server, {
      openCapture: async (name) =>
        overriding(await server.openCapture(name, { isStill: true }), { atOnce }),
      openRestore: async (request) => overriding(await server.openRestore(request), { atOnce }),
    });
  };
  const own = { ...ports, openServer };
  const before = process.cpuUsage();
  const backup = await timed(() => backUp({ backupSet: "data", trigger: "manual" }, own));
  const [point] = await project.points();
  const as = `Restored${process.pid}`;
  const wish = { point: point?.id ?? "", to: "main", as };
  const restore = await timed(async () => (await restorePoint(wish, own)).job);
  const { user, system } = process.cpuUsage(before);
  const megabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
  const figure: Figure = { backup, restore, processor: (user + system) / 1e6, megabytes };
  process.stdout.write(`${JSON.stringify({ ...figure, as })}\n`);
}

async function inProcess(signIn: SignIn, atOnce: number): Promise<Figure & { as: string }> {
  const words = ["-task", String(atOnce), JSON.stringify(signIn)];
  const child = spawn(process.execPath, [import.meta.filename, ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  await once(child, "close");
  return JSON.parse(line.toString()) as Figure & { as: string };
}

function median(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(2);
}

async function main(): Promise<void> {
  await using server = await startTestServer();
  await server.run("master", `CREATE DATABASE [${DATABASE}]`);
  for (let table = 0; table < tables; table += 1) {
    const values = Array.from({ length: rows }, (_, at) => `(${at}, N'row ${at} of ${table}')`);
    await server.run(
      DATABASE,
      `CREATE TABLE dbo.T${table} (Id int NOT NULL PRIMARY KEY, Note nvarchar(50)); INSERT dbo.T${table} VALUES ${values.join(", ")}`,
    );
  }
  const signIn = { ...server.signIn, port: await startSlowProxy(server.signIn.port) };
  const figures = new Map<number, Figure[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const atOnce of [1, 2]) {
      const { as, ...figure } = await inProcess(signIn, atOnce);
      figures.set(atOnce, [...(figures.get(atOnce) ?? []), figure]);
      await server.run("master", `DROP DATABASE [${as}]`);
    }
  }
  process.stdout.write(
    `${tables} tables of ${rows} rows of the sandbox, round trip ${roundTrip} ms; medians of ${rounds}\n`,
  );
  for (const [atOnce, all] of figures) {
    const of = (key: keyof Figure) => median(all.map((figure) => figure[key]));
    process.stdout.write(
      `  ${atOnce} at a time  backup ${of("backup")} s  restore ${of("restore")} s  ${of("processor")} s of CPU  ${of("megabytes")} MB\n`,
    );
  }
  process.exit(0);
}

await (isTask
  ? runTask(JSON.parse(process.argv[4] ?? "{}") as SignIn, Number(process.argv[3]))
  : main());
