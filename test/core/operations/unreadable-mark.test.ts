import assert from "node:assert/strict";
import { test } from "node:test";
import { backUp } from "../../../core/operations/backup.ts";
import { prune } from "../../../core/operations/prune.ts";
import { parseBlobName } from "../../../core/storage/blob-store.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";

test("a backup beside a mark that nobody can read says that it stores everything anew, until a prune took it away", async () => {
  const world = await createAppliedWorld();
  const { events, ports, store } = world;
  const heard = () =>
    events.flatMap((event) =>
      event.type === "diagnostic" && event.diagnostic.code === "VAULT_MARK_UNREADABLE"
        ? [event.diagnostic.detail]
        : [],
    );
  const taken = async () =>
    (await backUp({ backupSet: "orders", trigger: "manual" }, ports)).status;
  assert.equal(await taken(), "successful");
  const name = parseBlobName(`garbage/${"ab".repeat(16)}`);
  await store.put(name, [Buffer.alloc(80, 7)]);
  assert.equal(await taken(), "successful");
  // One of each database.
  assert.equal(heard().length, 2);
  for (const detail of heard()) assert.match(detail, new RegExp(`${name} [^]*holdfast prune`));
  const [{ collection } = assert.fail("no vault was pruned")] = await prune(ports);
  assert.deepEqual([collection.clearedMarks, collection.unreadableMarks], [1, 0]);
  assert.equal(await taken(), "successful");
  assert.equal(heard().length, 2);
});
