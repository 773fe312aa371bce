import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { backUp } from "../../core/operations/backup.ts";
import type {
  CapturedTable,
  DatabaseCapture,
  RowSlice,
  TableRows,
} from "../../core/resource/database-capture.ts";
import type { DatabaseServer } from "../../core/resource/database-server.ts";
import type { TdsConnection } from "../../providers/sqlserver/connection/tds-connection.ts";
import { readRows } from "../../providers/sqlserver/lane/read-rows.ts";
import { MemoryServer } from "../support/memory-server.ts";
import { ORDER_ROW_BYTES } from "./order-rows.ts";
import { openReplay } from "./replay-connection.ts";
import { makeOrdersProject } from "./stored-orders.ts";

// Measures a whole backup of many tables into a local vault from a server that only sends, with one to so many tables read
// at a time, in turn: node test/bench/table-streams.ts [TABLES] [ROWS_EACH] [ROUND_TRIP_MS] [ROUNDS] [MOST_AT_ONCE]
const isTask = process.argv[2] === "-task";
const [tables = 200, rows = 1000, roundTrip = 5, rounds = 3, most = 3] = process.argv
  .slice(isTask ? 3 : 2)
  .map(Number);
const DATABASE = "Orders";

interface Figure {
  readonly seconds: number;
  readonly processor: number;
  readonly megabytes: number;
  readonly stored: number;
}

/** Makes other rows of those that all tables get, so that no table is like another one. */
function marked({ bytes, rowEnds, keyHashes }: RowSlice, table: number): RowSlice {
  const own = Buffer.from(bytes);
  for (const end of rowEnds) if (end >= 4) own.writeUInt32LE(table, end - 4);
  return { bytes: own, rowEnds, keyHashes };
}

/** Tables over as many connections as are read at a time. */
function captureOf(port: number, atOnce: number): DatabaseCapture {
  const idle: TdsConnection[] = [];
  const read = async ({ name }: CapturedTable): Promise<TableRows> => {
    const number = Number(name.slice("Orders".length));
    const connection =
      idle.pop() ??
      (await openReplay({ port, user: "a", password: "b", options: { encrypt: false } }));
    const { metadata, slices } = await readRows(connection, { sql: "REPLAY", key: ["Id"] });
    async function* until() {
      for await (const slice of slices) yield marked(slice, number);
      idle.push(connection);
    }
    return { metadata, slices: until() };
  };
  return {
    schema: Buffer.from("{}"),
    inventory: [],
    tables: Array.from({ length: tables }, (_, at) => ({
      schema: "dbo",
      name: `Orders${String(at).padStart(4, "0")}`,
      estimatedRows: rows,
      estimatedBytes: rows * ORDER_ROW_BYTES,
    })),
    notes: [],
    atOnce,
    rows: read,
    complete: () => Promise.resolve(),
    async [Symbol.asyncDispose]() {
      for (const connection of idle) await connection[Symbol.asyncDispose]();
    },
  };
}

async function runTask(port: number, atOnce: number): Promise<void> {
  await using project = await makeOrdersProject();
  const server = new MemoryServer();
  server.contents.set(DATABASE, new Map());
  server.openCapture = () => Promise.resolve(captureOf(port, atOnce));
  const ports = await project.ports();
  const openServer = () => Promise.resolve<DatabaseServer>(server);
  const before = process.cpuUsage();
  const started = performance.now();
  const job = await backUp({ backupSet: "data", trigger: "manual" }, { ...ports, openServer });
  const seconds = (performance.now() - started) / 1000;
  if (job.status !== "successful") throw new Error(`the backup ended ${job.status}`);
  const { user, system } = process.cpuUsage(before);
  const figure: Figure = {
    seconds,
    processor: (user + system) / 1e6,
    megabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
    stored: job.bytesStored,
  };
  process.stdout.write(`${JSON.stringify(figure)}\n`);
}

async function inProcess(port: number, atOnce: number): Promise<Figure> {
  const words = ["-task", tables, rows, roundTrip, port, atOnce].map(String);
  const child = spawn(process.execPath, [import.meta.filename, ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  await once(child, "close");
  return JSON.parse(line.toString()) as Figure;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function compare(port: number): Promise<void> {
  const figures = new Map<number, Figure[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (let atOnce = 1; atOnce <= most; atOnce += 1) {
      const figure = await inProcess(port, atOnce);
      figures.set(atOnce, [...(figures.get(atOnce) ?? []), figure]);
    }
  }
  const size = ((tables * rows * ORDER_ROW_BYTES) / 1e6).toFixed(0);
  process.stdout.write(
    `${tables} tables of ${rows} rows, ${size} MB, round trip ${roundTrip} ms; median of ${rounds}\n`,
  );
  for (const [atOnce, all] of figures) {
    const of = (key: keyof Figure) => median(all.map((figure) => figure[key]));
    process.stdout.write(
      `  ${atOnce} at a time  ${of("seconds").toFixed(2)} s  ${of("processor").toFixed(2)} s of CPU  ${of("megabytes").toFixed(0)} MB  stored ${of("stored")}\n`,
    );
  }
}

async function main(): Promise<void> {
  const script = join(import.meta.dirname, "replay-server.ts");
  const child = spawn(process.execPath, [script, String(rows), String(roundTrip)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    await compare(Number(line.toString()));
  } finally {
    child.kill();
  }
}

await (isTask ? runTask(rounds, most) : main());
