import assert from "node:assert/strict";
import { faulty } from "../../core/storage/faulty.ts";
import { createMemoryStore } from "../../core/storage/memory-store.ts";
import {
  createVault,
  openVault,
  parseVaultKey,
  rotateVaultKey,
  type Vault,
} from "../../core/vault/vault.ts";
import { sourceOf } from "./byte-source.ts";
import { HOUR, turnedClock } from "./turned-clock.ts";
import {
  addPoint,
  blobsOf,
  type ObjectBytes,
  pointFacts,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "./vault.ts";
import { countBlobs } from "./vault-content.ts";
import type { StoredVault } from "./worn-vault.ts";

const FIRST_KEY = parseVaultKey("f1457".padEnd(64, "0"));

/** Two extents of pages that compress well; `changed` is the number of one that reads otherwise. */
function smallFile(changed = -1): Buffer {
  const pages = Array.from({ length: 16 }, (_, index) => {
    const page = Buffer.alloc(8192);
    page.fill(index === changed ? 99 : index + 1, 96);
    page[0] = 1;
    page.writeUInt32LE(80 + index, 32);
    page.writeUInt16LE(1, 36);
    return page;
  });
  return Buffer.concat(pages);
}

async function addFile(vault: Vault, bytes: Buffer, createdAt: number): Promise<string> {
  await using writer = await vault.beginPoint();
  const stream = { path: "file", kind: "stream" } as const;
  await writer.addStream(stream, sourceOf(bytes), () => ({}));
  return (await writer.commit(pointFacts(createdAt))).id;
}

/**
 * A vault of some kilobytes with a blob of each kind: keys of two epochs, points of both, extents of pages and a change of
 * one, a leftover, leases of a writer and of a reader, a note, a tombstone, a mark that waits, a record of verification.
 */
export async function fullVault(): Promise<StoredVault> {
  const random = seededBytes("full");
  const clock = turnedClock();
  const store = createMemoryStore(clock);
  const points = new Map<string, ObjectBytes>();
  const old = await createVault(store, FIRST_KEY, vaultOptions("old"));
  const first: ObjectBytes = { schema: [random(20)], rows: [random(40), random(30)] };
  points.set((await addPoint(old, first)).id, first);
  await rotateVaultKey(store, { from: FIRST_KEY, to: TEST_KEY, randomBytes: seededBytes("new") });
  const vault = await openVault(store, TEST_KEY, vaultOptions("full"));
  const second = { schema: first["schema"] ?? [], rows: [...(first["rows"] ?? []), random(35)] };
  points.set((await addPoint(vault, second)).id, second);
  for (const [at, file] of [smallFile(), smallFile(3)].entries())
    points.set(await addFile(vault, file, Date.UTC(2026, 1, 2 + at)), { file: [file] });
  const gone = await addPoint(vault, { gone: [random(25)] });
  const read = await addPoint(vault, { read: [random(24)] });
  const noIndex = faulty(store, ({ method, name }) =>
    name.startsWith("index/") || method === "remove" ? "before" : "none",
  );
  const dying = await openVault(noIndex, TEST_KEY, vaultOptions("dying"));
  await assert.rejects(addPoint(dying, { dead: [random(23)] }));
  await vault.verify({ readData: 1 });
  clock.turn(2 * HOUR);
  await (await openVault(store, TEST_KEY, vaultOptions("writer"))).beginPoint();
  await (await openVault(store, TEST_KEY, vaultOptions("reader"))).openPoint(read.id);
  await vault.removePoint(gone.id);
  await vault.removePoint(read.id);
  await vault.collect();
  const { config, keys, leases, garbage, removed, verified } = await countBlobs(store);
  assert.deepEqual(
    { config, keys, leases, garbage, removed, verified },
    { config: 1, keys: 2, leases: 2, garbage: 1, removed: 1, verified: 1 },
  );
  return { blobs: await blobsOf(store), points };
}
