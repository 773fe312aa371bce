import { join } from "node:path";
import { toInstant } from "../../core/kit/clock.ts";
import type { PlanContent } from "../../core/plan/plan-file.ts";
import { samplePoint } from "../conformance/catalog.ts";
import { AT, as, movesOf, planOf, removal, sample } from "../core/plan/planning.ts";
import { sampleResources } from "../core/plan/sample-configuration.ts";

/** Where the sample of the format stands. */
export const GOLDEN_PLAN = join(import.meta.dirname, "../golden/formats/plan-3/weekly.plan");

/** What seals it. */
export const GOLDEN_SEAL = {
  key: Buffer.alloc(32, 0x3f),
  lineage: "0b7f",
  salt: Buffer.alloc(32, 0xa5),
};

const DAY = 86_400_000;

/** A plan with a change of each kind, points that it gives up, and all that its file holds beside it. */
export function goldenContent(): PlanContent {
  const plan = planOf({
    desired: sampleResources({ "retention.standard": { daily: 1 } }),
    recorded: [...sampleResources(), as("retention.old", sample("retention.standard"))],
    points: [samplePoint("a", AT - 5 * DAY), samplePoint("b", AT - DAY / 24)],
    configuration: {
      moves: movesOf(["vault.before", "vault.main"]),
      removals: [removal("retention.old", { destroy: false })],
      checks: [{ address: "check.fresh", status: "fail", failures: ["It is late."] }],
    },
  });
  return {
    plan: { ...plan, catalog: { lineage: GOLDEN_SEAL.lineage, serial: 3 } },
    validUntil: toInstant(plan.createdAt + DAY),
    made: { by: "ada@host", version: "0.1.0" },
    sources: [{ filename: "main.hcl", digest: "ab".repeat(32), text: "locals {}\n" }],
    variables: [{ name: "days", value: 1, sensitive: true }],
    observations: [{ server: "server.orders", facts: { databases: [] } }],
  };
}
