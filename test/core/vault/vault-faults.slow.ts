import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobStore } from "../../../core/storage/blob-store.ts";
import type { Fault } from "../../../core/storage/faulty.ts";
import { createVault, openVault, type Vault } from "../../../core/vault/vault.ts";
import { breakFrom } from "../../support/broken-call.ts";
import { assertWhole, EARLIER, NEW } from "../../support/two-packs.ts";
import {
  addPoint,
  type Blobs,
  blobsOf,
  memoryStore,
  storeOf,
  TEST_KEY,
  vaultOptions,
} from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

// The quick tests break some of the calls: every-call.test.ts.
interface Attempt {
  readonly store: BlobStore;
  readonly outcome: "failed" | "passed";
  /** Whether the work came as far as the call that was to break. */
  readonly isBroken: boolean;
}

/** Runs `work` on a copy of the store in which call number `at` breaks. */
async function breakCall(
  blobs: Blobs,
  work: (vault: Vault) => Promise<unknown>,
  { at, fault }: { readonly at: number; readonly fault: Fault },
): Promise<Attempt> {
  const store = await storeOf(blobs);
  const broken = breakFrom(store, { at, fault });
  const vault = await openVault(broken.store, TEST_KEY, vaultOptions(`${fault} ${at}`));
  broken.start();
  try {
    await work(vault);
    return { store, outcome: "passed", isBroken: broken.isReached() };
  } catch (error) {
    assert.ok(withCode("STORE_FAILED")(error));
    return { store, outcome: "failed", isBroken: broken.isReached() };
  }
}

/** Breaks call 1, 2, 3 … until no call is left to break; gives back how many there were. */
async function breakEveryCall(
  blobs: Blobs,
  fault: Fault,
  run: { work(vault: Vault): Promise<unknown>; after(attempt: Attempt): Promise<void> },
): Promise<number> {
  for (let at = 1; ; at += 1) {
    const attempt = await breakCall(blobs, (vault) => run.work(vault), { at, fault });
    await run.after(attempt);
    if (!attempt.isBroken) return at - 1;
  }
}

test("a backup that breaks at any call of the store loses nothing, and the next one succeeds", async () => {
  const base = memoryStore();
  const vault = await createVault(base, TEST_KEY, vaultOptions());
  const earlier = (await addPoint(vault, EARLIER)).id;
  const after = async ({ store, outcome }: Attempt): Promise<void> => {
    const listed = await assertWhole(store, new Map([[earlier, EARLIER]]));
    // A manifest may be stored although its answer was lost; then its point must be whole, as verify showed.
    if (outcome === "passed") assert.equal(listed.length, 2);
    const again = await openVault(store, TEST_KEY, vaultOptions("rerun"));
    const { id } = await addPoint(again, NEW);
    await assertWhole(
      store,
      new Map([
        [earlier, EARLIER],
        [id, NEW],
      ]),
    );
  };
  const blobs = await blobsOf(base);
  for (const fault of ["before", "after"] as const) {
    const work = (broken: Vault): Promise<unknown> => addPoint(broken, NEW);
    const calls = await breakEveryCall(blobs, fault, { work, after });
    assert.ok(calls >= 6, `${calls} calls: two lists, two packs, an index and a manifest`);
  }
});
