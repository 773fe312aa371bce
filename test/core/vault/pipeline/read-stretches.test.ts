import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import fc from "fast-check";
import { loadBlake3 } from "../../../../cmd/wiring/blake3.ts";
import { startLane } from "../../../../cmd/wiring/start-lane.ts";
import type { BlobName } from "../../../../core/storage/blob-store.ts";
import { createVault, openVault, type Vault } from "../../../../core/vault/vault.ts";
import { sourceOf } from "../../../support/byte-source.ts";
import {
  addPoint,
  blobsOf,
  memoryStore,
  pointFacts,
  seededBytes,
  storeOf,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";
import { withCode } from "../../../support/with-code.ts";

const blake3 = loadBlake3(createRequire(import.meta.url));

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Takes each stretch as late as it may, as who writes it meanwhile does. */
async function stretchesOf(vault: Vault, id: string, path: string): Promise<Buffer> {
  await using reader = await vault.openPoint(id);
  const parts: Uint8Array[] = [];
  const lent: Uint8Array[] = [];
  for await (const bytes of reader.readStretches(path)) {
    lent.push(bytes);
    if (lent.length > reader.lentStretches) parts.push(Uint8Array.from(lent.shift() ?? []));
  }
  return Buffer.concat([...parts, ...lent]);
}

async function chunksOf(vault: Vault, id: string, path: string): Promise<readonly Uint8Array[]> {
  await using reader = await vault.openPoint(id);
  return await Array.fromAsync(reader.read(path));
}

async function addStream(vault: Vault, bytes: Uint8Array): Promise<string> {
  await using writer = await vault.beginPoint();
  await writer.addStream({ path: "s", kind: "stream" }, sourceOf(bytes), () => ({}));
  return (await writer.commit(pointFacts(Date.UTC(2026, 1, 1)))).id;
}

test("stretches hold what chunks hold, whatever their sizes and order", async () => {
  const random = seededBytes("pool");
  const pool = [1, 50, 3000, 70_000, 900_000, 3_000_000, 8 * 1024 * 1024].map((n) => random(n));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(pool.length - 1), { maxLength: 30 }), async (picks) => {
      const chunks = picks.map((pick) => pool[pick] ?? new Uint8Array(1));
      const vault = await createVault(memoryStore(), TEST_KEY, { ...vaultOptions(), blake3 });
      await addPoint(vault, { before: chunks.toReversed().filter((_, at) => at % 3 === 0) });
      const { id } = await addPoint(vault, { rows: chunks });
      assert.equal(digest(await stretchesOf(vault, id, "rows")), digest(Buffer.concat(chunks)));
    }),
    { numRuns: 6 },
  );
});

test("threads read a later generation, whose chunks lie in packs of several points", async () => {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, { ...vaultOptions(), blake3, startLane });
  const bytes = Buffer.from(seededBytes("generations")(30_000_000));
  await addStream(vault, bytes);
  for (let at = 100_000; at < bytes.length; at += 1_700_000) bytes.fill(7, at, at + 5000);
  const id = await addStream(vault, bytes);
  assert.equal(digest(await stretchesOf(vault, id, "s")), digest(bytes));
  let threads = 0;
  const counted = () => {
    threads += 1;
    return startLane();
  };
  const options = { ...vaultOptions("again"), blake3, startLane: counted, processors: 8 };
  const larger = await openVault(store, TEST_KEY, options);
  assert.equal(digest(await stretchesOf(larger, id, "s")), digest(bytes));
  assert.equal(threads, 2);
});

/** A vault with one stream, and the same with a change in its largest pack. */
async function damaged(change: (pack: Buffer) => Uint8Array | undefined) {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, { ...vaultOptions(), blake3 });
  const id = await addStream(vault, seededBytes("damage")(20_000_000));
  const blobs = new Map(await blobsOf(store));
  const [name, pack] = [...blobs]
    .filter(([each]) => each.startsWith("packs/"))
    .reduce((one, other) => (other[1].length > one[1].length ? other : one));
  const changed = change(Buffer.from(pack));
  blobs.delete(name);
  if (changed !== undefined) blobs.set(name, changed);
  const options = { ...vaultOptions("again"), blake3, startLane };
  return { id, name, vault: await openVault(await storeOf(blobs), TEST_KEY, options) };
}

const DAMAGES: readonly (readonly [title: string, change: (pack: Buffer) => Buffer | undefined])[] =
  [
    ["a changed bit", (pack) => pack.fill((pack[4_000_000] ?? 0) ^ 1, 4_000_000, 4_000_001)],
    ["a missing pack", () => undefined],
  ];

for (const [title, change] of DAMAGES) {
  test(`${title} is told like when chunks are read, and what came before is right`, async () => {
    const { id, name, vault } = await damaged(change);
    const messages: string[] = [];
    for (const read of [stretchesOf, chunksOf]) {
      await assert.rejects(read(vault, id, "s"), (error: Error) => {
        messages.push(error.message);
        return withCode("VAULT_CORRUPTED", name satisfies BlobName)(error);
      });
    }
    assert.equal(messages[0], messages[1]);
    await using reader = await vault.openPoint(id);
    const good: Uint8Array[] = [];
    const reading = async () => {
      for await (const bytes of reader.readStretches("s")) good.push(Uint8Array.from(bytes));
    };
    await assert.rejects(reading(), withCode("VAULT_CORRUPTED"));
    const whole = Buffer.concat(good);
    const start = Buffer.from(seededBytes("damage")(20_000_000)).subarray(0, whole.length);
    assert.equal(digest(whole), digest(start));
  });
}

test("a stretch stays as it is while it is lent, however long it takes to write", async () => {
  const vault = await createVault(memoryStore(), TEST_KEY, { ...vaultOptions(), blake3 });
  const random = seededBytes("lent");
  const parts = Array.from({ length: 4 }, () => random(1024 * 1024));
  // Of one stretch no other is a copy, for a few bytes of its own in each mebibyte.
  const bytes = Buffer.concat(
    Array.from({ length: 64 }, (_, number) => {
      const part = Buffer.from(parts[number % parts.length] ?? []);
      part.writeUInt32BE(number, 500_000);
      return part;
    }),
  );
  const id = await addStream(vault, bytes);
  await using reader = await vault.openPoint(id);
  const lent: (() => void)[] = [];
  let at = 0;
  for await (const stretch of reader.readStretches("s")) {
    const expected = bytes.subarray(at, at + stretch.length);
    at += stretch.length;
    lent.push(() => assert.ok(expected.equals(stretch), `the stretch that ends at byte ${at}`));
    await setTimeout(25);
    if (lent.length > reader.lentStretches) lent.shift()?.();
  }
  for (const compare of lent) compare();
  assert.equal(at, bytes.length);
});

test("who stops reading in the middle leaves no thread behind", async () => {
  const vault = await createVault(memoryStore(), TEST_KEY, {
    ...vaultOptions(),
    blake3,
    startLane,
  });
  const id = await addStream(vault, seededBytes("stops")(20_000_000));
  await using reader = await vault.openPoint(id);
  for await (const bytes of reader.readStretches("s")) {
    assert.ok(bytes.length > 0);
    break;
  }
});

test("threads that were started for a read that never comes end with the reader", async () => {
  const threads: Worker[] = [];
  const counted = () => {
    const thread = startLane();
    threads.push(thread);
    return thread;
  };
  const options = { ...vaultOptions(), blake3, startLane: counted };
  const vault = await createVault(memoryStore(), TEST_KEY, options);
  const bytes = seededBytes("expected")(100_000);
  const { id } = await addPoint(vault, { rows: [bytes] });
  const expectedBytes = 17 * 1024 * 1024;
  {
    await using _unread = await vault.openPoint(id, { expectedBytes });
  }
  await assert.rejects(
    vault.openPoint("0".repeat(32), { expectedBytes }),
    withCode("POINT_NOT_FOUND"),
  );
  await using reader = await vault.openPoint(id, { expectedBytes });
  const read = await Array.fromAsync(reader.readStretches("rows"), (each) => Buffer.from(each));
  assert.equal(digest(Buffer.concat(read)), digest(bytes));
  assert.equal(threads.length, 3);
  // A thread that has ended has no number.
  assert.deepEqual(
    threads.map(({ threadId }) => threadId),
    [-1, -1, -1],
  );
});
