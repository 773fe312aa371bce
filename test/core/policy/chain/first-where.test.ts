import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { firstWhere } from "../../../../core/policy/chain/first-where.ts";

test("the first place is that of a walk from the beginning, or the end where there is none", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), fc.nat(21), (numbers, least) => {
      const ordered = numbers.toSorted((a, b) => a - b);
      const walked = ordered.findIndex((number) => number >= least);
      const place = firstWhere(ordered, (number) => number >= least);
      assert.equal(place, walked === -1 ? ordered.length : walked);
    }),
  );
});

test("few items are looked at, however long the list", () => {
  let looks = 0;
  firstWhere(
    Array.from({ length: 100_000 }, (_, at) => at),
    (at) => {
      looks += 1;
      return at >= 70_000;
    },
  );
  assert(looks <= 17, `${looks} looks`);
});
