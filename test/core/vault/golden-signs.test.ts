import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createMemoryStore } from "../../../core/storage/memory-store.ts";
import { readOnly } from "../../../core/storage/read-only.ts";
import { openVault } from "../../../core/vault/vault.ts";
import { createFolderStore } from "../../../providers/local/folder-store.ts";
import { GOLDEN_SIGNS } from "../../support/golden-vault.ts";
import { readSigns } from "../../support/signs.ts";
import { HOUR, turnedClock } from "../../support/turned-clock.ts";
import { TEST_KEY, vaultOptions } from "../../support/vault.ts";
import { countBlobs } from "../../support/vault-content.ts";

const folder = createFolderStore(fileURLToPath(new URL("vault", GOLDEN_SIGNS)));

test("leases, marks, notes, tombstones and records of format 2 still say what they said", async () => {
  const text = await readFile(new URL("signs.json", GOLDEN_SIGNS), "utf8");
  const expected: unknown = JSON.parse(text);
  const found: unknown = JSON.parse(JSON.stringify(await readSigns(readOnly(folder))));
  assert.deepEqual(found, expected);
});

test("a collection of hours later takes them away, and what points need stays", async () => {
  const clock = turnedClock();
  const store = createMemoryStore(clock);
  for await (const { name } of folder.list("")) await store.put(name, [await folder.get(name)]);
  const before = await readSigns(store);
  // The leases say until when they count, by the time of their vault.
  clock.turn(6 * HOUR);
  const vault = await openVault(store, TEST_KEY, vaultOptions("later"));
  await vault.collect();
  const { points } = await readSigns(store);
  assert.deepEqual(points, before.points);
  const { leases, garbage, removed } = await countBlobs(store);
  assert.deepEqual([leases, garbage, removed], [undefined, undefined, undefined]);
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
});
