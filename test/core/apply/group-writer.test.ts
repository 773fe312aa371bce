import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Address } from "../../../core/address/address.ts";
import { createGroupWriter } from "../../../core/apply/group-writer.ts";
import type { Catalog, CatalogChange } from "../../../core/catalog/catalog.ts";
import { createMemoryCatalog } from "../../../core/catalog/memory-catalog.ts";
import { toInstant } from "../../../core/kit/clock.ts";

type Changes = readonly CatalogChange[];

function removal(at: number): Changes {
  return [{ kind: "remove_object", address: `policy.p${at}` as Address }];
}

function watched(write: (changes: Changes) => Promise<void>): Catalog {
  const catalog = createMemoryCatalog({ lineage: "l", clock: { now: () => toInstant(0) } });
  return Object.assign(Object.create(catalog) as Catalog, {
    write: async (changes: Changes) => {
      await write(changes);
      return { lineage: "l", serial: 0 };
    },
  });
}

test("what is asked for in one turn, or during a write, is one write each", async () => {
  const sizes: number[] = [];
  const write = createGroupWriter(
    watched(async (changes) => {
      sizes.push(changes.length);
      await setImmediate();
    }),
  );
  const first = [removal(0), removal(1), removal(2)].map(write);
  await setImmediate();
  const second = [removal(3), removal(4)].map(write);
  await Promise.all([...first, ...second]);
  await write(removal(5));
  assert.deepEqual(sizes, [3, 2, 1]);
});

test("a write that fails fails for all that share it, and the next one is tried", async () => {
  let isFull = true;
  const write = createGroupWriter(
    watched(() => (isFull ? Promise.reject(new Error("full")) : Promise.resolve())),
  );
  const results = await Promise.allSettled([removal(0), removal(1)].map(write));
  assert.deepEqual(
    results.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  isFull = false;
  await write(removal(0));
});
