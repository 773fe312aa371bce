import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import { coverageOf } from "../../../../core/policy/coverage/coverage.ts";
import type { PolicyPoint } from "../../../../core/policy/model/policy-point.ts";
import { decideRetention } from "../../../../core/policy/retention/decide-retention.ts";
import { tenDays } from "../../../support/policy-rules.ts";
import { quickest } from "../../../support/processor-time.ts";

const RULE = tenDays("America/Los_Angeles", { daily: 35, weekly: 8, monthly: 12, yearly: 7 });
const QUARTER = 900_000;
const START = Date.UTC(1997, 0, 1);

/** A point each quarter of an hour: weekly fulls, daily differentials, and of these types in turn. */
function quarters(
  count: number,
  types: readonly ("log" | "cdc")[] = ["log"],
): readonly PolicyPoint[] {
  let full = "";
  const ends = new Map<string, bigint>();
  return Array.from({ length: count }, (_, index): PolicyPoint => {
    const createdAt = toInstant(START + index * QUARTER);
    const id = `point-${index}`;
    const facts = { id, server: "server.a", database: "db1", startedAt: createdAt, createdAt };
    if (index % 672 === 0) {
      full = id;
      return { ...facts, type: "full", base: null, reach: null };
    }
    if (index % 96 === 0) return { ...facts, type: "differential", base: full, reach: null };
    const type = types[index % types.length] ?? "log";
    const reach = {
      from: ends.get(type) ?? BigInt(START),
      to: BigInt(createdAt),
      newest: createdAt,
      fork: "a",
      onlyEnd: false,
    };
    ends.set(type, reach.to);
    return { ...facts, type, base: full, reach };
  });
}

test("the decision on a million points takes a second at most", (context) => {
  const points = quarters(1_000_000);
  const at = points.at(-1)?.createdAt ?? toInstant(START);
  const taken = quickest(() => decideRetention(points, RULE, at));
  context.diagnostic(`${Math.round(taken)} ms`);
  assert.ok(taken <= 1000, `${taken} ms`);
});

test("so does that on a million points of which half are segments of captured changes", (context) => {
  const points = quarters(1_000_000, ["log", "cdc"]);
  const at = points.at(-1)?.createdAt ?? toInstant(START);
  const taken = quickest(() => decideRetention(points, RULE, at));
  context.diagnostic(`${Math.round(taken)} ms`);
  assert.ok(taken <= 1000, `${taken} ms`);
});

test("the coverage of ten years of logs each quarter of an hour takes a second at most", (context) => {
  const points = quarters(350_000);
  const taken = quickest(() => assert.equal(coverageOf(points).length, 1));
  context.diagnostic(`${Math.round(taken)} ms`);
  assert.ok(taken <= 1000, `${taken} ms`);
});
