import assert from "node:assert/strict";
import type { BlobStore } from "../../core/storage/blob-store.ts";
import type { Vault } from "../../core/vault/vault.ts";
import { digests, type ObjectBytes, readPoint } from "./vault.ts";

/** Bytes of all blobs. */
export async function storedBytes(store: BlobStore): Promise<number> {
  let bytes = 0;
  for await (const { size } of store.list("")) bytes += size;
  return bytes;
}

/** Names of blobs by their first word: `{ packs: 2, points: 1 }`. */
export async function countBlobs(store: BlobStore): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for await (const { name } of store.list("")) {
    const kind = name.split("/")[0] ?? "";
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** The vault lists exactly these points, and each gives back what was written. */
export async function assertHolds(
  vault: Vault,
  points: ReadonlyMap<string, ObjectBytes>,
): Promise<void> {
  await assertReads(vault, points);
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
}

/** The same, whatever else is damaged. */
export async function assertReads(
  vault: Vault,
  points: ReadonlyMap<string, ObjectBytes>,
): Promise<void> {
  const listed = (await vault.points()).points.map(({ id }) => id);
  assert.deepEqual(listed.toSorted(), [...points.keys()].toSorted());
  for (const [id, written] of points) {
    assert.deepEqual(digests(await readPoint(vault, id)), digests(written));
  }
}
