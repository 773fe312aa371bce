import assert from "node:assert/strict";
import type { BlobStore } from "../../core/storage/blob-store.ts";
import {
  createVault,
  openVault,
  parseVaultKey,
  rotateVaultKey,
  type Vault,
  type VaultKey,
} from "../../core/vault/vault.ts";
import type { BreakableWork, RunOptions } from "./break-every-call.ts";
import { sourceOf } from "./byte-source.ts";
import { smallFile } from "./small-files.ts";
import { smallTable } from "./small-tables.ts";
import { HOUR } from "./turned-clock.ts";
import type { TurnedStore } from "./turned-store.ts";
import {
  addPoint,
  blobsOf,
  digests,
  memoryStore,
  type ObjectBytes,
  pointFacts,
  readPoint,
  seededBytes,
  stream,
  TEST_KEY,
  vaultOptions,
} from "./vault.ts";
import { countBlobs } from "./vault-content.ts";
import { type StoredVault, wornVault } from "./worn-vault.ts";

/** Something that is done with a vault and may break at any call of its store. */
interface VaultOperation {
  readonly title: string;
  readonly least: number;
  readonly prepare: () => Promise<StoredVault>;
  /** Opens the vault and does it. */
  readonly run: (store: BlobStore, options: RunOptions) => Promise<void>;
  readonly check: (store: BlobStore, points: StoredVault["points"]) => Promise<void>;
  readonly finish: (store: TurnedStore) => Promise<void>;
}

const NEW_KEY = parseVaultKey("0ff1ce".padEnd(64, "0"));
const random = seededBytes("operations");
const FIRST: ObjectBytes = { schema: [random(500)], rows: [random(3000), random(2000)] };
const SECOND: ObjectBytes = { rows: Array.from({ length: 140 }, () => random(200)) };
const FILE = { path: "file", kind: "stream" } as const;
const STREAM = random(700_000);

let openings = 0;
/** Each opening draws ids of its own. */
function openFresh(store: BlobStore, key = TEST_KEY, seed = ""): Promise<Vault> {
  openings += 1;
  return openVault(store, key, vaultOptions(`${seed} opening ${openings}`));
}

async function twoPoints(): Promise<StoredVault> {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const points = new Map<string, ObjectBytes>();
  for (const objects of [FIRST, SECOND]) points.set((await addPoint(vault, objects)).id, objects);
  return { blobs: await blobsOf(store), points };
}

/** The points give back what was written, and whatever else is listed can be read. */
async function assertWhole(
  store: BlobStore,
  points: StoredVault["points"],
  key: VaultKey = TEST_KEY,
): Promise<void> {
  const vault = await openFresh(store, key);
  const listed = (await vault.points()).points.map(({ id }) => id);
  for (const id of [...points.keys(), ...listed]) {
    assert.ok(listed.includes(id), `${id} is lost`);
    const found = await readPoint(vault, id);
    const written = points.get(id);
    if (written !== undefined) assert.deepEqual(digests(found), digests(written));
  }
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
}

/**
 * A collection leaves nothing to the next one, and nothing of writers, readers and collectors but the leases of points whose
 * commit was never answered; when all points are removed nothing stays.
 */
async function assertTidy(store: TurnedStore): Promise<void> {
  store.turn(2 * HOUR);
  const vault = await openFresh(store);
  await vault.collect();
  // What is as old as the collection to the second, as some stores count, is left to the next one.
  store.turn(HOUR);
  await vault.collect();
  assert.equal((await vault.collect()).freedBytes, 0);
  const points = (await vault.points()).points.map(({ id }) => id);
  for await (const { name } of store.list("leases/"))
    assert.ok(
      points.some((id) => name.startsWith(`leases/${id}/`)),
      `${name} is left`,
    );
  for (const id of points) await vault.removePoint(id);
  store.turn(HOUR);
  await vault.collect();
  const { packs, index, leases, garbage, removed } = await countBlobs(store);
  const nothing = { packs: undefined, index: undefined, leases: undefined };
  assert.deepEqual(
    { packs, index, leases, garbage, removed },
    { ...nothing, garbage: undefined, removed: undefined },
  );
}

const USUAL = { prepare: twoPoints, check: assertWhole, finish: assertTidy };

async function backUp(store: BlobStore, { signal, seed }: RunOptions) {
  const vault = await openFresh(store, TEST_KEY, seed);
  await using writer = await vault.beginPoint({ signal });
  const stream = { path: "stream", kind: "stream" } as const;
  await writer.addStream(stream, sourceOf(STREAM), () => ({}));
  const point = await writer.commit(pointFacts(Date.UTC(2026, 1, 3)), { signal });
  // Whoever was told that it is stored finds it.
  const reader = await openFresh(store).catch(() => undefined);
  if (reader === undefined) return;
  const [bytes] = Object.values(await readPoint(reader, point.id));
  assert.ok(Buffer.concat(bytes ?? []).equals(STREAM), "the stream has other bytes");
}

async function restore(store: BlobStore, { signal, seed }: RunOptions) {
  const vault = await openFresh(store, TEST_KEY, seed);
  const { points } = await vault.points({ signal });
  for (const { id, objects } of points) {
    await using reader = await vault.openPoint(id, { signal });
    const written = objects.length > 1 ? FIRST : SECOND;
    for (const { path } of objects) {
      const expected = Buffer.concat(written[path] ?? []);
      const chunks = await Array.fromAsync(reader.read(path, { signal }));
      assert.ok(Buffer.concat(chunks).equals(expected), `${path} has other bytes`);
      const stretches: Uint8Array[] = [];
      for await (const some of reader.readStretches(path, { signal }))
        stretches.push(Uint8Array.from(some));
      assert.ok(Buffer.concat(stretches).equals(expected), `${path} has other bytes`);
    }
  }
}

/** A vault with a point of pages of a data file. */
async function pagesVault(): Promise<StoredVault> {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  await using writer = await vault.beginPoint();
  await writer.addStream(FILE, sourceOf(Buffer.concat(smallFile(3))), () => ({}));
  const { id } = await writer.commit(pointFacts(Date.UTC(2026, 1, 3)));
  return { blobs: await blobsOf(store), points: new Map([[id, { file: smallFile(3) }]]) };
}

async function backUpPages(store: BlobStore, { signal, seed }: RunOptions) {
  const vault = await openFresh(store, TEST_KEY, seed);
  const similar = (await vault.points({ signal })).points.map(({ id }) => id);
  await using writer = await vault.beginPoint({ signal, similar });
  const file = Buffer.concat(smallFile(3, 10));
  await writer.addStream(FILE, sourceOf(file), () => ({}));
  const point = await writer.commit(pointFacts(Date.UTC(2026, 1, 5)), { signal });
  const reader = await openFresh(store).catch(() => undefined);
  if (reader === undefined) return;
  const [bytes] = Object.values(await readPoint(reader, point.id));
  assert.ok(Buffer.concat(bytes ?? []).equals(file), "the file has other bytes");
}

const TABLE = { path: "table", kind: "rows" } as const;

/** A vault with a point of a table. */
async function tableVault(): Promise<StoredVault> {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  await using writer = await vault.beginPoint();
  await writer.addObject(TABLE, stream(smallTable(5)), () => ({}));
  const { id } = await writer.commit(pointFacts(Date.UTC(2026, 1, 3)));
  return { blobs: await blobsOf(store), points: new Map([[id, { table: smallTable(5) }]]) };
}

async function backUpChangedRows(store: BlobStore, { signal, seed }: RunOptions) {
  const vault = await openFresh(store, TEST_KEY, seed);
  const similar = (await vault.points({ signal })).points.map(({ id }) => id);
  await using writer = await vault.beginPoint({ signal, similar });
  const table = smallTable(5, [1, 3]);
  await writer.addObject(TABLE, stream(table), () => ({}));
  const point = await writer.commit(pointFacts(Date.UTC(2026, 1, 5)), { signal });
  const reader = await openFresh(store).catch(() => undefined);
  if (reader === undefined) return;
  const found = await readPoint(reader, point.id);
  assert.deepEqual(digests(found), digests({ table }));
}

/** A vault whose first index is damaged, and a pack without an index: all of it can be mended. */
async function damagedVault(): Promise<StoredVault> {
  const { blobs, points } = await twoPoints();
  const [name] = [...blobs.keys()].filter((each) => each.startsWith("index/"));
  assert.ok(name !== undefined);
  const bytes = Uint8Array.from(blobs.get(name) ?? []);
  bytes[50] = (bytes[50] ?? 0) ^ 1;
  return { blobs: new Map([...blobs, [name, bytes]]), points };
}

const isAllowed = { dryRun: false, readData: true, removeDamaged: true };

async function mend(store: BlobStore, points: StoredVault["points"]): Promise<void> {
  await (await openFresh(store)).repair(isAllowed);
  await assertWhole(store, points);
}

async function opensEither(store: BlobStore, points: StoredVault["points"]): Promise<void> {
  const keys = [TEST_KEY, NEW_KEY];
  const opened = await Promise.allSettled(keys.map((key) => openFresh(store, key)));
  const whole = keys.filter((_, at) => opened[at]?.status === "fulfilled");
  assert.ok(whole.length > 0, "nobody can open the vault");
  for (const key of whole) await assertWhole(store, points, key);
}

const OPERATIONS: readonly VaultOperation[] = [
  { ...USUAL, title: "a backup of a stream", least: 12, run: backUp },
  {
    ...USUAL,
    title: "a backup of objects",
    least: 12,
    run: async (store, { seed }) =>
      void (await addPoint(await openFresh(store, TEST_KEY, seed), {
        rows: [random(900), ...(FIRST["rows"] ?? [])],
      })),
  },
  {
    ...USUAL,
    title: "a backup of changed pages",
    least: 15,
    prepare: pagesVault,
    run: backUpPages,
  },
  {
    ...USUAL,
    title: "a backup of changed rows",
    least: 15,
    prepare: tableVault,
    run: backUpChangedRows,
  },
  { ...USUAL, title: "a restore", least: 20, run: restore },
  {
    ...USUAL,
    title: "a prune",
    least: 60,
    prepare: wornVault,
    run: async (store, { signal, seed }) =>
      void (await (await openFresh(store, TEST_KEY, seed)).collect({ signal })),
  },
  {
    ...USUAL,
    title: "a removal of a point and a prune of a vault with living hands",
    least: 20,
    run: async (store, { signal, seed }) => {
      const vault = await openFresh(store, TEST_KEY, seed);
      const { id } = await addPoint(vault, { gone: [random(5000)] });
      await vault.removePoint(id, { signal });
      await using writer = await vault.beginPoint({ signal });
      await vault.collect({ signal });
      await writer.commit(pointFacts(Date.UTC(2026, 1, 4)), { signal });
    },
  },
  {
    ...USUAL,
    title: "a verify",
    least: 15,
    run: async (store, { signal, seed }) => {
      const vault = await openFresh(store, TEST_KEY, seed);
      await vault.verify({ readData: 1, signal });
    },
  },
  {
    title: "a rotation of the key",
    least: 5,
    prepare: twoPoints,
    run: async (store, { signal, seed }) => {
      const options = { from: TEST_KEY, to: NEW_KEY, signal, randomBytes: seededBytes(seed) };
      await rotateVaultKey(store, options);
    },
    check: opensEither,
    finish: async (store) => {
      await openVault(store, NEW_KEY, vaultOptions("new"));
      await assert.rejects(openVault(store, TEST_KEY, vaultOptions("old")));
    },
  },
  {
    title: "a repair",
    least: 20,
    prepare: damagedVault,
    run: async (store, { signal, seed }) =>
      void (await (await openFresh(store, TEST_KEY, seed)).repair({ ...isAllowed, signal })),
    check: mend,
    finish: assertTidy,
  },
];

/** What is done with a vault, as work that can break at any call of its store. */
export const VAULT_WORKS: readonly BreakableWork[] = OPERATIONS.map(
  ({ title, least, prepare, run, check, finish }) => {
    let prepared: Promise<StoredVault> | undefined;
    return {
      title,
      least,
      async begin() {
        prepared ??= prepare();
        const { blobs, points } = await prepared;
        return { blobs, run, check: (store) => check(store, points), finish };
      },
    };
  },
);
