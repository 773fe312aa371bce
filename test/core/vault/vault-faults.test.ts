import assert from "node:assert/strict";
import { test } from "node:test";
import { faulty } from "../../../core/storage/faulty.ts";
import { createVault, openVault } from "../../../core/vault/vault.ts";
import { assertWhole, EARLIER, NEW } from "../../support/two-packs.ts";
import { addPoint, memoryStore, seededBytes, TEST_KEY, vaultOptions } from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

const random = seededBytes("writers");

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
