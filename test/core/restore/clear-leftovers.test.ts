import assert from "node:assert/strict";
import { test } from "node:test";
import type { RestoreLeftover } from "../../../core/resource/database-server.ts";
import { clearLeftovers } from "../../../core/restore/clear-leftovers.ts";

async function clear(job: string | null, kind: RestoreLeftover["kind"]) {
  const removed: string[] = [];
  const notes: string[] = [];
  const leftover: RestoreLeftover = {
    kind,
    what: "the schema s",
    since: "2017-02-01T00:00:00Z",
    job,
    removal: "",
    remove: () => {
      removed.push("s");
      return Promise.resolve();
    },
  };
  await clearLeftovers([leftover], {
    isOver: (id) => Promise.resolve(id === "job-over"),
    note: (text) => notes.push(text),
  });
  return { isRemoved: removed.length === 1, notes: notes.join() };
}

test("only what a restore of this catalog left that is over is removed; the rest is told where no obstacle tells it", async () => {
  const over = await clear("job-over", "database");
  assert.equal(over.isRemoved, true);
  assert.match(
    over.notes,
    /^Removed the schema s: .*left by the restore job-over that began at 2017-02-01T00:00:00Z\.$/,
  );
  for (const job of ["job-running", null]) {
    assert.deepEqual(await clear(job, "database"), { isRemoved: false, notes: "" });
    const beside = await clear(job, "schema");
    assert.equal(beside.isRemoved, false);
    assert.match(beside.notes, /left as it is/);
  }
});
