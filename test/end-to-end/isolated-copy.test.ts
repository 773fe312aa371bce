import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { JobRecord } from "../../core/catalog/job.ts";
import { type CopyServer, startCopyServer } from "../support/copy-world.ts";

let server: CopyServer;

before(async () => {
  server = await startCopyServer();
  await server.database("Shop");
});
after(() => server[Symbol.asyncDispose]());

function outcomeOf({ status, databases }: JobRecord) {
  return [status, ...databases.map(({ result, code }) => [result, code])];
}

const DONE = ["successful", ["backed_up", null]];

test("A-21 A-30 a backup through a copy leaves neither copy nor worker, and lists every step of both in their order", async () => {
  const world = await server.world(["Shop"]);
  const job = await world.run();
  assert.deepEqual(outcomeOf(job), DONE);
  assert.deepEqual(
    job.copies?.[0]?.steps.map(({ step }) => step),
    [
      "copy_requested",
      "copy_online",
      "worker_started",
      "transferred",
      "verified",
      "copy_dropped",
      "worker_ended",
    ],
  );
  assert.deepEqual(server.databases(), ["Shop"]);
});
