import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { DiagnosticError } from "../../../core/diagnostics/diagnostic.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import { checkFreshness, checkWindow } from "../../../core/plan/freshness.ts";
import type { Plan } from "../../../core/plan/plan.ts";
import {
  decodePlanFile,
  encodePlanFile,
  type PlanContent,
  type PlanKey,
} from "../../../core/plan/plan-file.ts";
import { samplePoint } from "../../conformance/catalog.ts";
import {
  configurationOf,
  database,
  SERVER_FACTS,
  sampleResources,
} from "./sample-configuration.ts";

function samplePlan(): Plan {
  const objects = sampleResources({ "retention.standard": { daily: 3 } }).map((each) => ({
    ...each,
    appliedAt: toInstant(0),
  }));
  const resources = sampleResources();
  const server = resources.find(({ type }) => type === "server");
  assert.ok(server);
  const { plan } = buildPlan({
    configuration: configurationOf(resources),
    recorded: {
      version: { lineage: "l", serial: 1 },
      objects,
      points: [samplePoint("a", 5), samplePoint("b", 9e8)],
    },
    observed: new Map([
      [
        server.address,
        {
          status: "observed",
          facts: SERVER_FACTS,
          databases: [database("shop", { snapshotIsolation: "off" })],
        },
      ],
    ]),
    options: DEFAULT_PLAN_OPTIONS,
    at: toInstant(1e9),
  });
  assert.ok(plan);
  return plan;
}

const KEY = Buffer.alloc(32, 7);
const SEAL = { key: KEY, lineage: "l", salt: Buffer.alloc(32, 9) };
const OLD_FORMATS = join(import.meta.dirname, "../../golden/formats");

function sampleContent(): PlanContent {
  return {
    plan: samplePlan(),
    validUntil: toInstant(2e9),
    made: { by: "dba@host", version: "0.1.0" },
    sources: [{ filename: "main.hcl", digest: "ab", text: "locals {}" }],
    variables: [{ name: "days", value: 10, sensitive: true }],
    observations: [{ server: "server.orders", facts: { databases: [] } }],
  };
}

function codeOf(bytes: Uint8Array, key: PlanKey = SEAL): string {
  try {
    decodePlanFile(bytes, key, "tf.plan");
    return "read";
  } catch (error) {
    assert.ok(error instanceof DiagnosticError);
    return error.diagnostic.code;
  }
}

test("a plan file gives back all that it was made of", () => {
  const content = sampleContent();
  const { recoveryPointChanges, diagnostics } = content.plan;
  assert.ok(recoveryPointChanges.length > 0 && diagnostics.length > 0);
  const read = decodePlanFile(encodePlanFile(content, SEAL), SEAL, "f");
  assert.deepEqual(read, JSON.parse(JSON.stringify(content)));
});

test("who lacks the catalog's key reads nothing of a plan but the catalog that it is of", () => {
  const bytes = Buffer.from(encodePlanFile(sampleContent(), SEAL));
  const other = Buffer.from(encodePlanFile(sampleContent(), { ...SEAL, salt: Buffer.alloc(32) }));
  const [header = ""] = bytes.toString("latin1").split("\n");
  assert.deepEqual(Object.keys(JSON.parse(header)), ["file", "format", "lineage", "salt"]);
  assert.equal(codeOf(bytes, { ...SEAL, key: Buffer.alloc(32, 8) }), "PLAN_ALTERED");
  assert.equal(codeOf(bytes, { lineage: "l", key: undefined }), "PLAN_ALTERED");
  assert.equal(codeOf(bytes, { ...SEAL, lineage: "other" }), "PLAN_FOREIGN");
  assert.notDeepEqual(bytes.subarray(header.length), other.subarray(header.length));
});

test("a single flipped bit of any byte is found, and so is every cut and every addition", () => {
  const bytes = encodePlanFile(sampleContent(), SEAL);
  const refusals = new Set(
    ["PLAN_ALTERED", "PLAN_UNREADABLE", "PLAN_FOREIGN"].concat(
      "PLAN_NEWER_FORMAT",
      "PLAN_OLD_FORMAT",
    ),
  );
  for (let at = 0; at < bytes.length; at += 1) {
    const flipped = Uint8Array.from(bytes);
    flipped[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
    assert.ok(refusals.has(codeOf(flipped)), `byte ${at}`);
    assert.ok(refusals.has(codeOf(bytes.subarray(0, at))), `cut at ${at}`);
  }
  assert.equal(codeOf(Buffer.concat([bytes, Buffer.of(0)])), "PLAN_ALTERED");
});

test("what is no plan file is told so", () => {
  assert.equal(codeOf(new Uint8Array()), "PLAN_UNREADABLE");
  assert.equal(codeOf(Buffer.from("not a plan\n")), "PLAN_UNREADABLE");
  assert.equal(codeOf(Buffer.from("{}\n")), "PLAN_UNREADABLE");
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assert.equal(codeOf(bytes), "PLAN_UNREADABLE");
    }),
  );
});

test("plan files of formats 1 and 2, which prove nothing, are refused with the reason", () => {
  for (const name of ["plan-1/first-plan.json", "plan-2/second-plan.json"]) {
    assert.equal(codeOf(readFileSync(join(OLD_FORMATS, name))), "PLAN_OLD_FORMAT");
  }
});

test("a plan of a newer format is refused before anything else is looked at", () => {
  const header = `{"file":"holdfast plan","format":4,"lineage":"l","salt":"${"0".repeat(64)}"}\n`;
  assert.equal(codeOf(Buffer.from(header)), "PLAN_NEWER_FORMAT");
});

test("a plan holds for one state of one catalog", () => {
  const plan = samplePlan();
  assert.equal(checkFreshness(plan, { lineage: "l", serial: 1 }), undefined);
  assert.equal(checkFreshness(plan, { lineage: "l", serial: 2 })?.code, "PLAN_STALE");
  assert.equal(checkFreshness(plan, { lineage: "x", serial: 1 })?.code, "PLAN_FOREIGN");
});

test("a plan holds for a time, and clocks that differ by minutes do not end it", () => {
  const window = { createdAt: toInstant(1e9), validUntil: toInstant(2e9) };
  const codeAt = (now: number) => checkWindow(window, toInstant(now))?.code;
  assert.deepEqual([1e9, 2e9 - 1, 1e9 - 60_000].map(codeAt), [undefined, undefined, undefined]);
  assert.deepEqual([2e9, 0].map(codeAt), ["PLAN_EXPIRED", "PLAN_EXPIRED"]);
});
