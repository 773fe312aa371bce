import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { InFlow } from "../../../../providers/sqlserver/connection/in-flow.ts";

test("chunks come one by one, as they were written, however many have arrived", async () => {
  const stream = new PassThrough();
  const chunks = Array.from({ length: 50 }, (_, at) => Buffer.from(`chunk ${at}`));
  const flow = new InFlow(stream);
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  const read: string[] = [];
  for await (const chunk of flow) {
    read.push(chunk.toString());
    if (read.length % 7 === 0) await nextTurn();
  }
  assert.deepEqual(
    read,
    chunks.map((chunk) => chunk.toString()),
  );
});

test("what nobody takes stays in the stream, so its writer has to wait", async () => {
  const stream = new PassThrough({ highWaterMark: 10 });
  const flow = new InFlow(stream);
  stream.write("0123456789");
  assert.equal((await flow.next()).done, false);
  for (let time = 0; time < 5; time += 1) stream.write("0123456789");
  await nextTurn();
  assert.ok(stream.readableLength + stream.writableLength >= 40);
  assert.equal(stream.writableNeedDrain, true);
});

test("an error of the stream comes behind what arrived before it, and leaving ends the stream", async () => {
  const broken = new PassThrough();
  const flow = new InFlow(broken);
  broken.write("a");
  assert.equal(String((await flow.next()).value), "a");
  broken.destroy(new Error("cut"));
  await assert.rejects(flow.next(), /cut/);

  const left = new PassThrough();
  left.write("a");
  for await (const chunk of new InFlow(left)) if (String(chunk) === "a") break;
  assert.equal(left.destroyed, true);
});
