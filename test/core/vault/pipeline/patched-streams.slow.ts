import assert from "node:assert/strict";
import { test } from "node:test";
import { startLane } from "../../../../cmd/wiring/start-lane.ts";
import { createVault } from "../../../../core/vault/vault.ts";
import { databasePages } from "../../../support/database-pages.ts";
import { NATIVE_BLAKE3 } from "../../../support/native-blake3.ts";
import {
  assertAnyGenerations,
  assertStream,
  changed,
  putStream,
  scattered,
} from "../../../support/stream-generations.ts";
import { memoryStore, TEST_KEY, vaultOptions } from "../../../support/vault.ts";

const PAGE = 8192;
assert.ok(NATIVE_BLAKE3 !== undefined);
const blake3 = NATIVE_BLAKE3;

test("through many page edits, removals and collections, every point is what was put", () =>
  assertAnyGenerations(blake3, 200));

test("of scattered changes only the pages are stored, by threads and in the third generation, too", async () => {
  const pages = databasePages("scattered", { first: 8, count: 1600 });
  const second = changed(pages, scattered(1600, 40), "second");
  const third = changed(second, scattered(1600, 25), "third");
  const options = { ...vaultOptions(), blake3, startLane };
  const vault = await createVault(memoryStore(), TEST_KEY, options);
  const a = await putStream(vault, pages);
  const b = await putStream(vault, second, [a.id]);
  const c = await putStream(vault, third, ["0".repeat(32), "no id", b.id, a.id]);
  assert.ok(b.bytesStored < 40 * PAGE + 40_000, `${b.bytesStored} bytes of the second`);
  assert.ok(c.bytesStored < 64 * PAGE + 45_000, `${c.bytesStored} bytes of the third`);
  await assertStream(vault, b, second);
  await assertStream(vault, c, third);
});
