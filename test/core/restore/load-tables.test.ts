import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Abortable } from "../../../core/kit/abortable.ts";
import { loadTables } from "../../../core/restore/load-tables.ts";

function ticks(count: number): Promise<void> {
  return count === 0 ? Promise.resolve() : Promise.resolve().then(() => ticks(count - 1));
}

test("tables are loaded some at a time, and come in their order however long each takes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(20)),
      fc.integer({ min: 1, max: 4 }),
      async (costs, atOnce) => {
        let active = 0;
        let most = 0;
        const load = async (cost: number) => {
          active += 1;
          most = Math.max(most, active);
          await ticks(cost);
          active -= 1;
          return cost * 2;
        };
        assert.deepEqual(
          await loadTables(costs, { atOnce, load }),
          costs.map((cost) => cost * 2),
        );
        assert.equal(most, Math.min(atOnce, costs.length));
      },
    ),
    { numRuns: 50 },
  );
});

test("the first table that fails ends the others before it is told, and no further one is begun", async () => {
  const begun: number[] = [];
  let active = 0;
  const load = async (table: number, { signal }: Abortable) => {
    begun.push(table);
    active += 1;
    try {
      await ticks(3);
      if (table === 1) throw new Error("broken");
      await new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(new Error("ended")), { once: true });
      });
    } finally {
      await ticks(5);
      active -= 1;
    }
  };
  await assert.rejects(loadTables([0, 1, 2, 3], { atOnce: 3, load }), /broken/);
  assert.equal(active, 0);
  assert.deepEqual(begun, [0, 1, 2]);
});

test("a restore that is cancelled begins no further table", async () => {
  const stopped = new AbortController();
  const begun: number[] = [];
  const load = async (table: number, { signal }: Abortable) => {
    begun.push(table);
    await ticks(2);
    stopped.abort(new Error("cancelled"));
    signal?.throwIfAborted();
  };
  const { signal } = stopped;
  await assert.rejects(loadTables([0, 1, 2], { atOnce: 1, load, signal }), /cancelled/);
  assert.deepEqual(begun, [0]);
});
