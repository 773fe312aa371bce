import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dieOnce } from "../support/copy-deaths.ts";
import { type CopyServer, startCopyServer } from "../support/copy-world.ts";

let server: CopyServer;

before(async () => {
  server = await startCopyServer();
  await server.database("Shop");
});
after(() => server[Symbol.asyncDispose]());

test("A-30 wherever a backup by a copy is killed, the next one leaves no copy and no worker behind", async () => {
  let act = 1;
  for (; await dieOnce(server, { act, isDone: false }); act += 1) {
    await dieOnce(server, { act, isDone: true });
  }
  assert.ok(act > 12, `only ${act} acts`);
});
