import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobStore } from "../../../core/storage/blob-store.ts";
import { type Fault, faulty } from "../../../core/storage/faulty.ts";
import { createVault, openVault, type Vault } from "../../../core/vault/vault.ts";
import {
  addPoint,
  type Blobs,
  blobsOf,
  digests,
  memoryStore,
  type ObjectBytes,
  readPoint,
  seededBytes,
  storeOf,
  TEST_KEY,
  vaultOptions,
} from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

const random = seededBytes("faults");
const EARLIER: ObjectBytes = { schema: [random(500)], rows: [random(3000), random(2000)] };
/** 20 MB of new bytes, so that the writer puts two packs. */
const NEW: ObjectBytes = {
  schema: EARLIER["schema"] ?? [],
  rows: [...(EARLIER["rows"] ?? []), ...Array.from({ length: 5 }, () => random(4_000_000))],
  more: Array.from({ length: 200 }, () => random(100)),
};

async function assertWhole(store: BlobStore, points: ReadonlyMap<string, ObjectBytes>) {
  const vault = await openVault(store, TEST_KEY, vaultOptions("check"));
  const listed = (await vault.points()).points.map(({ id }) => id);
  for (const [id, written] of points) {
    assert.ok(listed.includes(id), `${id} is not listed`);
    assert.deepEqual(digests(await readPoint(vault, id)), digests(written));
  }
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
  return listed;
}

interface Attempt {
  readonly store: BlobStore;
  readonly outcome: "failed" | "passed";
  /** Whether the work came as far as the call that was to break. */
  readonly isBroken: boolean;
}

/** Runs `work` on a copy of the store in which call number `at` breaks, and every later one: the process is as good as dead. */
async function breakCall(
  blobs: Blobs,
  work: (vault: Vault) => Promise<unknown>,
  { at, fault }: { readonly at: number; readonly fault: Fault },
): Promise<Attempt> {
  const store = await storeOf(blobs);
  let calls = Number.NEGATIVE_INFINITY;
  const faultAt = (): Fault => {
    calls += 1;
    if (calls < at) return "none";
    return calls === at ? fault : "before";
  };
  const vault = await openVault(faulty(store, faultAt), TEST_KEY, vaultOptions(`${fault} ${at}`));
  calls = 0;
  try {
    await work(vault);
    return { store, outcome: "passed", isBroken: calls >= at };
  } catch (error) {
    assert.ok(withCode("STORE_FAILED")(error));
    return { store, outcome: "failed", isBroken: calls >= at };
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

test("a rerun uses the packs that a broken backup left", async () => {
  const store = memoryStore();
  await createVault(store, TEST_KEY, vaultOptions());
  const noManifest = faulty(store, ({ method, name }) =>
    method === "put" && /^(?:index|points)/.test(name) ? "before" : "none",
  );
  const broken = await openVault(noManifest, TEST_KEY, vaultOptions("broken"));
  await assert.rejects(addPoint(broken, NEW), withCode("STORE_FAILED"));
  const again = await openVault(store, TEST_KEY, vaultOptions("again"));
  const { id, bytesStored } = await addPoint(again, NEW);
  assert.ok(bytesStored < 100_000, `${bytesStored} bytes`);
  await assertWhole(store, new Map([[id, NEW]]));
});

test("a vault that breaks while it is made can be made again", async () => {
  for (const fault of ["before", "after"] as const) {
    for (const broken of [1, 2, 3]) {
      const store = memoryStore();
      const breaking = faulty(store, ({ number }) => (number === broken ? fault : "none"));
      await assert.rejects(createVault(breaking, TEST_KEY, vaultOptions("first")));
      const vault = await createVault(store, TEST_KEY, vaultOptions("second")).catch(() =>
        openVault(store, TEST_KEY, vaultOptions("third")),
      );
      const { id } = await addPoint(vault, EARLIER);
      await assertWhole(store, new Map([[id, EARLIER]]));
    }
  }
});

test("two writers at once are both right, in one process or in two", async () => {
  const shared = Array.from({ length: 30 }, () => random(50_000));
  const one = { shared, own: [random(5_000_000)] };
  const two = { own: [random(6_000_000)], shared: shared.toReversed() };
  for (const isOneVault of [true, false]) {
    const store = memoryStore();
    const first = await createVault(store, TEST_KEY, vaultOptions("one"));
    const second = isOneVault ? first : await openVault(store, TEST_KEY, vaultOptions("two"));
    const [a, b] = await Promise.all([addPoint(first, one), addPoint(second, two)]);
    await assertWhole(
      store,
      new Map([
        [a.id, one],
        [b.id, two],
      ]),
    );
  }
});

test("a point that used the packs of a writer which then died stays whole", async () => {
  const store = memoryStore();
  await createVault(store, TEST_KEY, vaultOptions());
  const dying = await openVault(
    faulty(store, ({ name }) => (name.startsWith("index/") ? "before" : "none")),
    TEST_KEY,
    vaultOptions("dying"),
  );
  await assert.rejects(addPoint(dying, NEW));
  const [living, later] = [
    await openVault(store, TEST_KEY, vaultOptions("living")),
    await openVault(store, TEST_KEY, vaultOptions("later")),
  ];
  const [one, two] = await Promise.all([addPoint(living, NEW), addPoint(later, NEW)]);
  await assertWhole(
    store,
    new Map([
      [one.id, NEW],
      [two.id, NEW],
    ]),
  );
});
