import { createHash } from "node:crypto";
import { formatAddress } from "../../core/address/address.ts";
import { type Instant, toInstant } from "../../core/kit/clock.ts";
import type { BlobName, BlobStore } from "../../core/storage/blob-store.ts";
import { createMemoryStore } from "../../core/storage/memory-store.ts";
import {
  type PointFacts,
  parseVaultKey,
  type StoredPoint,
  type Vault,
  type VaultOptions,
} from "../../core/vault/vault.ts";

/** Plainly no real key. */
export const TEST_KEY = parseVaultKey("7e57".repeat(16));

/** A clock that moves on by one second whenever it is read. */
export function steppingClock(): { now(): Instant } {
  let time = Date.UTC(2026, 0, 1);
  return {
    now: () => {
      time += 1000;
      return toInstant(time);
    },
  };
}

/** Bytes that look random and are the same for the same seed. */
export function seededBytes(seed: string): (length: number) => Uint8Array {
  let counter = 0;
  return (length) => {
    counter += 1;
    return createHash("shake256", { outputLength: length }).update(`${seed} ${counter}`).digest();
  };
}

/** What a vault gets from outside; `seed` makes its ids and keys. */
export function vaultOptions(seed = "vault"): VaultOptions {
  return { clock: steppingClock(), randomBytes: seededBytes(seed) };
}

export function memoryStore(): BlobStore {
  return createMemoryStore(steppingClock());
}

export type ObjectBytes = Readonly<Record<string, readonly Uint8Array[]>>;

export function pointFacts(createdAt: number): PointFacts {
  return {
    backupSet: formatAddress("backup_set", "orders"),
    server: formatAddress("server", "orders"),
    database: "Orders",
    type: "full",
    method: "snapshot",
    trigger: "manual",
    consistency: "transactional",
    startedAt: createdAt - 1,
    createdAt,
    base: null,
    convertedFrom: null,
    conversionReason: null,
  };
}

export async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** Writes one point that holds the objects. */
export async function addPoint(
  vault: Vault,
  objects: ObjectBytes,
  createdAt = Date.UTC(2026, 1, 1),
): Promise<StoredPoint> {
  await using writer = await vault.beginPoint();
  for (const [path, chunks] of Object.entries(objects)) {
    await writer.addObject({ path, kind: "rows" }, stream(chunks), () => ({ rows: chunks.length }));
  }
  return await writer.commit(pointFacts(createdAt));
}

/** The chunks of every object of a point. */
export async function readPoint(vault: Vault, id: string): Promise<ObjectBytes> {
  await using reader = await vault.openPoint(id);
  const objects: [string, readonly Uint8Array[]][] = [];
  for (const { path } of reader.point.objects) {
    objects.push([path, await Array.fromAsync(reader.read(path))]);
  }
  return Object.fromEntries(objects);
}

/** Chunks as text that shows where two objects differ. */
export function digests(objects: ObjectBytes): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(objects).map(([path, chunks]) => [
      path,
      chunks.map((chunk) => createHash("sha256").update(chunk).digest("hex")),
    ]),
  );
}

export type Blobs = ReadonlyMap<BlobName, Uint8Array>;

export async function blobsOf(store: BlobStore): Promise<Blobs> {
  const blobs = new Map<BlobName, Uint8Array>();
  for await (const { name } of store.list("")) blobs.set(name, await store.get(name));
  return blobs;
}

export async function storeOf(blobs: Blobs): Promise<BlobStore> {
  const store = memoryStore();
  for (const [name, bytes] of blobs) await store.put(name, [bytes]);
  return store;
}
