import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { expiredPoints } from "../../../core/operations/expired-points.ts";
import { ResourceLookup } from "../../../core/operations/resource-lookup.ts";
import { samplePoint } from "../../conformance/catalog.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";

const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.parse("2024-06-01T00:00:00Z");

const drawn = fc.array(
  fc.record({
    isFull: fc.boolean(),
    /** Days; a clock may be set back. */
    step: fc.integer({ min: -2, max: 9 }),
    state: fc.constantFrom("listed", "listed", "listed", "given_up", "hidden", "pending"),
    isWhole: fc.constantFrom(true, true, true, false),
    /** Which of those before it a link follows. */
    back: fc.constantFrom(1, 1, 1, 2),
  }),
  { minLength: 1, maxLength: 14 },
);
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

function stateOf(state: Drawn[number]["state"], time: number): Partial<RecoveryPoint> {
  if (state === "pending") return { state, createdAt: null };
  if (state === "listed") return { state };
  if (state === "hidden") return { state: "tombstoned" };
  const [at, after] = [toInstant(time + DAY), toInstant(time + 20 * DAY)];
  return { state: "tombstoned", purge: { apply: "apply-1", at, after } };
}

function chainsOf(links: Drawn): readonly RecoveryPoint[] {
  const points: RecoveryPoint[] = [];
  let time = NOW - 60 * DAY;
  for (const { isFull, step, state, back } of links) {
    time += step * DAY;
    const base = isFull ? undefined : points.at(-back);
    const reached = String(points.length + 1).padStart(20, "0");
    const changes = { identity: "i", enabledBy: "engine", after: reached, reached } as const;
    points.push({
      ...samplePoint(`p${points.length}`, time, { storedAt: toInstant(time + 20) }),
      method: "cdc",
      type: base === undefined ? "full" : "cdc",
      base: base?.id ?? null,
      changes: { ...changes, reachedAt: toInstant(time) },
      ...stateOf(state, time),
    });
  }
  return points;
}

test("no purge takes what a link of a chain that stays needs, and one that can be restored stays", async () => {
  const { catalog } = await createAppliedWorld();
  const resources = new ResourceLookup(await catalog.objects());
  let purged = 0;
  fc.assert(
    fc.property(drawn, (links) => {
      const points = chainsOf(links);
      const isWhole = ({ id }: { readonly id: string }): boolean =>
        links[Number(id.slice(1))]?.isWhole === true;
      const { expired, left, graced } = expiredPoints(points, resources, {
        at: toInstant(NOW),
        isWhole,
      });
      const gone = new Set([...expired, ...left, ...graced.due].map(({ id }) => id));
      purged += gone.size;
      const byId = new Map(points.map((point) => [point.id, point]));
      for (const point of points.filter(({ id, state }) => state !== "tombstoned" && !gone.has(id)))
        for (let at = point.base; at !== null; at = byId.get(at)?.base ?? null)
          assert.ok(!gone.has(at), `${point.id} needs ${at}`);
      const restorable = (from: readonly RecoveryPoint[]): boolean => {
        const has = new Set(
          from.filter((one) => one.state === "listed" && isWhole(one)).map(({ id }) => id),
        );
        return from.some(({ id }) => {
          for (let at: string | null = id; at !== null; at = byId.get(at)?.base ?? null)
            if (!has.has(at)) return false;
          return true;
        });
      };
      if (restorable(points)) assert.ok(restorable(points.filter(({ id }) => !gone.has(id))));
    }),
    { numRuns: Number(process.env["CHAIN_RUNS"] ?? 60) },
  );
  assert.ok(purged > 0);
});
