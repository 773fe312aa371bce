import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseBlobName } from "../../../core/storage/blob-store.ts";
import { createVault, openVault } from "../../../core/vault/vault.ts";
import { createFolderStore } from "../../../providers/local/folder-store.ts";
import { GOLDEN_VAULT, goldenPoints } from "../../support/golden-vault.ts";
import { NATIVE_BLAKE3 } from "../../support/native-blake3.ts";
import {
  addPoint,
  blobsOf,
  digests,
  memoryStore,
  readPoint,
  seededBytes,
  storeOf,
  TEST_KEY,
  vaultOptions,
} from "../../support/vault.ts";

const blake3 = NATIVE_BLAKE3;
const skip = blake3 === undefined && "not run: the native package is not installed";
const OBJECTS = { rows: [seededBytes("ids")(5000), seededBytes("ids")(70_000)] };

async function chunkIdOf(store: ReturnType<typeof memoryStore>): Promise<unknown> {
  const text = Buffer.from(await store.get(parseBlobName("config"))).toString("utf8");
  return /"chunk_id": "([^"]*)"/.exec(text)?.[1];
}

test("a vault is of BLAKE3 where that is native, and says so", { skip }, async () => {
  const store = memoryStore();
  await createVault(store, TEST_KEY, { ...vaultOptions(), blake3 });
  assert.equal(await chunkIdOf(store), "blake3");
});

test("a vault of BLAKE3 is read and added to without the native package", { skip }, async () => {
  const store = memoryStore();
  const fast = await createVault(store, TEST_KEY, { ...vaultOptions(), blake3 });
  const { id } = await addPoint(fast, OBJECTS);
  const plain = await openVault(store, TEST_KEY, vaultOptions("again"));
  assert.deepEqual(digests(await readPoint(plain, id)), digests(OBJECTS));
  const packs = (await plain.stats()).packs;
  await addPoint(plain, OBJECTS);
  assert.equal((await plain.stats()).packs, packs, "equal chunks have equal ids");
});

test("without the native package a vault is of HMAC-SHA-256, and stays so", { skip }, async () => {
  const store = memoryStore();
  const plain = await createVault(store, TEST_KEY, vaultOptions());
  assert.equal(await chunkIdOf(store), "hmac-sha-256");
  const { id } = await addPoint(plain, OBJECTS);
  const fast = await openVault(store, TEST_KEY, { ...vaultOptions("again"), blake3 });
  assert.deepEqual(digests(await readPoint(fast, id)), digests(OBJECTS));
});

test("a vault of format 1 takes new points and keeps its format", async () => {
  const folder = createFolderStore(fileURLToPath(GOLDEN_VAULT));
  const store = await storeOf(await blobsOf(folder));
  const config = await store.get(parseBlobName("config"));
  const vault = await openVault(store, TEST_KEY, { ...vaultOptions("later"), blake3 });
  const [golden] = goldenPoints();
  assert.ok(golden);
  const packs = (await vault.stats()).packs;
  const again = await addPoint(vault, golden.objects);
  assert.equal((await vault.stats()).packs, packs, "the chunks of format 1 were found again");
  const { id } = await addPoint(vault, OBJECTS);
  assert.deepEqual(digests(await readPoint(vault, again.id)), digests(golden.objects));
  assert.deepEqual(digests(await readPoint(vault, id)), digests(OBJECTS));
  assert.deepEqual(await store.get(parseBlobName("config")), config);
});
