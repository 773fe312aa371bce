import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { formatAddress } from "../../../../core/address/address.ts";
import { DiagnosticError } from "../../../../core/diagnostics/diagnostic.ts";
import type { ServerTarget } from "../../../../core/resource/database-server.ts";
import { type Sandbox, startSandbox } from "../../../../providers/sandbox/sandbox.ts";
import type { ResultSink } from "../../../../providers/sandbox/session/session.ts";
import { openConnection } from "../../../../providers/sqlserver/connection/open-connection.ts";
import { readRows } from "../../../../providers/sqlserver/lane/read-rows.ts";
import {
  column,
  createFakeEngine,
  FAKE_PASSWORD,
  sendResult,
} from "../../../support/fake-engine.ts";
import { startShreddingProxy } from "../../../support/shredding-proxy.ts";
import { withCode } from "../../../support/with-code.ts";

let sandbox: Sandbox;
let sent = 0;
let aborted = 0;

const PIECE = Buffer.alloc(20_000, 7);

async function endless(sink: ResultSink, signal: AbortSignal): Promise<void> {
  sink.columns([column("data", { name: "varbinary", length: -1 })]);
  signal.addEventListener("abort", () => (aborted += 1));
  while (!signal.aborted) {
    await sink.rows([[PIECE]]);
    sent += 1;
    await delay(0);
  }
}

before(async () => {
  const engine = createFakeEngine({
    batch: async (sql, sink, signal) => {
      if (sql.includes("ENDLESS")) return endless(sink, signal);
      if (sql.includes("BROKEN")) {
        sink.message({
          number: 208,
          state: 1,
          class: 16,
          message: "Invalid object name 'dbo.Gone'.",
          procedure: "",
          line: 4,
        });
        sink.statementEnd({ rowCount: undefined, isError: true, command: 0xc1 });
        return;
      }
      await sendResult(sink, [column("answer", { name: "int" })], [[42], [null]]);
    },
  });
  sandbox = await startSandbox({ engine, port: 0 });
});

after(() => sandbox.close());

function targetOf(change: Partial<ServerTarget> = {}): ServerTarget {
  return {
    address: formatAddress("server", "orders"),
    host: sandbox.host,
    port: sandbox.port,
    username: "sa",
    password: () => Promise.resolve(FAKE_PASSWORD),
    tls: { ca: sandbox.authority, serverName: "localhost", trustServerCertificate: false },
    ...change,
  };
}

const MASTER = { database: "master" };

test("an answer with bytes that no server sends is told as such", async () => {
  await using connection = await openConnection(targetOf(), MASTER);
  async function* wrong(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(Buffer.from([0x42, 0x42, 0x42]));
  }
  await assert.rejects(
    connection.intercepted("SELECT 1", wrong),
    withCode("SERVER_STREAM_MALFORMED", "Unknown type: 66"),
  );
});

test("a connection over TLS with its own authority signs in and reads by column name", async () => {
  await using connection = await openConnection(targetOf(), MASTER);
  assert.deepEqual(await connection.query("SELECT"), [{ answer: 42 }, { answer: null }]);
});

test("a certificate of an unknown authority is refused, and trusted only on request", async () => {
  const strict = targetOf({ tls: { trustServerCertificate: false, serverName: "localhost" } });
  await assert.rejects(
    openConnection(strict, MASTER),
    withCode("SERVER_CERTIFICATE_NOT_TRUSTED", "ca_file", "localhost"),
  );
  await using lax = await openConnection(
    targetOf({ tls: { trustServerCertificate: true } }),
    MASTER,
  );
  assert.equal((await lax.query("SELECT")).length, 2);
});

test("a certificate for another name is refused", async () => {
  const tls = { ca: sandbox.authority, serverName: "other.example", trustServerCertificate: false };
  await assert.rejects(
    openConnection(targetOf({ tls }), MASTER),
    withCode("SERVER_CERTIFICATE_NOT_TRUSTED", "other.example"),
  );
});

test("a wrong password is refused without showing it", async () => {
  const target = targetOf({ password: () => Promise.resolve("not-the-password") });
  await assert.rejects(openConnection(target, MASTER), (error) => {
    withCode("SERVER_SIGN_IN_FAILED", "sa", `${sandbox.host}:${sandbox.port}`)(error);
    assert.ok(error instanceof DiagnosticError);
    assert.ok(!JSON.stringify([error.diagnostic, error.message, error.stack]).includes("not-the"));
    return true;
  });
});

test("a database that the login may not open is told with its name", async () => {
  await assert.rejects(
    openConnection(targetOf(), { database: "nowhere" }),
    withCode("SERVER_PERMISSION_MISSING", "nowhere"),
  );
});

test("a port where nothing listens and a host without an address are told as unreachable", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  await new Promise((resolve) => server.close(resolve));
  await assert.rejects(
    openConnection(targetOf({ port: address.port }), MASTER),
    withCode("SERVER_UNREACHABLE", `127.0.0.1:${address.port}`, "listens"),
  );
  await assert.rejects(
    openConnection(targetOf({ host: "no-such-host.invalid" }), MASTER),
    withCode("SERVER_UNREACHABLE", "no-such-host.invalid"),
  );
});

test("a server that accepts and says nothing is left on abort, with the abort's reason", async () => {
  await using silent = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const address = silent.address();
  assert.ok(typeof address === "object" && address !== null);
  const reason = new Error("enough");
  const signal = AbortSignal.timeout(50);
  const controller = new AbortController();
  signal.addEventListener("abort", () => controller.abort(reason));
  await assert.rejects(
    openConnection(targetOf({ port: address.port }), { ...MASTER, signal: controller.signal }),
    reason,
  );
});

test("an error of a statement carries number, line and text, and the connection goes on", async () => {
  await using connection = await openConnection(targetOf(), MASTER);
  await assert.rejects(
    connection.query("BROKEN"),
    withCode("SERVER_QUERY_FAILED", "208", "line 4", "dbo.Gone"),
  );
  await assert.rejects(
    readRows(connection, { sql: "BROKEN", key: [] }),
    withCode("SERVER_QUERY_FAILED", "dbo.Gone"),
  );
  assert.equal((await connection.query("SELECT")).length, 2);
});

test("rows are read no faster than they are taken, and leaving early stops the statement", async () => {
  await using connection = await openConnection(targetOf(), MASTER);
  sent = 0;
  aborted = 0;
  const { slices } = await readRows(connection, { sql: "ENDLESS", key: [] });
  let taken = 0;
  for await (const slice of slices) {
    taken += slice.rowEnds.length;
    if (taken === 3) await delay(200);
    if (taken > 3) break;
  }
  assert.ok(sent < 1000, `the server sent ${sent} rows while few were taken`);
  assert.equal(aborted, 1);
  assert.equal((await connection.query("SELECT")).length, 2);
});

test("an abort in the middle of a result rejects with its reason and leaves the connection usable", async () => {
  await using connection = await openConnection(targetOf(), MASTER);
  const controller = new AbortController();
  const reason = new Error("cancelled by the user");
  const request = { sql: "ENDLESS", key: [], signal: controller.signal };
  const { slices } = await readRows(connection, request);
  await assert.rejects(async () => {
    for await (const slice of slices) if (slice.rowEnds.length > 0) controller.abort(reason);
  }, reason);
  assert.equal((await connection.query("SELECT")).length, 2);
});

test("a server that goes away is told as a lost connection", async () => {
  const proxy = await startShreddingProxy(sandbox.port, [1_000_000]);
  await using connection = await openConnection(targetOf({ port: proxy.port }), MASTER);
  const { slices } = await readRows(connection, { sql: "ENDLESS", key: [] });
  await assert.rejects(async () => {
    for await (const slice of slices) {
      if (slice.rowEnds.length > 0) await proxy[Symbol.asyncDispose]();
    }
  }, withCode("SERVER_CONNECTION_LOST"));
  assert.equal(connection.isClosed, true);
});
