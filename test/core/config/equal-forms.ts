import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { applyPlan } from "../../../core/apply/apply-plan.ts";
import { createMemoryCatalog } from "../../../core/catalog/memory-catalog.ts";
import type { Configuration } from "../../../core/config/configuration.ts";
import { silentHost } from "../../../core/events/host.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS, hasChanges } from "../../../core/plan/build-plan.ts";
import { recordedConfiguration } from "../../../core/plan/refresh-only.ts";
import { loadModules } from "../../support/load-modules.ts";
import { loadText } from "../../support/load-text.ts";
import { printHcl, printJson, randomConfiguration } from "../../support/random-configuration.ts";

const clock = { now: () => toInstant(1_000) };

function load(files: Readonly<Record<string, string>>): Configuration {
  const { configuration, diagnostics } = loadText(files);
  assert.ok(configuration, JSON.stringify(diagnostics, null, 1));
  return configuration;
}

/** What counts of a configuration: everything but the places in the files. */
function meaningOf({ resources, settings }: Configuration) {
  return { settings, resources: resources.map(withoutPlace) };
}

function withoutPlace({ range: _range, ...rest }: Configuration["resources"][number]) {
  return rest;
}

export function testSyntaxes(numRuns: number): void {
  test("native and JSON syntax give equal resources", () => {
    fc.assert(
      fc.property(randomConfiguration, (blocks) => {
        const native = load({ "main.hcl": printHcl(blocks) });
        const json = load({ "main.hcl.json": printJson(blocks) });
        assert.deepEqual(meaningOf(json), meaningOf(native));
        assert.equal(native.resources.length, blocks.length);
      }),
      { numRuns },
    );
  });
}

export function testFiles(numRuns: number): void {
  test("how blocks are spread over files, and their order, mean nothing", () => {
    fc.assert(
      fc.property(randomConfiguration, fc.nat(), fc.boolean(), (blocks, split, isTurned) => {
        const at = split % (blocks.length + 1);
        const parts = isTurned ? blocks.toReversed() : blocks;
        const many = load({
          "b.hcl": printHcl(parts.slice(0, at)),
          "a.hcl.json": printJson(parts.slice(at)),
        });
        assert.deepEqual(meaningOf(many), meaningOf(load({ "main.hcl": printHcl(blocks) })));
      }),
      { numRuns },
    );
  });
}

export function testModules(numRuns: number): void {
  test("a module holds the same resources, below its name", () => {
    fc.assert(
      fc.property(
        randomConfiguration,
        fc.constantFrom("", "count = 1", 'for_each = toset(["a"])'),
        (blocks, meta) => {
          const { resources } = load({ "main.hcl": printHcl(blocks) });
          const key = meta === "" ? "" : meta.startsWith("count") ? "[0]" : '["a"]';
          const { configuration, diagnostics } = loadModules({
            "main.hcl": `module "m" {\n  source = "./m"\n  ${meta}\n}\n`,
            "m/main.hcl": printHcl(blocks),
          });
          assert.ok(configuration, JSON.stringify(diagnostics));
          const below = `module.m${key}.`;
          const outside = JSON.stringify(
            configuration.resources.map(withoutPlace),
            (_, value: unknown) =>
              typeof value === "string" ? value.replaceAll(below, "") : value,
          );
          assert.equal(outside, JSON.stringify(resources.map(withoutPlace)));
          const isBelow = configuration.resources.every(({ address }) => address.startsWith(below));
          assert.ok(isBelow);
        },
      ),
      { numRuns },
    );
  });
}

export function testEmptyPlans(numRuns: number): void {
  test("a plan right after an apply is empty, from either syntax, and so is one that only looks", async () => {
    await fc.assert(
      fc.asyncProperty(randomConfiguration, async (blocks) => {
        const catalog = createMemoryCatalog({ lineage: "l", clock });
        const planOf = async (wanted: Configuration, refreshOnly = false) => {
          const objects = await catalog.objects();
          const { plan, diagnostics } = buildPlan({
            configuration: refreshOnly ? recordedConfiguration(wanted, objects) : wanted,
            recorded: {
              version: await catalog.version(),
              objects,
              points: [],
            },
            observed: new Map(),
            options: { ...DEFAULT_PLAN_OPTIONS, refresh: false, refreshOnly },
            at: clock.now(),
          });
          assert.ok(plan, JSON.stringify(diagnostics));
          return plan;
        };
        const native = await planOf(load({ "main.hcl": printHcl(blocks) }));
        const json = await planOf(load({ "main.hcl.json": printJson(blocks) }));
        assert.deepEqual(json, native);
        const result = await applyPlan(native, { catalog, host: silentHost, clock });
        assert.equal(result.status, "successful");
        assert.equal((await catalog.objects()).length, blocks.length);
        const { changes, summary } = await planOf(load({ "main.hcl.json": printJson(blocks) }));
        assert.deepEqual(
          changes.filter(({ action }) => action !== "no-op"),
          [],
        );
        assert.deepEqual(summary, { add: 0, change: 0, destroy: 0, forget: 0, import: 0 });
        assert.ok(!hasChanges(await planOf(load({ "main.hcl": printHcl(blocks.toReversed()) }))));
        assert.ok(!hasChanges(await planOf(load({ "main.hcl": printHcl(blocks) }), true)));
        assert.ok(!hasChanges(await planOf(load({ "main.hcl": "" }), true)));
      }),
      { numRuns },
    );
  });
}
