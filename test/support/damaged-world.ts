import assert from "node:assert/strict";
import type { BlobName, BlobStore } from "../../core/storage/blob-store.ts";
import { createVault, openVault, type RepairReport } from "../../core/vault/vault.ts";
import {
  addPoint,
  digests,
  memoryStore,
  type ObjectBytes,
  readPoint,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "./vault.ts";

export const random = seededBytes("repair");
export const FIRST: ObjectBytes = { rows: Array.from({ length: 40 }, () => random(1000)) };
/** More than one segment, so that one can be damaged and the others not. */
export const SECOND: ObjectBytes = { rows: Array.from({ length: 6 }, () => random(400_000)) };

interface World {
  readonly store: BlobStore;
  readonly first: string;
  readonly second: string;
}

export async function openWorld(later = SECOND): Promise<World> {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const first = (await addPoint(vault, FIRST, Date.UTC(2026, 1, 1))).id;
  const second = (await addPoint(vault, later, Date.UTC(2026, 1, 2))).id;
  return { store, first, second };
}

let opened = 0;

export function open(store: BlobStore) {
  opened += 1;
  return openVault(store, TEST_KEY, vaultOptions(`open ${opened}`));
}

export const LOOK = { dryRun: true, readData: true, removeDamaged: false };
export const MEND = { dryRun: false, readData: true, removeDamaged: false };
export const ALL = { dryRun: false, readData: true, removeDamaged: true };

export async function namesOf(store: BlobStore, prefix: string): Promise<readonly BlobName[]> {
  return (await Array.fromAsync(store.list(prefix))).map(({ name }) => name).toSorted();
}

export async function flip(store: BlobStore, name: BlobName, offset: number): Promise<void> {
  const bytes = await store.get(name);
  await store.remove(name);
  await store.put(name, [bytes.with(offset, 1 ^ (bytes[offset] ?? 0))]);
}

export async function largestPack(store: BlobStore): Promise<BlobName> {
  const packs = await Array.fromAsync(store.list("packs/"));
  const [largest] = packs.toSorted((one, other) => other.size - one.size);
  assert.ok(largest !== undefined);
  return largest.name;
}

export async function assertReads(
  store: BlobStore,
  id: string,
  written: ObjectBytes,
): Promise<void> {
  assert.deepEqual(digests(await readPoint(await open(store), id)), digests(written));
}

export function lostIds({ lost }: RepairReport): readonly string[] {
  return lost.map(({ id }) => id);
}
