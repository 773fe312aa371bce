import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { equalStretches } from "../../../../core/vault/write/equal-bytes.ts";
import { seededBytes } from "../../../support/vault.ts";

const part = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .record({ byte: fc.nat(3), length: fc.nat(300) })
    .map(({ byte, length }) => new Uint8Array(length).fill(byte)),
);
const parts = fc.array(part, { minLength: 1, maxLength: 12 });

test("what is said to be equal is equal, in the order of the new bytes, and most of them", () => {
  fc.assert(
    fc.property(parts, fc.array(fc.nat(20), { maxLength: 16 }), (pool, order) => {
      const earlier = Buffer.concat(pool);
      const fresh = Buffer.concat(order.map((at) => pool[at] ?? Buffer.from(`new ${at}`)));
      let at = 0;
      let equal = 0;
      const stretches = equalStretches(earlier, fresh);
      for (const { from, to, length } of stretches ?? []) {
        assert.ok(to >= at && length >= 32 && from >= 0 && from + length <= earlier.length);
        const same = earlier.subarray(from, from + length);
        assert.ok(same.equals(fresh.subarray(to, to + length)));
        at = to + length;
        equal += length;
      }
      assert.ok(at <= fresh.length);
      assert.ok(stretches === undefined || equal * 2 >= fresh.length);
    }),
    { numRuns: 300 },
  );
});

test("rows that changed, came, went or grew are told from those around them", () => {
  const noise = seededBytes("rows");
  const random = (length: number) => Buffer.from(Uint8Array.from(noise(length)));
  const padding = Buffer.alloc(100, " ");
  const rows = Array.from({ length: 300 }, () => Buffer.concat([random(40), padding]));
  const earlier = Buffer.concat(rows);
  const changes: readonly (readonly [string, readonly Uint8Array[]])[] = [
    ["changed", rows.with(20, random(140)).with(200, random(140))],
    ["went", rows.toSpliced(50, 3)],
    ["came", rows.toSpliced(50, 0, random(140), random(140))],
    ["grew", rows.with(99, Buffer.concat([random(70), padding]))],
    ["first", rows.with(0, random(140))],
    ["last", rows.with(299, random(140))],
  ];
  for (const [name, changed] of changes) {
    const fresh = Buffer.concat(changed);
    const equal = (equalStretches(earlier, fresh) ?? []).reduce(
      (sum, { length }) => sum + length,
      0,
    );
    assert.ok(fresh.length - equal <= 700, `${name}: ${fresh.length - equal} bytes are new`);
  }
});

test("bytes that are mostly new are like none", () => {
  const random = seededBytes("other");
  assert.equal(equalStretches(random(50_000), random(50_000)), undefined);
  const half = random(20_000);
  const fresh = Buffer.concat([half, random(21_000)]);
  assert.equal(equalStretches(half, fresh), undefined);
  assert.equal(equalStretches(new Uint8Array(), half), undefined);
});
