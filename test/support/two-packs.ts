import assert from "node:assert/strict";
import type { BlobStore } from "../../core/storage/blob-store.ts";
import { openVault } from "../../core/vault/vault.ts";
import {
  digests,
  type ObjectBytes,
  readPoint,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "./vault.ts";

const random = seededBytes("faults");
export const EARLIER: ObjectBytes = { schema: [random(500)], rows: [random(3000), random(2000)] };
/** 20 MB of new bytes, so that the writer puts two packs. */
export const NEW: ObjectBytes = {
  schema: EARLIER["schema"] ?? [],
  rows: [...(EARLIER["rows"] ?? []), ...Array.from({ length: 5 }, () => random(4_000_000))],
  more: Array.from({ length: 200 }, () => random(100)),
};

/** The points are listed and whole, and nothing in the vault is damaged; gives all that is listed. */
export async function assertWhole(store: BlobStore, points: ReadonlyMap<string, ObjectBytes>) {
  const vault = await openVault(store, TEST_KEY, vaultOptions("check"));
  const listed = (await vault.points()).points.map(({ id }) => id);
  for (const [id, written] of points) {
    assert.ok(listed.includes(id), `${id} is not listed`);
    assert.deepEqual(digests(await readPoint(vault, id)), digests(written));
  }
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
  return listed;
}
