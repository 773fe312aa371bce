import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { closureOf, orderGraph, reverseGraph } from "../../../core/graph/graph.ts";
import { walkGraph } from "../../../core/graph/walk.ts";

/** Edges only from higher to lower numbers: never a cycle. */
const acyclic: fc.Arbitrary<ReadonlyMap<string, readonly string[]>> = fc
  .array(fc.array(fc.nat({ max: 30 }), { maxLength: 4 }), { maxLength: 30 })
  .map(
    (rows) =>
      new Map(
        rows
          .map(
            (needs, at) => [`n${at}`, needs.filter((to) => to < at).map((to) => `n${to}`)] as const,
          )
          .toReversed(),
      ),
  );

test("an order has every node once, after all that it needs", () => {
  fc.assert(
    fc.property(acyclic, (graph) => {
      const ordering = orderGraph(graph);
      assert.ok("order" in ordering);
      assert.deepEqual(new Set(ordering.order), new Set(graph.keys()));
      const place = new Map(ordering.order.map((node, at) => [node, at]));
      for (const [node, needs] of graph) {
        for (const needed of needs) assert.ok((place.get(needed) ?? 0) < (place.get(node) ?? 0));
      }
    }),
  );
});

test("a cycle is reported from its first node back to it", () => {
  const graph = new Map([
    ["a", ["b"]],
    ["b", ["c"]],
    ["c", ["d", "b"]],
    ["d", []],
  ]);
  assert.deepEqual(orderGraph(graph), { cycle: ["b", "c", "b"] });
  assert.deepEqual(orderGraph(new Map([["x", ["x"]]])), { cycle: ["x", "x"] });
});

test("a chain of 100,000 nodes is ordered", () => {
  const graph = new Map(
    Array.from({ length: 100_000 }, (_, at) => [`${at}`, [`${at + 1}`]] as const),
  );
  const ordering = orderGraph(graph);
  assert.ok("order" in ordering);
  assert.equal(ordering.order[0], "99999");
});

test("reversing twice gives the same edges, and a closure holds what is needed", () => {
  const graph = new Map([
    ["a", ["b", "c"]],
    ["b", ["c"]],
    ["c", []],
    ["d", ["a"]],
  ]);
  assert.deepEqual(reverseGraph(graph).get("c"), ["a", "b"]);
  assert.deepEqual([...closureOf(graph, ["b"])].toSorted(), ["b", "c"]);
  assert.deepEqual([...closureOf(reverseGraph(graph), ["b"])].toSorted(), ["a", "b", "d"]);
});

test("a walk visits each node after what it needs, with bounded concurrency", async () => {
  await fc.assert(
    fc.asyncProperty(acyclic, fc.integer({ min: 1, max: 4 }), async (graph, concurrency) => {
      const finished = new Set<string>();
      let running = 0;
      const visit = async (node: string) => {
        running += 1;
        assert.ok(running <= concurrency);
        for (const needed of graph.get(node) ?? []) assert.ok(finished.has(needed));
        await new Promise((resolve) => setImmediate(resolve));
        finished.add(node);
        running -= 1;
        return true;
      };
      await walkGraph(graph, visit, { concurrency });
      assert.equal(finished.size, graph.size);
    }),
    { numRuns: 30 },
  );
});

test("what needs a failed node is not visited, the rest is", async () => {
  const graph = new Map([
    ["a", []],
    ["b", ["a"]],
    ["c", ["b"]],
    ["d", []],
  ]);
  const visited: string[] = [];
  const visit = (node: string) => {
    visited.push(node);
    return Promise.resolve(node !== "a");
  };
  await walkGraph(graph, visit, { concurrency: 2 });
  assert.deepEqual(visited.toSorted(), ["a", "d"]);
});

test("an aborted walk starts nothing more, and a walk rejects with a visit's error", async () => {
  const graph = new Map([
    ["a", []],
    ["b", []],
  ]);
  const controller = new AbortController();
  const visited: string[] = [];
  const visit = (node: string) => {
    visited.push(node);
    controller.abort();
    return Promise.resolve(true);
  };
  await walkGraph(graph, visit, { concurrency: 1, signal: controller.signal });
  assert.deepEqual(visited, ["a"]);
  const failing = () => Promise.reject(new Error("broken"));
  await assert.rejects(walkGraph(graph, failing, { concurrency: 1 }), /broken/);
});
