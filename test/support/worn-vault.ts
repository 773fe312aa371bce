import assert from "node:assert/strict";
import { faulty } from "../../core/storage/faulty.ts";
import { createMemoryStore } from "../../core/storage/memory-store.ts";
import { createVault, openVault } from "../../core/vault/vault.ts";
import { turnedClock } from "./turned-clock.ts";
import {
  addPoint,
  type Blobs,
  blobsOf,
  type ObjectBytes,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "./vault.ts";

const random = seededBytes("collect faults");
const shared = Array.from({ length: 5 }, () => random(3000));
const OLD: ObjectBytes = { rows: [...shared, ...Array.from({ length: 20 }, () => random(3000))] };
const KEPT: ObjectBytes = { rows: shared, more: [random(7000)] };
const GONE: ObjectBytes = { own: [random(9000)] };

export interface StoredVault {
  readonly blobs: Blobs;
  /** The points that are to stay. */
  readonly points: ReadonlyMap<string, ObjectBytes>;
}

/** A vault with a pack to rewrite, a pack to remove, a leftover, a dead writer, and two removed points. */
export async function wornVault(): Promise<StoredVault> {
  const store = createMemoryStore(turnedClock());
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const old = (await addPoint(vault, OLD)).id;
  const kept = (await addPoint(vault, KEPT)).id;
  const gone = (await addPoint(vault, GONE)).id;
  const dying = await openVault(
    faulty(store, ({ method, name }) =>
      name.startsWith("index/") || method === "remove" ? "before" : "none",
    ),
    TEST_KEY,
    vaultOptions("dying"),
  );
  await assert.rejects(addPoint(dying, { dead: [random(5000)] }));
  await vault.removePoint(old);
  await vault.removePoint(gone);
  return { blobs: await blobsOf(store), points: new Map([[kept, KEPT]]) };
}
