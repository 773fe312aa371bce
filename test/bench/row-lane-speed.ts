import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import mssql from "mssql";
import type { TdsConnection } from "../../providers/sqlserver/connection/tds-connection.ts";
import {
  BULK_END,
  bulkStatement,
  encodeBulkMetadata,
} from "../../providers/sqlserver/lane/bulk-statement.ts";
import { parseColumnMetadata } from "../../providers/sqlserver/lane/column-metadata.ts";
import { expandRows } from "../../providers/sqlserver/lane/expand-rows.ts";
import { readRows } from "../../providers/sqlserver/lane/read-rows.ts";
import { startTestServer } from "../support/test-server.ts";
import { ORDER_COLUMNS, ORDER_METADATA, ORDER_ROW_BYTES, orderRows } from "./order-rows.ts";
import { openReplay } from "./replay-connection.ts";

// Measures export and bulk load of rows by the lane and by the stock client, in turn, against a server that only sends and
// swallows, and where told so many rows against the sandbox: node test/bench/row-lane-speed.ts [ROWS] [ROUNDS] [SANDBOX_ROWS]
const isTask = process.argv[2] === "-task";
const rows = Number(process.argv[isTask ? 4 : 2] ?? 1_000_000);
const rounds = Number(process.argv[3] ?? 3);
const sandboxRows = Number(process.argv[4] ?? 0);
const megabytes = (rows * ORDER_ROW_BYTES) / 1e6;
const CHUNK_ROWS = 300;
const STOCK_BATCH = 100_000;
const LATIN = "Latin1_General_CI_AS";

interface Place {
  readonly port: number;
  readonly options: Readonly<Record<string, unknown>>;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Gives all rows. */
  readonly sql: string;
  /** How often a client does its work; the first time warms up, where there are more. */
  readonly times: number;
}

interface Figure {
  readonly seconds: number;
  readonly processor: number;
}

function openLane({ options, database, ...place }: Place): Promise<TdsConnection> {
  return openReplay({ ...place, options: { database, ...options } });
}

function openStock({ port, options, user, password, database }: Place) {
  const limits = { max: 1, min: 1 };
  return new mssql.ConnectionPool({
    server: "127.0.0.1",
    port,
    user,
    password,
    database,
    pool: limits,
    requestTimeout: 0,
    options: { packetSize: 32_767, ...options },
  }).connect();
}

function requireRows(found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`${found} rows instead of ${wanted}`);
}

async function exportByLane(lane: TdsConnection, sql: string, wanted: number): Promise<void> {
  const { slices } = await readRows(lane, { sql, key: ["Id"] });
  let found = 0;
  for await (const slice of slices) found += slice.rowEnds.length;
  requireRows(found, wanted);
}

async function exportByStock(pool: mssql.ConnectionPool, sql: string, wanted: number) {
  const request = pool.request();
  request.stream = true;
  let found = 0;
  request.on("row", (row: Readonly<Record<string, unknown>>) => {
    if (row["Id"] !== undefined) found += 1;
  });
  void request.query(sql);
  await once(request, "done");
  requireRows(found, wanted);
}

async function* stored(bytes: Buffer): AsyncGenerator<Buffer> {
  const size = CHUNK_ROWS * ORDER_ROW_BYTES;
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.subarray(at, at + size));
  }
}

async function loadByLane(lane: TdsConnection, bytes: Buffer): Promise<void> {
  const { columns } = parseColumnMetadata(ORDER_METADATA);
  const collations = { Note: LATIN, Code: LATIN };
  const target = { table: "[dbo].[Copy]", columns, collations, order: ["[Id] ASC"] };
  async function* parts(): AsyncGenerator<Buffer, void> {
    yield encodeBulkMetadata(target);
    yield* expandRows(ORDER_METADATA, stored(bytes), () => undefined);
    yield BULK_END;
  }
  await lane.bulkLoad(bulkStatement(target), parts());
}

/** Values as an application has them; the same ones go again and again, but for their keys. */
function stockTable(from: number, count: number): mssql.Table {
  const table = new mssql.Table("dbo.Copy");
  table.create = false;
  table.columns.add("Id", mssql.Int, { nullable: false });
  table.columns.add("CustomerId", mssql.BigInt, { nullable: false });
  table.columns.add("OrderedAt", mssql.DateTime2(7), { nullable: true });
  table.columns.add("Amount", mssql.Decimal(19, 4), { nullable: true });
  table.columns.add("Token", mssql.UniqueIdentifier, { nullable: true });
  table.columns.add("Note", mssql.NVarChar(80), { nullable: true });
  table.columns.add("Code", mssql.VarChar(40), { nullable: true });
  table.columns.add("Score", mssql.Float, { nullable: false });
  const note = "parcel express fragile gift invoice later morning evening ri";
  for (let id = from; id < from + count; id += 1) {
    const code = `ORD-${String(id).padStart(10, "0")}-${String(id).padStart(13, "0")}`;
    const token = "62FCBE04-9E2D-CA5A-EFD8-671D4FE1A850";
    const at = new Date(1_700_000_000_000 + id * 1000);
    table.rows.add(id, id % 50_000, at, 764.9042, token, note.slice(0, 58), code, id / 7);
  }
  return table;
}

async function loadByStock(pool: mssql.ConnectionPool, tables: readonly mssql.Table[]) {
  for (const table of tables) await pool.request().bulk(table);
}

async function measure(run: () => Promise<void>): Promise<Figure> {
  const before = process.cpuUsage();
  const started = performance.now();
  await run();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { seconds, processor: (user + system) / 1e6 };
}

function lesser(one: Figure, other: Figure | undefined): Figure {
  if (other === undefined) return one;
  const seconds = Math.min(one.seconds, other.seconds);
  return { seconds, processor: Math.min(one.processor, other.processor) };
}

/** What one client does; each in a process of its own, so that the heap of one does not slow the other. */
const TASKS: Readonly<
  Record<string, (place: Place, count: number) => Promise<() => Promise<void>>>
> = {
  "the server gives": ({ port }) => Promise.resolve(() => drain(port)),
  "the server takes": ({ port }) => Promise.resolve(() => flood(port)),
  "export, stock": async (place, count) => {
    const pool = await openStock(place);
    return () => exportByStock(pool, place.sql, count);
  },
  "export, lane": async (place, count) => {
    const lane = await openLane(place);
    return () => exportByLane(lane, place.sql, count);
  },
  "bulk load, stock": async (place, count) => {
    const pool = await openStock(place);
    const tables = stockTables(count);
    return () => loadByStock(pool, tables);
  },
  "bulk load, lane": async (place, count) => {
    const lane = await openLane(place);
    const bytes = orderRows(1, count);
    return () => loadByLane(lane, bytes);
  },
};

/** In the process of one client: the least of some times behind a first one that only warms up. */
async function runTask(name: string, place: Place, count: number): Promise<void> {
  const task = TASKS[name];
  if (task === undefined) throw new Error(`there is no task ${name}`);
  const run = await task(place, count);
  let least: Figure | undefined;
  for (let time = 0; time < place.times; time += 1) {
    const figure = await measure(run);
    if (time > 0 || place.times === 1) least = lesser(figure, least);
  }
  process.stdout.write(`${JSON.stringify(least)}\n`);
  process.exit(0);
}

async function inProcess(name: string, place: Place, count: number): Promise<Figure> {
  const words = [import.meta.filename, "-task", name, String(count), JSON.stringify(place)];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return JSON.parse(line.toString()) as Figure;
}

/** Rounds go through all tasks in turn, so that a busy moment of the machine meets all of them. */
async function leastOf(
  names: readonly string[],
  place: Place,
  count: number,
): Promise<ReadonlyMap<string, Figure>> {
  const figures = new Map<string, Figure>();
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      figures.set(name, lesser(await inProcess(name, place, count), figures.get(name)));
    }
  }
  return figures;
}

function tell(figures: ReadonlyMap<string, Figure>, size: number): void {
  for (const [name, { seconds, processor }] of figures) {
    const rate = (size / seconds).toFixed(0).padStart(6);
    process.stdout.write(`  ${name.padEnd(24)} ${rate} MB/s  ${processor.toFixed(2)} s of CPU\n`);
  }
  for (const verb of ["export", "bulk load"]) {
    const [lane, stock] = [figures.get(`${verb}, lane`), figures.get(`${verb}, stock`)];
    if (lane === undefined || stock === undefined) continue;
    const times = stock.seconds / lane.seconds;
    const processor = stock.processor / lane.processor;
    process.stdout.write(
      `  ${verb}: ${times.toFixed(1)} times the stock client, ${processor.toFixed(1)} by CPU\n`,
    );
  }
}

/** Signs in by hand and reads everything without looking at it: what the server can give. */
async function drain(port: number): Promise<void> {
  const socket = connectSocket(port, "127.0.0.1");
  await once(socket, "connect");
  const text = Buffer.from("REPLAY", "utf16le");
  const header = Buffer.from([1, 1, 0, text.length + 8, 0, 0, 1, 0]);
  let left = rows * ORDER_ROW_BYTES;
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left <= 0) resolve();
  });
  socket.write(Buffer.concat([header, text]));
  await promise;
  socket.destroy();
}

/** Sends packets of a bulk load that are ready: what the server can take. */
async function flood(port: number): Promise<void> {
  const socket = connectSocket(port, "127.0.0.1");
  await once(socket, "connect");
  const packet = Buffer.alloc(32_767);
  packet.writeUInt8(7, 0);
  packet.writeUInt16BE(packet.length, 2);
  const many = Buffer.concat(Array.from({ length: 16 }, () => packet));
  for (let sent = 0; sent < rows * ORDER_ROW_BYTES; sent += many.length) {
    if (!socket.write(many)) await once(socket, "drain");
  }
  socket.write(Buffer.from([7, 1, 0, 8, 0, 0, 1, 0]));
  await once(socket, "data");
  socket.destroy();
}

function stockTables(count: number): readonly mssql.Table[] {
  const tables: mssql.Table[] = [];
  for (let from = 1; from <= count; from += STOCK_BATCH) {
    tables.push(stockTable(from, Math.min(STOCK_BATCH, count - from + 1)));
  }
  return tables;
}

async function againstReplay(): Promise<void> {
  const script = join(import.meta.dirname, "replay-server.ts");
  const child = spawn(process.execPath, [script, String(rows)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const port = Number(line.toString());
    const place = {
      port,
      options: { encrypt: false },
      user: "a",
      password: "b",
      database: "master",
      sql: "REPLAY",
      times: 3,
    };
    const figures = await leastOf(Object.keys(TASKS), place, rows);
    process.stdout.write(`replay server: ${rows} rows, ${megabytes.toFixed(0)} MB\n`);
    tell(figures, megabytes);
  } finally {
    child.kill();
  }
}

async function againstSandbox(): Promise<void> {
  await using server = await startTestServer();
  const database = server.name("Lane");
  await server.run("master", `CREATE DATABASE [${database}]`);
  const { port, username: user, password } = server.signIn;
  const place = {
    port,
    options: { encrypt: true, trustServerCertificate: true },
    user,
    password,
    database,
    sql: "SELECT * FROM dbo.Copy",
    times: 1,
  };
  const figures = new Map<string, Figure>();
  for (const name of ["bulk load, stock", "bulk load, lane", "export, stock", "export, lane"]) {
    if (name.startsWith("bulk")) {
      await server.run(database, "DROP TABLE IF EXISTS dbo.Copy");
      await server.run(database, `CREATE TABLE dbo.Copy (${ORDER_COLUMNS})`);
    }
    figures.set(name, await inProcess(name, place, sandboxRows));
  }
  const size = (sandboxRows * ORDER_ROW_BYTES) / 1e6;
  process.stdout.write(`sandbox: ${sandboxRows} rows, ${size.toFixed(0)} MB\n`);
  tell(figures, size);
}

if (isTask) {
  const [, , , name = "", count = "0", place = "{}"] = process.argv;
  await runTask(name, JSON.parse(place) as Place, Number(count));
} else {
  await againstReplay();
  if (sandboxRows > 0) await againstSandbox();
}
