import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ports } from "../../core/operations/ports.ts";
import type { TransientNumber } from "../../providers/sandbox/session/faults.ts";
import { BREAKAGES, breakingStore } from "../support/breaking-store.ts";
import { serveTests } from "../support/capture-tests.ts";
import type { CaptureServer } from "../support/capture-world.ts";
import { openStage, type Stage } from "../support/differential/run-differential.ts";
import {
  backUpInTrouble,
  REMOVE_CHANGES,
  requireAllPoints,
  restoreInTrouble,
  survive,
} from "../support/differential/survive.ts";
import { randomChoices } from "../support/random-choices.ts";

const NUMBERS: readonly TransientNumber[] = [40_501, 49_918, 10_928, 40_613, 40_197];
const PLENTY = 1_000_000;

let server: CaptureServer;

serveTests((started) => {
  server = started;
});

async function stageOf(name: string, seed: number): Promise<Stage> {
  const stage = await openStage(server, name, randomChoices(seed));
  assert.equal((await stage.world.run("full")).status, "successful");
  return stage;
}

test("a backup whose connections are cut after any number of packets leaves no gap behind", async () => {
  const stage = await stageOf("Cut", 11);
  for (let connection = 0; connection < 6; connection += 1) {
    for (let packets = 1; packets < 60; packets += packets < 20 ? 2 : 7) {
      await survive(stage, () => {
        server.wire.cuts.push(...Array.from({ length: connection }, () => PLENTY), packets);
        return backUpInTrouble(stage, packets % 4 === 1 ? "full" : undefined);
      });
    }
  }
  await requireAllPoints(stage);
});

test("a backup that is throttled, or whose server fails over, at any request leaves no gap behind", async () => {
  const stage = await stageOf("Busy", 12);
  const seen = new Set<string>();
  for (let request = 1; request < 60; request += 1) {
    const number = NUMBERS[request % NUMBERS.length];
    const times = [1, 3, PLENTY][request % 3] ?? 1;
    await survive(stage, async () => {
      let count = 0;
      server.wire.faults = () => {
        count += 1;
        return count >= request && count < request + times ? number : undefined;
      };
      const job = await backUpInTrouble(stage, request % 4 === 0 ? "full" : undefined);
      seen.add(job?.status ?? "refused");
    });
  }
  assert.ok(seen.has("successful") && seen.has("failed"), [...seen].join(", "));
  await requireAllPoints(stage);
});

test("a backup whose vault fails at any call, for good or once, leaves no gap behind", async () => {
  const stage = await stageOf("Full", 13);
  for (let call = 1; call < 80; call += 3) {
    const breakage = BREAKAGES[call % 4] ?? "dies before";
    await survive(stage, () => {
      const { store } = breakingStore(stage.world.store, call, breakage);
      const ports: Ports = {
        ...stage.world.ports,
        openFolderStore: () => Promise.resolve(undisposed(store)),
      };
      return backUpInTrouble(stage, call % 2 === 0 ? "full" : undefined, ports);
    });
  }
  await requireAllPoints(stage);
});

/** The world's store must outlive the backup. */
function undisposed<T extends AsyncDisposable>(store: T): T {
  return Object.assign(store, { [Symbol.asyncDispose]: () => Promise.resolve() });
}

const MOST_STATEMENTS = 300;
const DISABLE = "EXEC sys.sp_cdc_disable_db";

for (const [what, script] of [
  ["removes changes", REMOVE_CHANGES],
  ["disables capture", DISABLE],
] as const) {
  test(`somebody who ${what} before any statement of a backup leaves no gap behind`, async () => {
    const stage = await stageOf(what, 14);
    let heard = MOST_STATEMENTS;
    for (let statement = 1; statement < heard; statement += 2) {
      await survive(stage, async () => {
        let count = 0;
        server.wire.before = async () => {
          count += 1;
          if (count === statement) await server.sql(stage.name, script);
        };
        await backUpInTrouble(stage);
        heard = count < statement ? 0 : MOST_STATEMENTS;
      });
    }
    assert.equal(heard, 0);
    await requireAllPoints(stage);
  });
}

test("two backups of one set at once leave no gap behind", async () => {
  const stage = await stageOf("Both", 15);
  for (let turn = 0; turn < 10; turn += 1) {
    await survive(stage, () =>
      Promise.all([
        backUpInTrouble(stage, turn % 3 === 0 ? "full" : undefined),
        backUpInTrouble(stage),
      ]),
    );
  }
  await requireAllPoints(stage);
});

test("a restore in trouble gives the whole database, or none", async () => {
  const stage = await stageOf("Restored", 16);
  await survive(stage, () => Promise.resolve());
  const ends = new Set<boolean>();
  for (let packets = 1; packets < 120; packets += packets < 40 ? 3 : 11) {
    for (const connection of [0, 1, 2]) {
      const cuts = [...Array.from({ length: connection }, () => PLENTY), packets];
      ends.add(await restoreInTrouble(stage, () => server.wire.cuts.push(...cuts)));
    }
  }
  for (let request = 1; request < 80; request += 1) {
    const number = NUMBERS[request % NUMBERS.length];
    const times = [1, 3, 6][request % 3] ?? 1;
    let count = 0;
    ends.add(
      await restoreInTrouble(stage, () => {
        server.wire.faults = () => {
          count += 1;
          return count >= request && count < request + times ? number : undefined;
        };
      }),
    );
  }
  assert.ok(ends.has(true));
});
