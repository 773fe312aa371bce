import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ISOLATION_LEVEL, Request, TYPES } from "tedious";
import { startSandbox } from "../../../../providers/sandbox/sandbox.ts";
import type { RpcParameter } from "../../../../providers/sandbox/session/session.ts";
import type { SqlValue } from "../../../../providers/sandbox/values/sql-type.ts";
import { column, createFakeEngine, sendResult } from "../../../support/fake-engine.ts";
import {
  ALL_HEADERS,
  batch,
  packets,
  RawClient,
  signInRaw,
} from "../../../support/raw-tds-client.ts";
import { ask, closeTedious, connectTedious } from "../../../support/stock-client.ts";

const INT = column("n", { name: "int" });

test("a batch of several statements gives each result, its messages and counts", async () => {
  const engine = createFakeEngine({
    async batch(_sql, sink) {
      await sendResult(sink, [INT], [[1], [2]]);
      sink.message({
        number: 50_000,
        state: 3,
        class: 5,
        message: "hello",
        procedure: "",
        line: 2,
      });
      sink.statementEnd({ rowCount: 3, isError: false, command: 0xc3 });
      await sendResult(sink, [INT], [[3]]);
    },
  });
  await using sandbox = await startSandbox({ engine, port: 0 });
  const connection = await connectTedious(sandbox);
  const infos: string[] = [];
  connection.on("infoMessage", ({ message }) => infos.push(message));
  const { rows, columns, rowCount } = await ask(connection, "go");
  assert.deepEqual([rows, columns.length, rowCount, infos], [[[1], [2], [3]], 2, 6, ["hello"]]);
  await closeTedious(connection);
});

test("an error tells number, state, class, procedure and line, and the connection goes on", async () => {
  const engine = createFakeEngine({
    async batch(sql, sink) {
      if (sql !== "bad") return sendResult(sink, [INT], [[1]]);
      const message = "Invalid object name 'x'.";
      sink.message({ number: 208, state: 1, class: 16, message, procedure: "dbo.p", line: 7 });
      sink.statementEnd({ rowCount: undefined, isError: true, command: 0 });
    },
  });
  await using sandbox = await startSandbox({ engine, port: 0 });
  const connection = await connectTedious(sandbox);
  const { error } = await ask(connection, "bad");
  const told = error as unknown as Record<string, unknown>;
  const facts = [
    told["number"],
    told["class"],
    told["state"],
    told["procName"],
    told["lineNumber"],
  ];
  assert.deepEqual(facts, [208, 16, 1, "dbo.p", 7]);
  assert.deepEqual((await ask(connection, "good")).rows, [[1]]);
  await closeTedious(connection);
});

test("an engine that throws ends the connection with error 3624 and not the process", async () => {
  const engine = createFakeEngine({ batch: () => Promise.reject(new Error("broken")) });
  await using sandbox = await startSandbox({ engine, port: 0 });
  const connection = await connectTedious(sandbox);
  connection.on("error", () => undefined);
  const ended = once(connection, "end");
  assert.match(String((await ask(connection, "x")).error), /broken/);
  connection.close();
  await ended;
  assert.equal(engine.openSessions, 0);
});

test("procedure calls carry parameters in, and outputs and the status back", async () => {
  const calls: { name: string; parameters: readonly RpcParameter[] }[] = [];
  const engine = createFakeEngine({
    async procedure(call, sink) {
      calls.push(call);
      await sendResult(sink, [INT], [[9]]);
      sink.returnStatus(4);
      sink.outputParameter({ name: "@out", ordinal: 2, type: { name: "int" }, value: 42 });
    },
  });
  await using sandbox = await startSandbox({ engine, port: 0 });
  const connection = await connectTedious(sandbox);
  const { rows, returned } = await ask(connection, "dbo.work", (request) => {
    request.addParameter("text", TYPES.NVarChar, "wörld");
    request.addOutputParameter("out", TYPES.Int);
    return "procedure";
  });
  assert.deepEqual([rows, returned], [[[9]], { out: 42 }]);
  assert.equal(calls[0]?.name, "dbo.work");
  const [text, out] = calls[0].parameters;
  assert.deepEqual([text?.name, text?.value, out?.output], ["@text", "wörld", true]);
  await ask(connection, "select @a", (request) => {
    request.addParameter("a", TYPES.Int, 1);
    return "execSql";
  });
  assert.equal(calls[1]?.name, "sp_executesql");
  await closeTedious(connection);
});

test("the status of a procedure comes back from a call and from a batch", async () => {
  const engine = createFakeEngine({
    async batch(_sql, sink) {
      sink.returnStatus(-6);
      await sendResult(sink, [INT], [[1]]);
    },
    procedure(_call, sink) {
      sink.returnStatus(4);
      return Promise.resolve();
    },
  });
  await using sandbox = await startSandbox({ engine, port: 0 });
  const connection = await connectTedious(sandbox);
  const statuses: unknown[] = [];
  const note = (request: Request): void => {
    request.on("doneProc", (_count, _more, status) => statuses.push(status));
  };
  await ask(connection, "exec p", (request) => {
    note(request);
    return "batch";
  });
  await ask(connection, "dbo.p", (request) => {
    note(request);
    return "procedure";
  });
  assert.deepEqual(statuses, [-6, 4]);
  await closeTedious(connection);
});

test("several calls in one message run in order", async () => {
  const names: string[] = [];
  const engine = createFakeEngine({
    procedure({ name }) {
      names.push(name);
      return Promise.resolve();
    },
  });
  await using sandbox = await startSandbox({ engine, port: 0 });
  const client = await signInRaw(sandbox.port);
  const call = (name: string): Buffer =>
    Buffer.concat([Buffer.of(name.length, 0), Buffer.from(name, "utf16le"), Buffer.of(0, 0)]);
  const calls = [call("a"), Buffer.of(0xff), call("b"), Buffer.of(0xff)];
  client.send(packets(3, Buffer.concat([ALL_HEADERS, ...calls])));
  const answer = await client.message();
  assert.deepEqual(names, ["a", "b"]);
  const status = (value: number): string => `7900000000fe${value === 1 ? "01" : "00"}000000`;
  assert.equal(
    answer?.toString("hex"),
    `${status(1)}${"00".repeat(8)}${status(0)}${"00".repeat(8)}`,
  );
  await client.close();
});

test("transactions are begun, saved, committed and rolled back as the client says", async () => {
  const engine = createFakeEngine();
  await using sandbox = await startSandbox({ engine, port: 0 });
  const connection = await connectTedious(sandbox);
  const wait = async (run: (done: (error?: Error | null) => void) => void): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    run((error) => (error ? reject(error) : resolve()));
    await promise;
  };
  await wait((done) => connection.beginTransaction(done, "t1", ISOLATION_LEVEL["SNAPSHOT"]));
  await wait((done) => connection.saveTransaction(done, "s1"));
  await wait((done) => connection.rollbackTransaction(done, "s1"));
  await wait((done) => connection.commitTransaction(done));
  assert.deepEqual(engine.transactions, [
    { action: "begin", name: "t1", isolation: "snapshot" },
    { action: "save", name: "s1" },
    { action: "rollback", name: "s1", thenBegin: false },
    { action: "commit", name: "", thenBegin: false },
  ]);
  await closeTedious(connection);
});

test("a reset in the header of a request resets the session first", async () => {
  const engine = createFakeEngine({ batch: (_sql, sink) => sendResult(sink, [INT], [[1]]) });
  await using sandbox = await startSandbox({ engine, port: 0 });
  const connection = await connectTedious(sandbox);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  connection.reset((error) => (error ? reject(error) : resolve()));
  await promise;
  assert.equal(engine.resets, 1);
  await closeTedious(connection);
});

test("an attention ends a long result soon, and the connection goes on", async () => {
  let sent = 0;
  const engine = createFakeEngine({
    async batch(sql, sink, signal) {
      if (sql === "short") return sendResult(sink, [INT], [[1]]);
      sink.columns([INT]);
      const rows = Array.from({ length: 100 }, (_, index) => [index]);
      for (; !signal.aborted && sent < 50_000_000; sent += rows.length) await sink.rows(rows);
    },
  });
  await using sandbox = await startSandbox({ engine, port: 0 });
  const connection = await connectTedious(sandbox);
  const { promise, resolve } = Promise.withResolvers<Error | null | undefined>();
  const request = new Request("long", (error) => resolve(error));
  request.once("row", () => connection.cancel());
  connection.execSqlBatch(request);
  assert.match(String(await promise), /Canceled/);
  assert.ok(sent < 50_000_000);
  assert.deepEqual((await ask(connection, "short")).rows, [[1]]);
  await closeTedious(connection);
});

test("an attention before the first row, and one that comes too late, are each answered once", async () => {
  const engine = createFakeEngine({
    async batch(sql, sink, signal) {
      if (sql === "wait" && !signal.aborted) await once(signal, "abort");
      else await sendResult(sink, [INT], [[1]]);
    },
  });
  await using sandbox = await startSandbox({ engine, port: 0 });
  const client = await signInRaw(sandbox.port);
  client.send(packets(1, batch("wait")));
  client.send(packets(6, Buffer.alloc(0)));
  const attentionDone = "fd20000000000000000000000000";
  const isAcknowledged = (answer: Buffer | undefined): boolean =>
    answer?.toString("hex").startsWith(attentionDone.slice(0, 6)) ?? false;
  assert.ok(!isAcknowledged(await client.message()));
  assert.ok(isAcknowledged(await client.message()));
  client.send(packets(1, batch("now")));
  assert.ok(!isAcknowledged(await client.message()));
  client.send(packets(6, Buffer.alloc(0)));
  assert.ok(isAcknowledged(await client.message()));
  await client.close();
});

test("a message that its client gives up is answered and not run", async () => {
  let runs = 0;
  const engine = createFakeEngine({
    batch: () => {
      runs += 1;
      return Promise.resolve();
    },
  });
  await using sandbox = await startSandbox({ engine, port: 0 });
  const client = await signInRaw(sandbox.port);
  client.send(packets(1, batch("x"), { status: 2 }));
  assert.ok(await client.message());
  assert.equal(runs, 0);
  await client.close();
});

test("flush sends what was said before the statement ends", async () => {
  const { promise: release, resolve: goOn } = Promise.withResolvers<void>();
  const engine = createFakeEngine({
    async batch(_sql, sink) {
      sink.message({ number: 50_000, state: 1, class: 0, message: "now", procedure: "", line: 1 });
      await sink.flush();
      await release;
      sink.statementEnd({ rowCount: undefined, isError: false, command: 0 });
    },
  });
  await using sandbox = await startSandbox({ engine, port: 0 });
  const connection = await connectTedious(sandbox);
  const heard = once(connection, "infoMessage");
  const answer = ask(connection, "raiserror('now', 0, 1) with nowait");
  assert.equal(((await heard)[0] as { message: string }).message, "now");
  goOn();
  assert.equal((await answer).error, undefined);
  await closeTedious(connection);
});

test("values of tens of megabytes go both ways", async () => {
  const received: SqlValue[] = [];
  const long = "ж".repeat(12_000_000);
  const engine = createFakeEngine({
    batch: (_sql, sink) =>
      sendResult(sink, [column("t", { name: "nvarchar", length: -1 })], [[long]]),
    procedure({ parameters }) {
      received.push(parameters.find(({ name }) => name === "@t")?.value ?? null);
      return Promise.resolve();
    },
  });
  await using sandbox = await startSandbox({ engine, port: 0 });
  const connection = await connectTedious(sandbox, { options: { encrypt: false } });
  const { rows } = await ask(connection, "select");
  assert.ok(rows[0]?.[0] === long);
  await ask(connection, "select @t", (request) => {
    request.addParameter("t", TYPES.NVarChar, long, { length: Infinity });
    return "execSql";
  });
  assert.ok(received[0] === long);
  await closeTedious(connection);
});

test("a request that comes byte by byte is the same request", async () => {
  const engine = createFakeEngine({
    batch: (sql, sink) => sendResult(sink, [column("t", { name: "varchar", length: 20 })], [[sql]]),
  });
  await using sandbox = await startSandbox({ engine, port: 0 });
  const client = await signInRaw(sandbox.port);
  client.socket.setNoDelay(true);
  for (const byte of packets(1, batch("abc def"), { size: 20 })) client.send(Uint8Array.of(byte));
  assert.match((await client.message())?.toString("latin1") ?? "", /abc def/);
  await client.close();
});

test("a client that vanishes in the middle of a result frees its session", async () => {
  const { promise: ended, resolve } = Promise.withResolvers<boolean>();
  const engine = createFakeEngine({
    async batch(_sql, sink, signal) {
      sink.columns([column("t", { name: "varchar", length: 8000 })]);
      while (!signal.aborted) await sink.rows([["x".repeat(8000)]]);
      resolve(true);
    },
  });
  await using sandbox = await startSandbox({ engine, port: 0 });
  const client = await signInRaw(sandbox.port);
  client.socket.pause();
  client.send(packets(1, batch("long")));
  await once(client.socket, "readable");
  client.socket.resetAndDestroy();
  assert.ok(await ended);
  await sandbox.close();
  assert.equal(engine.openSessions, 0);
  assert.ok(client instanceof RawClient);
});

test("a client that reads slowly makes the engine wait", async () => {
  let sent = 0;
  const engine = createFakeEngine({
    async batch(_sql, sink, signal) {
      sink.columns([column("t", { name: "varchar", length: 8000 })]);
      for (; !signal.aborted; sent += 1) await sink.rows([["x".repeat(8000)]]);
    },
  });
  await using sandbox = await startSandbox({ engine, port: 0 });
  const client = await signInRaw(sandbox.port);
  client.socket.pause();
  client.send(packets(1, batch("long")));
  for (
    let still = 0, before = 0;
    still < 500;
    still = sent > 0 && before === sent ? still + 1 : 0
  ) {
    before = sent;
    await nextTurn();
  }
  assert.ok(sent < 5000, `${sent} rows of 8,000 bytes were made for a client that reads none`);
  await client.close();
});
