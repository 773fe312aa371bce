import assert from "node:assert/strict";
import { statfsSync, writeFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { BlobStore } from "../../../core/storage/blob-store.ts";
import { createVault, openVault, type Vault } from "../../../core/vault/vault.ts";
import { createFolderStore } from "../../../providers/local/folder-store.ts";
import { sourceOf } from "../../support/byte-source.ts";
import { mountSmallDisk, type SmallDisk } from "../../support/small-disk.ts";
import {
  addPoint,
  blobsOf,
  digests,
  type ObjectBytes,
  pointFacts,
  readPoint,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

const random = seededBytes("disk");
const EARLIER: ObjectBytes = { rows: [random(200_000), random(3000)] };
/** The disk holds two packs, one of each lane, and no third. */
const STREAM = random(26_000_000);
const DISK_MEBIBYTES = 18;

let openings = 0;
function open(store: BlobStore): Promise<Vault> {
  openings += 1;
  return openVault(store, TEST_KEY, vaultOptions(`opening ${openings}`));
}

async function addStream(vault: Vault) {
  await using writer = await vault.beginPoint();
  await writer.addStream({ path: "s", kind: "stream" }, sourceOf(STREAM), () => ({}));
  return await writer.commit(pointFacts(Date.UTC(2026, 1, 2)));
}

async function assertReads(store: BlobStore, id: string): Promise<void> {
  const vault = await open(store);
  assert.deepEqual(digests(await readPoint(vault, id)), digests(EARLIER));
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
}

/** Runs where this process may mount a disk of its own. */
function onDisk(title: string, work: (disk: SmallDisk) => Promise<void>): void {
  test(title, async (t: TestContext) => {
    await using disk = await mountSmallDisk(DISK_MEBIBYTES);
    if (disk === undefined) return t.skip("not run: this process may not mount a disk");
    await work(disk);
  });
}

async function vaultOn({ path }: SmallDisk): Promise<{ store: BlobStore; earlier: string }> {
  const store = createFolderStore(join(path, "vault"));
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  return { store, earlier: (await addPoint(vault, EARLIER)).id };
}

/** Takes what is left of a disk to the last block. */
function fill(path: string): string {
  const file = join(path, "filler");
  const { bavail, bsize } = statfsSync(path);
  writeFileSync(file, Buffer.alloc(bavail * bsize));
  return file;
}

onDisk(
  "a disk that fills within a backup costs no point, and the next backup uses what was stored",
  async (disk) => {
    const { store, earlier } = await vaultOn(disk);
    await using _files = store;
    await assert.rejects(addStream(await open(store)), withCode("STORE_FULL", "Make room"));
    assert.deepEqual(await readdir(join(disk.path, "vault", ".tmp")), []);
    await assertReads(store, earlier);
    disk.remount("size=64m");
    const { id, bytesStored } = await addStream(await open(store));
    const stored = `${bytesStored} bytes were stored: the first pack again`;
    assert.ok(bytesStored < STREAM.length - 8_000_000, stored);
    assert.deepEqual(Buffer.concat(await streamOf(store, id)), Buffer.from(STREAM));
    await assertReads(store, earlier);
  },
);

async function streamOf(store: BlobStore, id: string): Promise<readonly Uint8Array[]> {
  return Object.values(await readPoint(await open(store), id)).flat();
}

onDisk(
  "a disk without a free block gives back every point; a prune says that it needs some, and works with them",
  async (disk) => {
    const { store, earlier } = await vaultOn(disk);
    await using _files = store;
    const gone = await addPoint(await open(store), { gone: [random(900_000)] });
    await (await open(store)).removePoint(gone.id);
    const filler = fill(disk.path);
    await assertReads(store, earlier);
    await assert.rejects((await open(store)).collect(), withCode("STORE_FULL", "Make room"));
    await rm(filler);
    const { removedPacks } = await (await open(store)).collect();
    assert.equal(removedPacks, 1);
    await assertReads(store, earlier);
  },
);

onDisk(
  "a disk that is read-only gives back every point, and refuses all else without a change",
  async (disk) => {
    const { store, earlier } = await vaultOn(disk);
    await using _files = store;
    const before = await blobsOf(store);
    disk.remount("ro");
    await assertReads(store, earlier);
    const vault = await open(store);
    const refused = withCode("STORE_NOT_WRITABLE");
    await assert.rejects(vault.beginPoint(), refused);
    await assert.rejects(vault.collect(), refused);
    await assert.rejects(vault.removePoint(earlier), refused);
    const repair = { dryRun: false, readData: true, removeDamaged: true };
    await assert.rejects(vault.repair(repair), refused);
    assert.deepEqual(await blobsOf(store), before);
    disk.remount("rw,size=10m");
    assert.deepEqual(await blobsOf(store), before);
  },
);
