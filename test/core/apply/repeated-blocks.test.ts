import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { applyPlan } from "../../../core/apply/apply-plan.ts";
import type { Catalog } from "../../../core/catalog/catalog.ts";
import { createMemoryCatalog } from "../../../core/catalog/memory-catalog.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS, hasChanges } from "../../../core/plan/build-plan.ts";
import { loadModules } from "../../support/load-modules.ts";

const clock = { now: () => toInstant(1_000) };

/** `count`, `for_each` or neither, over small sets, so that two of them often share keys. */
const repetition = fc.oneof(
  fc.constant(""),
  fc.integer({ min: 0, max: 3 }).map((count) => `count = ${count}`),
  fc.subarray(["a", "b c", 'q"', "0"]).map((keys) => `for_each = toset(${JSON.stringify(keys)})`),
);

const shape = fc.record({
  retention: repetition,
  module: repetition,
  inner: repetition,
  log: fc.subarray(["@daily"]),
});

type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** A module within a module, with blocks that are repeated on each floor and one that is dynamic. */
function filesOf({ retention, module, inner, log }: Shape) {
  return {
    "main.hcl": `retention "r" {\n daily = 3\n ${retention}\n}\nmodule "m" {\n source = "./m"\n ${module}\n}\n`,
    "m/main.hcl": `module "n" {\n source = "../n"\n ${inner}\n}\n`,
    "n/main.hcl": `retention "own" { daily = 10 }
policy "p" {
 method    = "native"
 retention = retention.own
 full { schedule = "0 12 * * WED" }
 dynamic "differential" {
  for_each = ${JSON.stringify(log)}
  content { schedule = differential.value }
 }
}
`,
  };
}

async function planFor(catalog: Catalog, files: ReturnType<typeof filesOf>) {
  const { configuration, diagnostics } = loadModules(files);
  assert.deepEqual(diagnostics, []);
  assert.ok(configuration);
  const version = await catalog.version();
  const [objects, points] = [await catalog.objects(), await catalog.points()];
  const { plan } = buildPlan({
    configuration,
    recorded: { version, objects, points },
    observed: new Map(),
    options: { ...DEFAULT_PLAN_OPTIONS, refresh: false },
    at: clock.now(),
  });
  assert.ok(plan);
  return plan;
}

test("whatever is repeated and how it changes, a plan right after apply is empty, and plans are equal", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(shape, { minLength: 2, maxLength: 3 }), async (shapes) => {
      const catalog = createMemoryCatalog({ lineage: "l", clock });
      for (const files of shapes.map(filesOf)) {
        const plan = await planFor(catalog, files);
        assert.deepEqual(await planFor(catalog, files), plan);
        const host = { emit: () => undefined };
        const { status } = await applyPlan(plan, { catalog, host, clock });
        assert.equal(status, "successful");
        assert.ok(!hasChanges(await planFor(catalog, files)));
      }
    }),
    { numRuns: 60 },
  );
});
