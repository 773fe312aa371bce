import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Instant, toInstant } from "../../../../core/kit/clock.ts";
import { deadLogs } from "../../../../core/policy/coverage/coverage.ts";
import type { PolicyPoint } from "../../../../core/policy/model/policy-point.ts";
import { classExpiries } from "../../../../core/policy/retention/class-expiries.ts";
import { decideRetention } from "../../../../core/policy/retention/decide-retention.ts";
import {
  expiriesBetween,
  pointsToPurge,
} from "../../../../core/policy/retention/expiries-between.ts";
import type { RetentionRule } from "../../../../core/policy/retention/retention-rule.ts";
import { addDays, dayOf, startOfDay } from "../../../../core/policy/time/zone-time.ts";
import { isRestorable } from "./plain-needs.ts";
import { plainRetention } from "./plain-retention.ts";
import { histories, instants, rules } from "./random-history.ts";

function keptOf(
  points: readonly PolicyPoint[],
  rule: RetentionRule,
  at: Instant,
): readonly PolicyPoint[] {
  const decisions = decideRetention(points, rule, at);
  return points.filter(({ id }) => (decisions.get(id)?.retainedBy.length ?? 0) > 0);
}

/** What is left after a purge at that instant of what there was by then. */
function purge(
  points: readonly PolicyPoint[],
  rule: RetentionRule,
  at: Instant,
): readonly PolicyPoint[] {
  const gone = pointsToPurge(points, rule, at);
  return points.filter(({ id }) => !gone.has(id));
}

test("B-03 B-04 [decision] every point is kept through its daily period, whatever else the policy says", () => {
  fc.assert(
    fc.property(histories, rules, instants, (points, rule, at) => {
      const kept = new Set(keptOf(points, rule, at));
      for (const point of points.filter(({ createdAt }) => createdAt <= at)) {
        const day = addDays(dayOf(point.createdAt, rule.timezone), rule.daily + 1);
        if (at < startOfDay(day, rule.timezone)) assert.ok(kept.has(point), point.id);
      }
    }),
  );
});

test("every decision is that of the rules taken word by word (I1, I4, I5)", () => {
  const held = fc
    .tuple(rules, fc.constantFrom(undefined, false, true))
    .map(([rule, legalHold]): RetentionRule => ({ ...rule, legalHold }));
  fc.assert(
    fc.property(histories, held, instants, (points, rule, at) => {
      assert.deepEqual(decideRetention(points, rule, at), plainRetention(points, rule, at));
    }),
    { numRuns: 400 },
  );
});

test("the order in which points are given does not matter", () => {
  fc.assert(
    fc.property(histories, rules, instants, (points, rule, at) => {
      const ordered = decideRetention(points, rule, at);
      const turned = decideRetention([...points].reverse(), rule, at);
      for (const [id, decision] of ordered) assert.deepEqual(turned.get(id), decision, id);
    }),
  );
});

test("I1 I4: whatever purges run under whatever rules, no point that is left loses what it needs, and no database its newest restorable point", () => {
  const runs = fc.array(fc.tuple(rules, instants), { minLength: 1, maxLength: 6 });
  const isData = ({ type }: PolicyPoint) => type !== "log" && type !== "tail";
  fc.assert(
    fc.property(histories, runs, (points, edits) => {
      let left: readonly PolicyPoint[] = points.filter(isData);
      for (const [rule, at] of edits.sort(([, a], [, b]) => a - b)) {
        const before = left;
        left = purge(before, rule, at);
        for (const point of left.filter((each) => isRestorable(each, before))) {
          assert.ok(isRestorable(point, left), `${point.id} lost what it needs`);
        }
        for (const database of ["db1", "db2"]) {
          const newest = before
            .filter((point) => point.database === database && point.createdAt <= at)
            .filter((point) => isRestorable(point, before))
            .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
            .at(-1);
          if (newest !== undefined) assert.ok(left.includes(newest), `${newest.id} is gone`);
        }
      }
    }),
  );
});

test("I5: logs go by the daily period, neither sooner nor later", () => {
  fc.assert(
    fc.property(histories, rules, instants, (points, rule, at) => {
      const classes = classExpiries(points, rule);
      const decisions = decideRetention(points, rule, at);
      for (const { id, createdAt } of points.filter(
        ({ type }) => type === "log" || type === "tail",
      )) {
        const expiresAt = classes.get(id)?.get("daily");
        assert.deepEqual([...(classes.get(id)?.keys() ?? [])], ["daily"]);
        if (createdAt > at || expiresAt === undefined) continue;
        const retainedBy = expiresAt > at ? ["daily"] : [];
        assert.deepEqual(decisions.get(id), { expiresAt, retainedBy });
      }
    }),
  );
});

test("a preview of purges names what the purges then take, and when", () => {
  const times = fc.tuple(instants, fc.array(instants, { minLength: 1, maxLength: 5 }));
  fc.assert(
    fc.property(histories, rules, times, (points, rule, [from, later]) => {
      const made = points.filter(({ createdAt }) => createdAt <= from);
      const start = purge(made, rule, from);
      const moments = later.filter((at) => at > from).sort((a, b) => a - b);
      const to = moments.at(-1) ?? from;
      const preview = expiriesBetween(made, rule, { from, to });
      let left = start;
      let since = from;
      for (const at of moments) {
        const taken = pointsToPurge(left, rule, at);
        const foretold = preview.filter((expiry) => expiry.at > since && expiry.at <= at);
        assert.deepEqual(new Set(foretold.map(({ id }) => id)), taken);
        left = left.filter(({ id }) => !taken.has(id));
        since = at;
      }
      for (const { id, at } of preview) {
        const just = start.filter((point) =>
          preview.every((other) => other.at >= at || other.id !== point.id),
        );
        assert.ok(pointsToPurge(just, rule, at).has(id), `${id} is not due at ${at}`);
        const sooner = toInstant(at - 1);
        if (sooner > from)
          assert.ok(!pointsToPurge(just, rule, sooner).has(id), `${id} was due before`);
      }
    }),
  );
});

test("dead logs stay where the rule keeps them, and under a legal hold", () => {
  fc.assert(
    fc.property(histories, rules, instants, (made, rule, at) => {
      const points = made.filter(({ createdAt }) => createdAt <= at);
      const kept = keptOf(points, rule, at).map(({ id }) => id);
      const keeping = purge(points, { ...rule, deadLogs: "keep" }, at).map(({ id }) => id);
      assert.deepEqual(keeping, kept);
      assert.equal(pointsToPurge(points, { ...rule, legalHold: true }, at).size, 0);
      const purging = purge(points, { ...rule, deadLogs: "purge" }, at);
      assert.deepEqual(deadLogs(purging), []);
    }),
  );
});
