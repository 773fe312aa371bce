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
import { smallFile } from "./small-files.ts";
import { smallTable } from "./small-tables.ts";
import { HOUR, turnedClock } from "./turned-clock.ts";
import {
  addPoint,
  blobsOf,
  type ObjectBytes,
  pointFacts,
  seededBytes,
  stream,
  TEST_KEY,
  vaultOptions,
} from "./vault.ts";
import { countBlobs } from "./vault-content.ts";
import type { StoredVault } from "./worn-vault.ts";

const FIRST_KEY = parseVaultKey("f1457".padEnd(64, "0"));

async function addFile(
  vault: Vault,
  bytes: Buffer,
  { similar, createdAt }: { readonly similar: readonly string[]; readonly createdAt: number },
): Promise<string> {
  await using writer = await vault.beginPoint({ similar });
  const stream = { path: "file", kind: "stream" } as const;
  await writer.addStream(stream, sourceOf(bytes), () => ({}));
  return (await writer.commit(pointFacts(createdAt))).id;
}

/** Two points of a table of which one group changes. */
async function addTables(vault: Vault, points: Map<string, ObjectBytes>): Promise<void> {
  let similar: readonly string[] = [];
  for (const changed of [[], [1]]) {
    const table = smallTable(3, changed);
    await using writer = await vault.beginPoint({ similar });
    await writer.addObject({ path: "table", kind: "rows" }, stream(table), () => ({}));
    const { id } = await writer.commit(pointFacts(Date.UTC(2026, 1, 8)));
    points.set(id, { table });
    similar = [id];
  }
  await using reader = await vault.openPoint(similar[0] ?? "");
  const listed = (await Array.fromAsync(reader.chunksOf("table"))).flat();
  assert.deepEqual(
    listed.map(({ group }) => group?.sources.length),
    [undefined, 2, undefined],
  );
}

/**
 * A vault of some kilobytes with a blob of each kind: keys of two epochs, points of both, extents of pages and a change of
 * one, row groups and a change of one, a leftover, leases of a writer and of a reader, a note, a tombstone, a mark that waits, a record of verification.
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
  const similar: string[] = [];
  for (const changed of [-1, 3]) {
    const file = Buffer.concat(smallFile(2, changed));
    similar.push(
      await addFile(vault, file, { similar, createdAt: Date.UTC(2026, 1, 3 + changed) }),
    );
    points.set(similar.at(-1) ?? "", { file: [file] });
  }
  const [{ uniqueBytes } = { uniqueBytes: 0 }] = (await vault.stats()).databases;
  assert.ok(
    uniqueBytes < 2.5 * 65_536,
    `${uniqueBytes} bytes: the changed extent was stored whole`,
  );
  await addTables(vault, points);
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
