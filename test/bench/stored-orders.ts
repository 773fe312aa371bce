import { backUp } from "../../core/operations/backup.ts";
import type { DatabaseCapture, RowSlice } from "../../core/resource/database-capture.ts";
import type { DatabaseServer } from "../../core/resource/database-server.ts";
import { parseColumnMetadata } from "../../providers/sqlserver/lane/column-metadata.ts";
import { layOutRow } from "../../providers/sqlserver/lane/row-layout.ts";
import { RowSplitter } from "../../providers/sqlserver/lane/row-splitter.ts";
import type { SqlServerSchema } from "../../schemas/sql-server-schema.ts";
import { MemoryServer } from "../support/memory-server.ts";
import { empty } from "../support/schema-parts.ts";
import { tableSchema } from "../support/stored-rows.ts";
import { makeProject, type TestProject } from "../support/test-project.ts";
import { ORDER_METADATA, orderRows } from "./order-rows.ts";

const ROWS_A_PACKET = 2500;
const DATABASE = "Orders";

/** Which version of a row stands in the table; 0 of rows that nobody changed. */
export type VersionOf = (id: number) => number;

/** The rows as they come from a server, with the hashes of their keys. */
export async function* slicesOf(rows: number, versionOf: VersionOf): AsyncGenerator<RowSlice> {
  const ready: RowSlice[] = [];
  const refuse = (): never => {
    throw new RangeError("only rows are expected");
  };
  const splitter = new RowSplitter(
    { metadata: refuse, token: refuse, rows: (span) => ready.push(span) },
    layOutRow(parseColumnMetadata(ORDER_METADATA).columns, ["Id"]),
  );
  for (let from = 1; from <= rows; from += ROWS_A_PACKET) {
    splitter.push(orderRows(from, Math.min(ROWS_A_PACKET, rows - from + 1), versionOf));
    yield* ready.splice(0);
    await Promise.resolve();
  }
}

const TABLE = tableSchema(
  "Orders",
  parseColumnMetadata(ORDER_METADATA).columns.map(({ name }) => name),
  ["Id"],
);
const COLUMNS = TABLE.columns.map((column) => ({ ...column, isNullable: column.name !== "Id" }));

export const SCHEMA: SqlServerSchema = {
  ...empty,
  database: { collation: null, compatibilityLevel: 160, options: {} },
  tables: [{ ...TABLE, columns: COLUMNS }],
};

function captureOf(rows: number, versionOf: VersionOf): DatabaseCapture {
  const table = { schema: "dbo", name: "Orders", estimatedRows: rows, estimatedBytes: 0 };
  return {
    schema: Buffer.from(JSON.stringify(SCHEMA)),
    inventory: [],
    tables: [table],
    notes: [],
    rows: () => Promise.resolve({ metadata: ORDER_METADATA, slices: slicesOf(rows, versionOf) }),
    complete: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A project whose catalog and vault get points of a table of orders, without a server. */
export async function makeOrdersProject(): Promise<TestProject> {
  const signIn = {
    host: "127.0.0.1",
    port: 1,
    username: "nobody",
    password: "none",
    caFile: undefined,
    trustServerCertificate: true,
  };
  const project = await makeProject({ signIn, databases: [DATABASE] });
  await project.expect(0, "init");
  await project.expect(0, "apply", "-auto-approve", "-refresh=false");
  return project;
}

/** Backs the table up as it is with these versions. Gives what that added to the store, in bytes. */
export async function storeOrders(
  project: TestProject,
  rows: number,
  versionOf: VersionOf,
): Promise<number> {
  const server = new MemoryServer();
  server.contents.set(DATABASE, new Map());
  server.openCapture = () => Promise.resolve(captureOf(rows, versionOf));
  const ports = await project.ports();
  const openServer = () => Promise.resolve<DatabaseServer>(server);
  const job = await backUp({ backupSet: "data", trigger: "manual" }, { ...ports, openServer });
  if (job.status !== "successful") throw new Error(`the backup ended ${job.status}`);
  return job.bytesStored;
}
