import assert from "node:assert/strict";
import { test } from "node:test";
import type { CellValue, DiffEvent } from "../../../core/diff/diff-event.ts";
import { diffPoints } from "../../../core/operations/diff.ts";
import { runBank } from "../../support/bank-run.ts";
import { bankOnServer } from "../../support/bank-stages.ts";
import { serveTests } from "../../support/capture-tests.ts";
import type { CaptureServer } from "../../support/capture-world.ts";
import { openStage, runDifferential } from "../../support/differential/run-differential.ts";
import { backUpInTrouble, REMOVE_CHANGES, survive } from "../../support/differential/survive.ts";
import { randomChoices } from "../../support/random-choices.ts";

// bank.slow.ts, random-changes.slow.ts, random-diffs.slow.ts and capture-faults.slow.ts have the same with many seeds.
let server: CaptureServer;

serveTests((started) => {
  server = started;
});

test("A-08 [end to end] a full and its changes of a bank at work keep the sum of all tables", async () => {
  const stage = await bankOnServer(server, "cdc", "Bank");
  const { committed } = await runBank(stage, { seed: 4, backups: 2, transactions: 30, moments: 0 });
  assert.ok(committed > 10, `${committed} transactions`);
});

test("random changes of random tables come back as they were at each point and at moments between", async () => {
  const { points } = await runDifferential(server, { seed: 2, backups: 2, instants: 2 });
  assert.ok(points > 0);
});

test("a backup of changes that are removed while it reads them, on a server that throttles, leaves no gap behind", async () => {
  const stage = await openStage(server, "Trouble", randomChoices(3));
  await stage.world.run("full");
  await survive(stage, async () => {
    const throttled = new Set([9, 15, 21]);
    let count = 0;
    server.wire.faults = () => {
      count += 1;
      return throttled.has(count) ? 40_501 : undefined;
    };
    server.wire.before = async (sql) => {
      if (!sql.includes("_CT] WHERE")) return;
      server.wire.before = () => Promise.resolve();
      await server.sql(stage.name, REMOVE_CHANGES);
    };
    const job = await backUpInTrouble(stage);
    assert.equal(job?.databases[0]?.result, "backed_up");
    const [newest] = (await stage.world.catalog.points()).toReversed();
    assert.deepEqual([newest?.type, newest?.conversionReason], ["full", "cdc_changes_lost"]);
  });
});

function numberOf(value: CellValue | null): string {
  return value?.kind === "number" ? value.text : "";
}

test("diff of points of one chain, and of a point and its full, tells the rows that changed between them", async () => {
  await server.database("Chain");
  const world = await server.world({ include: ["Chain"] });
  await world.run("full");
  await server.sql("Chain", "UPDATE dbo.Account SET amount = 11 WHERE id = 1");
  await world.run();
  await server.sql(
    "Chain",
    "UPDATE dbo.Account SET amount = 12 WHERE id = 1; DELETE dbo.Account WHERE id = 2; INSERT INTO dbo.Account (id, amount) VALUES (6, 60)",
  );
  await world.run();
  const [full, first, last] = (await world.catalog.points()).map(({ id }) => id);
  const tell = async (from: string | undefined, to: string | undefined) => {
    const command = { before: from ?? "", after: to ?? "", limit: 9 };
    const events: DiffEvent[] = await Array.fromAsync(diffPoints(command, world.ports));
    return events.flatMap((event): readonly (string | number | null)[] => {
      if (event.type === "table") return [event.result.unchanged];
      if (event.type !== "rows") return [];
      return event.rows.map(({ change, before: old, after: now }) =>
        [change, ...(old ?? now ?? []).map(({ value }) => numberOf(value))].join(" "),
      );
    });
  };
  assert.deepEqual(await tell(first, last), ["changed 1 11", "removed 2 20", "added 6 60", null]);
  assert.deepEqual(await tell(full, first), ["changed 1 10", 4]);
  assert.deepEqual(await tell(last, full), ["changed 1 12", "added 2 20", "removed 6 60", 3]);
});
