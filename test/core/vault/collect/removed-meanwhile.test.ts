import assert from "node:assert/strict";
import { test } from "node:test";
import { type BlobStore } from "../../../../core/storage/blob-store.ts";
import { faulty } from "../../../../core/storage/faulty.ts";
import { createMemoryStore } from "../../../../core/storage/memory-store.ts";
import { createVault, openVault, type Vault } from "../../../../core/vault/vault.ts";
import { HOUR, type TurnedClock, turnedClock } from "../../../support/turned-clock.ts";
import { addPoint, seededBytes, TEST_KEY, vaultOptions } from "../../../support/vault.ts";
import { withCode } from "../../../support/with-code.ts";

const random = seededBytes("removed meanwhile");

interface World {
  readonly store: BlobStore;
  readonly clock: TurnedClock;
  readonly id: string;
  readonly hasEnded: boolean;
}

/** A vault with a point, whose writer never said that it had ended where that is so: then a tombstone takes its name. */
async function worldWithPoint(hasEnded: boolean): Promise<World> {
  const clock = turnedClock();
  const store = createMemoryStore(clock);
  await createVault(store, TEST_KEY, vaultOptions());
  const dying = faulty(store, ({ method }) => (method === "remove" ? "before" : "none"));
  const used = hasEnded ? store : dying;
  const writer = await openVault(used, TEST_KEY, vaultOptions("writer"));
  const { id } = await addPoint(writer, { rows: [random(500)] });
  return { store, clock, id, hasEnded };
}

/** Somebody removes the point and buries it just before its manifest is read for the first time. */
async function openLate({ store, clock, id, hasEnded }: World): Promise<Vault> {
  let isRemoved = false;
  const late: BlobStore = {
    ...faulty(store, () => "none"),
    get: async (name, options) => {
      if (name === `points/${id}` && !isRemoved) {
        isRemoved = true;
        const other = await openVault(store, TEST_KEY, vaultOptions("other"));
        await other.removePoint(id);
        if (!hasEnded) clock.turn(2 * HOUR);
        await other.collect();
      }
      return store.get(name, options);
    },
  };
  return openVault(late, TEST_KEY, vaultOptions("late"));
}

for (const hasEnded of [true, false]) {
  const what = hasEnded ? "its name is free" : "a tombstone has its name";
  test(`a point that is removed and buried while others look at it is no damage, when ${what}`, async () => {
    const works: readonly ((vault: Vault) => Promise<unknown>)[] = [
      async (vault) => assert.deepEqual(await vault.points(), { points: [], damaged: [] }),
      async (vault) => assert.deepEqual((await vault.verify({ readData: 1 })).problems, []),
      (vault) => vault.stats(),
      // Its own lease has run out, too, where two hours have passed.
      (vault) =>
        hasEnded
          ? vault.collect()
          : assert.rejects(vault.collect(), withCode("VAULT_LEASE_LOST", "Run it again")),
    ];
    for (const work of works) await work(await openLate(await worldWithPoint(hasEnded)));
  });
}
