import assert from "node:assert/strict";
import { test } from "node:test";
import { noteHotPoints, renewHotPoints } from "../../../core/operations/hot-points.ts";
import { ResourceLookup } from "../../../core/operations/resource-lookup.ts";
import { createWorld } from "../../support/memory-ports.ts";

const ADDRESS = "vault.main";

/** A vault of which only names are known, and a folder for copies near by. */
function createScene() {
  const { ports, store: near } = createWorld();
  const points = new Map<string, readonly string[]>();
  const walked: string[] = [];
  const vault = {
    contents: () =>
      Promise.resolve({
        points: new Set(points.keys()),
        packs: new Set([...points.values()].flat()),
      }),
    packsOf: (id: string) => {
      walked.push(id);
      return Promise.resolve(points.get(id) ?? []);
    },
  };
  const attributes = { tiers: { hot: { path: "./hot", size: "1GiB" } } };
  const resources = new ResourceLookup([
    { address: ADDRESS as never, type: "vault", attributes: attributes as never },
  ]);
  const noted = { address: ADDRESS, vault, resources };
  const notes = async () => {
    const found = await Array.fromAsync(near.list("hot-points/"));
    const texts = found.map(async ({ name }) => {
      const text = Buffer.from(await near.get(name)).toString();
      return [name.slice("hot-points/".length), text.split("\n")] as const;
    });
    return Object.fromEntries(await Promise.all(texts));
  };
  return { ports, points, walked, noted, notes };
}

test("after a prune only those points are walked again of which a pack went", async () => {
  const { ports, points, walked, noted, notes } = createScene();
  points.set("a", ["p1", "p2"]).set("b", ["p2", "p3"]).set("c", ["p4"]);
  await noteHotPoints(noted, [...points.keys()], ports);
  walked.length = 0;
  await renewHotPoints(noted, ports);
  assert.deepEqual(walked, []);
  points.set("b", ["p2", "p5"]).delete("c");
  await renewHotPoints(noted, ports);
  assert.deepEqual(walked, ["b"]);
  assert.deepEqual(await notes(), { a: ["p1", "p2"], b: ["p2", "p5"] });
  await renewHotPoints(noted, ports);
  assert.deepEqual(walked, ["b"]);
});
