import assert from "node:assert/strict";
import { test } from "node:test";
import { startLane } from "../../../../cmd/wiring/start-lane.ts";
import type { BlobStore } from "../../../../core/storage/blob-store.ts";
import { createVault, openVault, type Vault } from "../../../../core/vault/vault.ts";
import { sourceOf } from "../../../support/byte-source.ts";
import { databasePages } from "../../../support/database-pages.ts";
import { NATIVE_BLAKE3 } from "../../../support/native-blake3.ts";
import {
  addPoint,
  memoryStore,
  pointFacts,
  readPoint,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";

const blake3 = NATIVE_BLAKE3;

async function packBytes(store: BlobStore): Promise<number> {
  const packs = await Array.fromAsync(store.list("packs/"));
  return packs.reduce((sum, { size }) => sum + size, 0);
}

async function addStream(vault: Vault, bytes: Uint8Array, similar: readonly string[] = []) {
  await using writer = await vault.beginPoint({ similar });
  await writer.addStream({ path: "stream", kind: "stream" }, sourceOf(bytes), () => ({}));
  return await writer.commit(pointFacts(Date.UTC(2026, 1, 1)));
}

async function streamOf(vault: Vault, id: string): Promise<Uint8Array> {
  await using reader = await vault.openPoint(id);
  const parts: Uint8Array[] = [];
  for await (const part of reader.readStretches("stream")) parts.push(Uint8Array.from(part));
  return Buffer.concat(parts);
}

for (const lanes of [undefined, startLane]) {
  const where = lanes === undefined ? "on the caller's thread" : "in threads";
  test(`a stream is not stored again though no index is kept in memory, ${where}`, async () => {
    const store = memoryStore();
    const options = { ...vaultOptions(), blake3, startLane: lanes, indexLid: 0 };
    const bytes = Buffer.concat([
      seededBytes("large index")(lanes === undefined ? 1_000_000 : 13_000_000),
      databasePages("large index", { first: 80, count: 400 }),
    ]);
    const first = await addStream(await createVault(store, TEST_KEY, options), bytes);
    const before = await packBytes(store);
    const vault = await openVault(store, TEST_KEY, { ...options, ...seeded("again") });
    await addStream(vault, bytes);
    const changed = Uint8Array.from(bytes);
    changed.fill(1, bytes.length - 80 * 8192 + 200, bytes.length - 80 * 8192 + 300);
    const third = await addStream(vault, changed, [first.id]);
    const added = (await packBytes(store)) - before;
    assert.ok(added > 0 && added < 20_000, `${added} bytes`);
    assert.ok(Buffer.compare(await streamOf(vault, first.id), bytes) === 0);
    assert.ok(Buffer.compare(await streamOf(vault, third.id), changed) === 0);
    assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
  });
}

test("rows are not stored again though no index is kept in memory, and a collection between harms nothing", async () => {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, { ...vaultOptions(), indexLid: 0 });
  const rows = (at: number) => ({ "rows/t": [0, 1, 2].map((n) => seededBytes(`${at + n}`)(5000)) });
  const points = [];
  for (let at = 0; at < 30; at += 1) points.push(await addPoint(vault, rows(at)));
  const before = await packBytes(store);
  const again = await addPoint(vault, rows(3));
  assert.equal(await packBytes(store), before);
  for (const point of points.slice(0, 3)) await vault.removePoint(point.id);
  await vault.collect();
  await vault.collect();
  for (const [at, point] of points.entries()) {
    if (at >= 3) assert.deepEqual(await readPoint(vault, point.id), rows(at));
  }
  assert.deepEqual(await readPoint(vault, again.id), rows(3));
});

test("verify, stats and packs say the same of a damaged vault though no index is kept in memory", async () => {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const rows = (at: number) => ({ "rows/t": [0, 1, 2].map((n) => seededBytes(`${at + n}`)(5000)) });
  const ids: string[] = [];
  for (let at = 0; at < 30; at += 1) ids.push((await addPoint(vault, rows(at))).id);
  const packs = (await Array.fromAsync(store.list("packs/"))).map(({ name }) => name);
  const [lost, flipped] = [packs[3], packs[20]];
  assert.ok(lost !== undefined && flipped !== undefined);
  await store.remove(lost);
  const bytes = await store.get(flipped);
  await store.remove(flipped);
  await store.put(flipped, [bytes.with(60, 1 ^ (bytes[60] ?? 0))]);
  const told = async (indexLid: number | undefined) => {
    const opened = await openVault(store, TEST_KEY, { ...vaultOptions(), indexLid });
    const { chunks, oldestReadAt: _at, ...report } = await opened.verify({ readData: 1 });
    const problems = report.problems.toSorted((one, other) => (one.blob < other.blob ? -1 : 1));
    assert.ok(chunks > 0);
    const packsOf = (id: string) =>
      opened.packsOf(id).then(
        (each) => each.toSorted(),
        () => "a listing is lost",
      );
    const needed = await Promise.all(ids.map(packsOf));
    return { report: { ...report, problems }, stats: await opened.stats(), needed };
  };
  const whole = await told(undefined);
  assert.ok(
    whole.report.problems.some(({ blob, points }) => blob === flipped && points.length > 0),
  );
  assert.ok(whole.report.problems.some(({ blob, points }) => blob === lost && points.length > 0));
  assert.deepEqual(await told(0), whole);
});

function seeded(seed: string) {
  return { randomBytes: seededBytes(seed) };
}
