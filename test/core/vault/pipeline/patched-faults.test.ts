import assert from "node:assert/strict";
import { test } from "node:test";
import { createVault, openVault, type Vault } from "../../../../core/vault/vault.ts";
import { breakFrom } from "../../../support/broken-call.ts";
import { sourceOf } from "../../../support/byte-source.ts";
import { assertNoticed, flip } from "../../../support/damage.ts";
import { databasePages } from "../../../support/database-pages.ts";
import {
  blobsOf,
  memoryStore,
  type ObjectBytes,
  pointFacts,
  readPoint,
  seededBytes,
  storeOf,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";
import { withCode } from "../../../support/with-code.ts";

const PAGE = 8192;
const OLD = databasePages("faults", { first: 8, count: 32 });
const NEW = Buffer.from(OLD);
for (const page of [3, 12, 13, 30]) NEW.set(seededBytes(`${page}`)(400), page * PAGE + 100);

async function put(vault: Vault, bytes: Uint8Array, similar: readonly string[]): Promise<string> {
  await using writer = await vault.beginPoint({ similar });
  await writer.addStream({ path: "s", kind: "stream" }, sourceOf(bytes), () => ({}));
  return (await writer.commit(pointFacts(Date.UTC(2026, 1, 1)))).id;
}

async function assertHolds(vault: Vault, id: string, bytes: Buffer): Promise<void> {
  await using reader = await vault.openPoint(id);
  assert.ok(Buffer.concat(await Array.fromAsync(reader.read("s"))).equals(bytes));
}

test("changed pages whose storing breaks at any call of the store lose nothing, and the next try succeeds", async () => {
  const base = memoryStore();
  const earlier = await put(await createVault(base, TEST_KEY, vaultOptions()), OLD, []);
  const blobs = await blobsOf(base);
  for (const fault of ["before", "after"] as const) {
    let isOver = false;
    for (let at = 1; !isOver; at += 1) {
      const store = await storeOf(blobs);
      const broken = breakFrom(store, { at, fault });
      const vault = await openVault(broken.store, TEST_KEY, vaultOptions(`${at}`));
      broken.start();
      const failed = put(vault, NEW, [earlier]);
      await failed.catch((error: unknown) => assert.ok(withCode("STORE_FAILED")(error)));
      isOver = !broken.isReached();
      const again = await openVault(store, TEST_KEY, vaultOptions("again"));
      await assertHolds(again, earlier, OLD);
      await assertHolds(again, await put(again, NEW, [earlier]), NEW);
      assert.deepEqual((await again.verify({ readData: 1 })).problems, []);
    }
  }
});

test("a bit that flips in any blob of patched streams is told, with the points that it costs", async () => {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const first = await put(vault, OLD, []);
  const second = await put(vault, NEW, [first]);
  const points = new Map<string, ObjectBytes>();
  for (const id of [first, second]) points.set(id, await readPoint(vault, id));
  const blobs = await blobsOf(store);
  const random = seededBytes("flips");
  for (const [name, bytes] of blobs) {
    for (let time = 0; time < 4; time += 1) {
      const offset = Buffer.from(random(4)).readUInt32LE() % bytes.length;
      const what = `${name} at ${offset}`;
      await assertNoticed({ blobs, points }, flip(blobs, { name, offset, bit: time * 2 }), what);
    }
  }
});
