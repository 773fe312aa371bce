import { Connection } from "tedious";
import { formatAddress } from "../../../core/address/address.ts";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import { TdsConnection } from "../connection/tds-connection.ts";
import { BULK_END, type BulkTarget, bulkStatement, encodeBulkMetadata } from "./bulk-statement.ts";
import { parseColumnMetadata } from "./column-metadata.ts";
import { expandRows } from "./expand-rows.ts";
import {
  GOLDEN_BULK_METADATA,
  GOLDEN_COMPRESSED_ROW,
  GOLDEN_EXPANDED_ROW,
  GOLDEN_METADATA,
  GOLDEN_ROW,
} from "./golden-rows.ts";
import { startGoldenServer } from "./golden-server.ts";
import { readRows } from "./read-rows.ts";

/** Bytes of the result in each packet: cuts inside every header, and everything in one. */
const PACKET_SIZES = [1, 7, 4000] as const;
const TIMEOUT_MS = 5000;
const ROWS = Buffer.concat([GOLDEN_ROW, GOLDEN_COMPRESSED_ROW]);
const BULK = Buffer.concat([GOLDEN_BULK_METADATA, GOLDEN_ROW, GOLDEN_EXPANDED_ROW, BULK_END]);

async function connect(port: number): Promise<TdsConnection> {
  const connection = new Connection({
    server: "127.0.0.1",
    authentication: { type: "default", options: { userName: "check", password: "check" } },
    options: { port, encrypt: false, connectTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS },
  });
  connection.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  const target = {
    address: formatAddress("server", "check"),
    host: "127.0.0.1",
    port,
    username: "check",
    tls: { trustServerCertificate: true },
  };
  return new TdsConnection(connection, { target });
}

function requireEqual(what: string, actual: Uint8Array | undefined, expected: Buffer): void {
  if (actual === undefined || !expected.equals(actual)) throw new Error(`${what} differ`);
}

async function readGolden(connection: TdsConnection): Promise<Buffer> {
  const { metadata, slices } = await readRows(connection, { sql: "GOLDEN", key: ["a"] });
  requireEqual("columns", metadata, GOLDEN_METADATA);
  const parts: Buffer[] = [];
  let rows = 0;
  for await (const slice of slices) {
    parts.push(Buffer.from(slice.bytes));
    rows += slice.rowEnds.length;
  }
  if (rows !== 2) throw new Error(`${rows} rows instead of 2`);
  return Buffer.concat(parts);
}

async function* bulkParts(target: BulkTarget, rows: Buffer): AsyncGenerator<Buffer, void> {
  yield encodeBulkMetadata(target);
  yield* expandRows(
    GOLDEN_METADATA,
    (async function* () {
      yield rows;
    })(),
    () => undefined,
  );
  yield BULK_END;
}

async function checkOnce(packetSize: number): Promise<void> {
  await using server = await startGoldenServer(packetSize);
  await using connection = await connect(server.port);
  const rows = await readGolden(connection);
  requireEqual("row bytes", rows, ROWS);
  const { columns } = parseColumnMetadata(GOLDEN_METADATA);
  const target: BulkTarget = { table: "t", columns, collations: {}, order: [] };
  await connection.bulkLoad(bulkStatement(target), bulkParts(target, rows));
  requireEqual("bulk bytes", server.bulkLoad(), BULK);
}

async function check(): Promise<void> {
  try {
    for (const size of PACKET_SIZES) await checkOnce(size);
  } catch (cause) {
    throw failure(
      {
        code: "TDS_LANE_UNUSABLE",
        summary: "Rows cannot be read without loss",
        detail: `Holdfast reads and writes rows beneath the client library tedious, and this installation of it does not behave as the version that Holdfast was built with (${cause instanceof Error ? cause.message : String(cause)}). Reading on could lose data, so nothing was read. Install Holdfast again with its own dependencies.`,
      },
      cause,
    );
  }
}

let verdict: Promise<void> | undefined;

/** Proves, once per process and against a server inside it, that row bytes pass unchanged both ways: TDS_LANE_UNUSABLE. */
export function checkLane(): Promise<void> {
  verdict ??= check();
  return verdict;
}
