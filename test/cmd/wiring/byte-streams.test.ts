import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { writerTo } from "../../../cmd/wiring/byte-streams.ts";
import { withCode } from "../../support/with-code.ts";

test("a reader of the standard output that ends too early is told as that", async () => {
  const stream = new PassThrough({ highWaterMark: 10 });
  const write = writerTo(stream);
  const waiting = write(new Uint8Array(100));
  stream.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
  await assert.rejects(waiting, withCode("FILE_NOT_WRITABLE"));
});
