import assert from "node:assert/strict";
import { test } from "node:test";
import { createVault, openVault, type Vault } from "../../../../core/vault/vault.ts";
import { breakFrom } from "../../../support/broken-call.ts";
import { sourceOf } from "../../../support/byte-source.ts";
import {
  blobsOf,
  memoryStore,
  pointFacts,
  seededBytes,
  storeOf,
  TEST_KEY,
  vaultOptions,
} from "../../../support/vault.ts";
import { withCode } from "../../../support/with-code.ts";

/** The lane makes a pack of it, and the listing is another one. */
const EARLIER = Buffer.from(seededBytes("earlier")(300_000));
const NEW = Buffer.concat([EARLIER, seededBytes("new")(2_000_000)]);

async function put(vault: Vault, bytes: Uint8Array): Promise<string> {
  await using writer = await vault.beginPoint();
  await writer.addStream({ path: "s", kind: "stream" }, sourceOf(bytes), () => ({}));
  return (await writer.commit(pointFacts(Date.UTC(2026, 1, 1)))).id;
}

async function assertHolds(vault: Vault, id: string, bytes: Buffer): Promise<void> {
  await using reader = await vault.openPoint(id);
  let at = 0;
  for await (const stretch of reader.readStretches("s")) {
    assert.ok(bytes.subarray(at, at + stretch.length).equals(stretch));
    at += stretch.length;
  }
  assert.equal(at, bytes.length);
}

test("a stream that breaks at any call of the store loses nothing, and the next one succeeds", async () => {
  const base = memoryStore();
  const first = await createVault(base, TEST_KEY, vaultOptions());
  const earlier = await put(first, EARLIER);
  const blobs = await blobsOf(base);
  for (const fault of ["before", "after"] as const) {
    let isOver = false;
    for (let at = 1; !isOver; at += 1) {
      const store = await storeOf(blobs);
      const broken = breakFrom(store, { at, fault });
      const options = vaultOptions(`${fault} ${at}`);
      const vault = await openVault(broken.store, TEST_KEY, options);
      broken.start();
      await put(vault, NEW).catch((error: unknown) => assert.ok(withCode("STORE_FAILED")(error)));
      isOver = !broken.isReached();
      const again = await openVault(store, TEST_KEY, vaultOptions("again"));
      await assertHolds(again, earlier, EARLIER);
      await assertHolds(again, await put(again, NEW), NEW);
      assert.deepEqual((await again.verify()).problems, []);
    }
  }
});
