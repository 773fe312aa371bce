import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { BlobStore } from "../../../core/storage/blob-store.ts";
import { type Fault, faulty } from "../../../core/storage/faulty.ts";
import { createVault, openVault, type Vault } from "../../../core/vault/vault.ts";
import { openBlobContainer } from "../../../providers/azure/blob/open-container.ts";
import { createFolderStore } from "../../../providers/local/folder-store.ts";
import { type Azurite, startAzurite } from "../../support/azurite.ts";
import {
  addPoint,
  type Blobs,
  blobsOf,
  digests,
  memoryStore,
  type ObjectBytes,
  readPoint,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

/*
 * The faults of vault-faults.test.ts, on a real folder and on Azurite in place of memory. Collection is not among them:
 * it waits for hours of the store's own time, which only a store in memory can turn.
 *
 *     node --test test/core/vault/vault-faults-on-stores.slow.ts
 */

const random = seededBytes("faults on stores");
const EARLIER: ObjectBytes = { schema: [random(500)], rows: [random(3000), random(2000)] };
const NEW: ObjectBytes = {
  schema: EARLIER["schema"] ?? [],
  rows: [...(EARLIER["rows"] ?? []), ...Array.from({ length: 3 }, () => random(900_000))],
};

let azurite: Azurite;
before(async () => {
  azurite = await startAzurite();
});
after(() => azurite[Symbol.asyncDispose]());

const STORES: Readonly<
  Record<string, () => Promise<{ readonly store: BlobStore } & AsyncDisposable>>
> = {
  "a folder": async () => {
    const path = await mkdtemp(join(tmpdir(), "holdfast-faults-"));
    const close = () => rm(path, { recursive: true });
    return { store: createFolderStore(path), [Symbol.asyncDispose]: close };
  },
  "a container of Azurite": async () => {
    const store = openBlobContainer(await azurite.makeContainer());
    return { store, [Symbol.asyncDispose]: async () => undefined };
  },
};

/** Each opening draws ids of its own. */
let openings = 0;
function newOptions() {
  openings += 1;
  return vaultOptions(`opening ${openings}`);
}

async function assertWhole(store: BlobStore, points: Readonly<Record<string, ObjectBytes>>) {
  const vault = await openVault(store, TEST_KEY, newOptions());
  for (const [id, written] of Object.entries(points)) {
    assert.deepEqual(digests(await readPoint(vault, id)), digests(written));
  }
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
}

/** Does the work while call `at` and every later one break. Gives whether it came so far. */
async function breakFrom(
  at: number,
  { store, fault }: { readonly store: BlobStore; readonly fault: Fault },
  work: (vault: Vault) => Promise<unknown>,
): Promise<boolean> {
  let calls = Number.NEGATIVE_INFINITY;
  const faultAt = (): Fault => {
    calls += 1;
    if (calls < at) return "none";
    return calls === at ? fault : "before";
  };
  const vault = await openVault(faulty(store, faultAt), TEST_KEY, newOptions());
  calls = 0;
  await work(vault).catch((error: unknown) => withCode("STORE_FAILED")(error));
  return calls >= at;
}

async function earlierVault(): Promise<{ readonly blobs: Blobs; readonly earlier: string }> {
  const store = memoryStore();
  const vault = await createVault(store, TEST_KEY, vaultOptions());
  const { id } = await addPoint(vault, EARLIER);
  return { blobs: await blobsOf(store), earlier: id };
}

for (const [title, open] of Object.entries(STORES)) {
  describe(title, () => {
    for (const fault of ["before", "after"] as const) {
      it(`loses nothing to a backup of which any call breaks ${fault} its work, and takes the next`, async () => {
        const { blobs, earlier } = await earlierVault();
        let at = 0;
        for (let isBroken = true; isBroken; ) {
          at += 1;
          await using under = await open();
          const { store } = under;
          for (const [name, bytes] of blobs) await store.put(name, [bytes]);
          isBroken = await breakFrom(at, { store, fault }, (vault) => addPoint(vault, NEW));
          await assertWhole(store, { [earlier]: EARLIER });
          const again = await openVault(store, TEST_KEY, newOptions());
          const { id } = await addPoint(again, NEW);
          await assertWhole(store, { [earlier]: EARLIER, [id]: NEW });
        }
        assert.ok(at > 5, `only ${at - 1} calls`);
      });

      it(`gives out no wrong byte when any call of a restore breaks ${fault} its work`, async () => {
        const { blobs, earlier } = await earlierVault();
        await using under = await open();
        const { store } = under;
        for (const [name, bytes] of blobs) await store.put(name, [bytes]);
        let at = 0;
        for (let isBroken = true; isBroken; ) {
          at += 1;
          isBroken = await breakFrom(at, { store, fault }, async (vault) => {
            assert.deepEqual(digests(await readPoint(vault, earlier)), digests(EARLIER));
          });
          await assertWhole(store, { [earlier]: EARLIER });
        }
        assert.ok(at > 3, `only ${at - 1} calls`);
      });
    }
  });
}
