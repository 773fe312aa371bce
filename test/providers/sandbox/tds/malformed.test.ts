import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { startSandbox } from "../../../../providers/sandbox/sandbox.ts";
import { column, createFakeEngine, sendResult } from "../../../support/fake-engine.ts";
import {
  ALL_HEADERS,
  batch,
  connectRaw,
  login7,
  PLAIN_PRELOGIN,
  packets,
  signInRaw,
} from "../../../support/raw-tds-client.ts";

const engine = createFakeEngine({
  batch: (_sql, sink) => sendResult(sink, [column("n", { name: "int" })], [[1]]),
  async bulkLoad({ rows }, sink) {
    for await (const some of rows) assert.ok(some.length > 0);
    sink.statementEnd({ rowCount: 0, isError: false, command: 0 });
  },
});

/** sp_executesql with one nvarchar parameter. */
const RPC = Buffer.concat([
  ALL_HEADERS,
  Buffer.from("ffff0a0000000000e708000904d00034080061006200630064000001006226010401020304", "hex"),
]);
const BULK = Buffer.from(
  "8101000000000009002604016e00d1040700000000d10400000000fd000000000000000000000000",
  "hex",
);
const MESSAGES: readonly (readonly [number, Buffer])[] = [
  [1, batch("select 1")],
  [3, RPC],
  [7, BULK],
  [14, Buffer.concat([ALL_HEADERS, Buffer.of(5, 0, 2, 0)])],
];

const mutation = fc.record({
  message: fc.constantFrom(...MESSAGES),
  at: fc.nat(200),
  bytes: fc.uint8Array({ maxLength: 4 }),
  cut: fc.nat(200),
});

async function assertServes(port: number): Promise<void> {
  const client = await signInRaw(port);
  client.send(packets(1, batch("select 1")));
  assert.ok(await client.message());
  await client.close();
}

test("a damaged request gets an answer or a closed connection, and harms no other client", async () => {
  await using sandbox = await startSandbox({ engine, port: 0 });
  await fc.assert(
    fc.asyncProperty(mutation, async ({ message: [type, payload], at, bytes, cut }) => {
      const damaged = Buffer.from(payload);
      damaged.set(
        bytes.subarray(0, Math.max(0, damaged.length - at)),
        Math.min(at, damaged.length),
      );
      const client = await signInRaw(sandbox.port);
      client.send(packets(type, damaged.subarray(0, Math.max(1, damaged.length - cut))));
      await client.message();
      await client.close();
    }),
    { numRuns: 100 },
  );
  await assertServes(sandbox.port);
});

test("bytes that are no TDS close the connection, signed in or not", async () => {
  await using sandbox = await startSandbox({ engine, port: 0 });
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      fc.boolean(),
      async (bytes, signedIn) => {
        const client = signedIn ? await signInRaw(sandbox.port) : await connectRaw(sandbox.port);
        client.send(bytes);
        client.socket.end();
        while ((await client.message()) !== undefined);
        await client.close();
      },
    ),
    { numRuns: 100 },
  );
  await assertServes(sandbox.port);
});

test("a damaged sign-in is refused and leaves no session", async () => {
  const before = engine.openSessions;
  const login = login7();
  {
    await using sandbox = await startSandbox({ engine, port: 0 });
    await fc.assert(
      fc.asyncProperty(fc.nat(login.length - 1), fc.nat(255), async (at, byte) => {
        const damaged = Buffer.from(login);
        damaged[at] = byte;
        const client = await connectRaw(sandbox.port);
        client.send(packets(0x12, PLAIN_PRELOGIN));
        await client.message();
        client.send(packets(0x10, damaged));
        await client.message();
        await client.close();
      }),
      { numRuns: 100 },
    );
    await assertServes(sandbox.port);
  }
  assert.equal(engine.openSessions, before);
});

for (const [what, number, type, payload] of [
  [
    "an unknown procedure number",
    4002,
    3,
    Buffer.concat([ALL_HEADERS, Buffer.from("ffffffff0000", "hex")]),
  ],
  ["a batch of half a character", 4002, 1, Buffer.concat([ALL_HEADERS, Buffer.of(1)])],
  ["a bulk load that ends within a row", 4804, 7, BULK.subarray(0, 18)],
] as const) {
  test(`${what} is told as error ${number}, and the connection ends`, async () => {
    await using sandbox = await startSandbox({ engine, port: 0 });
    const client = await signInRaw(sandbox.port);
    client.send(packets(type, payload));
    const answer = await client.message();
    assert.equal(answer?.readUInt8(0), 0xaa);
    assert.equal(answer.readInt32LE(3), number);
    assert.equal(await client.message(), undefined);
  });
}
