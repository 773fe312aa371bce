import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createVault } from "../../../core/vault/vault.ts";
import { KillHands } from "../../support/kill-hands.ts";
import { randomChoices } from "../../support/random-choices.ts";
import { createTurnedFolder } from "../../support/turned-folder.ts";
import { TEST_KEY, vaultOptions } from "../../support/vault.ts";

const KILLS = 100;
/** HOLDFAST_SEED repeats what is killed where; a kill after some milliseconds never comes at quite the same place. */
const SEED = Number(process.env["HOLDFAST_SEED"] ?? Math.floor(Math.random() * 1_000_000));
const isLinux = process.platform === "linux";

// One at a time: node --test test/core/vault/vault-kill.slow.ts
test(`${KILLS} times kill -9 within puts and prunes that run at once lose nothing and leave nothing (HOLDFAST_SEED=${SEED})`, {
  skip: !isLinux && "not run: the paths of open files are read from /proc",
}, async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-kill-"));
  try {
    await createVault(createTurnedFolder(folder, 0), TEST_KEY, vaultOptions());
    const hands = new KillHands(folder, randomChoices(SEED));
    let rounds = 0;
    for (let kills = 0; kills < KILLS; rounds += 1) {
      const how = await hands.round();
      if (how !== undefined) kills += 1;
      context.diagnostic(`round ${rounds + 1}, ${kills} kills: ${how ?? "had ended"}`);
    }
    await hands.assertNothingLeft();
  } finally {
    await rm(folder, { recursive: true });
  }
});
