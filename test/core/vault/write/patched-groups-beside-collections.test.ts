import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobStore } from "../../../../core/storage/blob-store.ts";
import { createMemoryStore } from "../../../../core/storage/memory-store.ts";
import { createVault, openVault, type StoredPoint } from "../../../../core/vault/vault.ts";
import {
  assertRows,
  editRows,
  groupsOf,
  newRows,
  putRows,
} from "../../../support/row-generations.ts";
import { HOUR, turnedClock } from "../../../support/turned-clock.ts";
import { pointFacts, TEST_KEY, vaultOptions } from "../../../support/vault.ts";

const PATH = "rows/dbo.Orders";
const places = Array.from({ length: 12 }, (_, at) => at * 70);

/** When the point that the new one is like is removed and collected. */
const MOMENTS = ["before the writer begins", "once it has begun", "while it stores rows"] as const;

function hand(store: BlobStore, seed: string) {
  return openVault(store, TEST_KEY, vaultOptions(seed));
}

async function removeAndCollect(store: BlobStore, { id }: StoredPoint): Promise<void> {
  const vault = await hand(store, "collector");
  await vault.removePoint(id);
  for (let round = 0; round < 2; round += 1) await vault.collect();
}

for (const when of MOMENTS) {
  test(`groups whose sources go ${when} are whole after further collections`, async () => {
    const clock = turnedClock();
    const store = createMemoryStore(clock);
    const vault = await createVault(store, TEST_KEY, vaultOptions());
    const rows = newRows(900, "beside");
    const first = await putRows(vault, await groupsOf(rows));
    const groups = await groupsOf(editRows(rows, { kind: "update", places }, "new"));
    clock.turn(2 * HOUR);
    const happens = async (moment: (typeof MOMENTS)[number]): Promise<void> => {
      if (moment === when) await removeAndCollect(store, first);
    };
    await happens("before the writer begins");
    const writing = await hand(store, "writer");
    await using writer = await writing.beginPoint({ similar: [first.id] });
    await happens("once it has begun");
    async function* chunks() {
      yield* groups.slice(0, 3);
      await happens("while it stores rows");
      yield* groups.slice(3);
    }
    await writer.addObject({ path: PATH, kind: "rows" }, chunks(), () => ({}));
    const point = await writer.commit(pointFacts(Date.UTC(2026, 1, 2)));
    const later = await hand(store, "later");
    await later.collect();
    clock.turn(2 * HOUR);
    for (let round = 0; round < 3; round += 1) await later.collect();
    const patched = await assertRows(await hand(store, "reader"), point, groups);
    // Who has the listing goes on with it, and keeps what it relies on.
    assert.equal(patched > 3, when === "while it stores rows", `${patched}`);
    assert.deepEqual((await later.verify({ readData: 1 })).problems, []);
  });
}
