import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { meaningOf } from "../../../core/kit/period.ts";
import { copyNameOf, isCopyName } from "../../../core/resource/copy-name.ts";
import { isSameLongTerm } from "../../../core/resource/same-retention.ts";

const RUN = "0123abcd".repeat(4);

test("every copy's name is known as one of its run, and of no other", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 128 }), (database) => {
      const name = copyNameOf(database, RUN);
      assert.ok(name.length <= 128);
      assert.ok(isCopyName(name, RUN));
      assert.ok(!isCopyName(name, "f".repeat(32)));
    }),
  );
  for (const name of ["orders", "_holdfast_0123abcd", "orders_holdfast_"]) {
    assert.ok(!isCopyName(name, RUN), name);
  }
  assert.ok(copyNameOf(`a${"😀".repeat(63)}`, RUN).isWellFormed());
  assert.ok(!isCopyName("orders_holdfast_", ""));
});

test("durations are compared by what they mean", () => {
  for (const [one, other] of [
    ["P4W", "P28D"],
    ["P12M", "P1Y"],
    ["PT0S", null],
    ["P0D", null],
  ] as const) {
    assert.equal(meaningOf(one), meaningOf(other), `${one} ${other}`);
  }
  for (const [one, other] of [
    ["P4W", "P1M"],
    ["P1M", "P30D"],
    ["P1W", null],
    ["nonsense", null],
  ] as const) {
    assert.notEqual(meaningOf(one), meaningOf(other), `${one} ${other}`);
  }
});

test("the week of the year counts only with yearly backups", () => {
  const off = { weekly: null, monthly: null, yearly: null, weekOfYear: null };
  assert.ok(isSameLongTerm(off, { ...off, weekOfYear: 5 }));
  const on = { ...off, yearly: "P5Y", weekOfYear: 5 };
  assert.ok(!isSameLongTerm(on, { ...on, weekOfYear: 6 }));
});
