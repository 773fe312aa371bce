import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { type Sandbox, startSandbox } from "../../../../providers/sandbox/sandbox.ts";
import {
  column,
  createFakeEngine,
  type FakeEngine,
  sendResult,
} from "../../../support/fake-engine.ts";
import {
  batch,
  connectRaw,
  login7,
  PLAIN_PRELOGIN,
  packets,
  signInRaw,
} from "../../../support/raw-tds-client.ts";
import { startShreddingProxy } from "../../../support/shredding-proxy.ts";
import { ask, closeTedious, connectTedious } from "../../../support/stock-client.ts";

async function start(): Promise<{ sandbox: Sandbox; engine: FakeEngine }> {
  const engine = createFakeEngine({
    batch: (_sql, sink) => sendResult(sink, [column("n", { name: "int" })], [[7]]),
  });
  return { sandbox: await startSandbox({ engine, port: 0 }), engine };
}

for (const encrypt of [true, false, "strict"] as const) {
  test(`tedious signs in and queries with encrypt ${String(encrypt)}`, async () => {
    const { sandbox, engine } = await start();
    await using _ = sandbox;
    const connection = await connectTedious(sandbox, {
      database: "shop",
      options: { encrypt: encrypt as boolean, appName: "proof" },
    });
    assert.deepEqual((await ask(connection, "select 7")).rows, [[7]]);
    assert.equal(engine.logins[0]?.database, "shop");
    assert.equal(engine.logins[0].applicationName, "proof");
    await closeTedious(connection);
  });
}

test("a client that does not know the authority refuses the certificate", async () => {
  const { sandbox } = await start();
  const stranger = await startSandbox({ engine: createFakeEngine(), port: 0 });
  await using _ = sandbox;
  await using __ = stranger;
  const { host, port } = sandbox;
  await assert.rejects(
    connectTedious({ host, port, authority: stranger.authority }),
    /certificate|signature/i,
  );
});

test("a wrong password is error 18456, and no session stays", async () => {
  const { sandbox, engine } = await start();
  await using _ = sandbox;
  await assert.rejects(connectTedious(sandbox, { password: "wrong" }), (error: Error) => {
    assert.match(error.message, /Login failed for user 'sa'/);
    return true;
  });
  assert.equal(engine.openSessions, 0);
});

test("a database that cannot be opened is error 4060 and then 18456", async () => {
  const { sandbox } = await start();
  await using _ = sandbox;
  const client = await connectRaw(sandbox.port);
  client.send(packets(0x12, PLAIN_PRELOGIN));
  await client.message();
  client.send(packets(0x10, login7({ database: "absent" })));
  const answer = await client.message();
  assert.ok(answer);
  const numbers = [4060, 18_456].map((number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(number);
    return answer.indexOf(bytes);
  });
  assert.ok((numbers[0] ?? -1) > 0 && (numbers[0] ?? 0) < (numbers[1] ?? 0));
  assert.equal(await client.message(), undefined);
});

test("the packet size that the client asks for is used", async () => {
  const sizes: number[] = [];
  const engine = createFakeEngine({
    batch: (_sql, sink) =>
      sendResult(sink, [column("t", { name: "varchar", length: 8000 })], [["x".repeat(8000)]]),
  });
  await using sandbox = await startSandbox({ engine, port: 0 });
  for (const packetSize of [512, 4096, 16_384]) {
    const client = await signInRaw(sandbox.port, { packetSize });
    client.socket.once("data", (chunk: Buffer) => sizes.push(chunk.readUInt16BE(2)));
    client.send(packets(1, batch("select")));
    assert.ok(await client.message());
    await client.close();
  }
  assert.deepEqual(sizes.slice(0, 2), [512, 4096]);
  assert.ok((sizes[2] ?? 0) > 8000);
});

test("versions of the protocol before 7.3B are refused in words", async () => {
  const { sandbox } = await start();
  await using _ = sandbox;
  const client = await connectRaw(sandbox.port);
  client.send(packets(0x12, PLAIN_PRELOGIN));
  await client.message();
  client.send(packets(0x10, login7({ version: 0x7100_0001 })));
  const answer = await client.message();
  assert.match(answer?.toString("utf16le", 1) ?? "", /TDS 7\.3|S 7/);
  await client.close();
});

test("closing the sandbox ends its connections and closes their sessions", async () => {
  const { sandbox, engine } = await start();
  const connection = await connectTedious(sandbox);
  assert.equal(engine.openSessions, 1);
  const ended = once(connection, "end");
  connection.on("error", () => undefined);
  await sandbox.close();
  await ended;
  assert.equal(engine.openSessions, 0);
  assert.equal(sandbox.connectionCount, 0);
  await sandbox.close();
});

for (const sizes of [[1], [7, 1, 9], [4096, 3]]) {
  test(`TLS and all after it work when bytes come in pieces of ${sizes.join(", ")}`, async () => {
    const { sandbox } = await start();
    await using _ = sandbox;
    await using proxy = await startShreddingProxy(sandbox.port, sizes);
    const { host, authority } = sandbox;
    const connection = await connectTedious({ host, authority, port: proxy.port });
    assert.deepEqual((await ask(connection, "select 7")).rows, [[7]]);
    await closeTedious(connection);
  });
}
