import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type NumberContent,
  numberFromDouble,
  tryParseNumber,
} from "../../../../core/language/values/exact-number.ts";
import {
  addNumbers,
  compareNumbers,
  divideNumbers,
  multiplyNumbers,
  remainderOfNumbers,
} from "../../../../core/language/values/number-arithmetic.ts";
import { formatNumber } from "../../../../core/language/values/number-format.ts";

function parsed(text: string): NumberContent {
  return tryParseNumber(text) ?? assert.fail(`no number: ${text}`);
}

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }), fc.integer({ min: 0, max: 60 }))
  .map(([digits, scale]) => {
    const size = digits < 0n ? -digits : digits;
    const text = String(size).padStart(scale + 1, "0");
    const point = text.length - scale;
    const fraction = text.slice(point).replace(/0+$/, "");
    const body = text.slice(0, point) + (fraction === "" ? "" : `.${fraction}`);
    return digits < 0n && /[1-9]/.test(body) ? `-${body}` : body;
  });

test("a decimal text is written as it was read", () => {
  fc.assert(fc.property(decimal, (text) => assert.equal(formatNumber(parsed(text)), text)));
});

test("a double is written as JavaScript writes it where it needs no exponent", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: 1e-6, max: 1e20 }), (value) => {
      assert.equal(
        compareNumbers(parsed(formatNumber(numberFromDouble(value))), numberFromDouble(value)),
        0,
      );
    }),
  );
});

test("whole numbers are exact far beyond doubles", () => {
  const whole = fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n });
  fc.assert(
    fc.property(whole, whole, (a, b) => {
      const left = parsed(String(a));
      const right = parsed(String(b));
      assert.equal(formatNumber(addNumbers(left, right) ?? NaN), String(a + b));
      assert.equal(formatNumber(multiplyNumbers(left, right) ?? NaN), String(a * b));
      assert.equal(compareNumbers(left, right), a === b ? 0 : a < b ? -1 : 1);
      if (b === 0n) return;
      assert.equal(formatNumber(remainderOfNumbers(left, right) ?? NaN), String(a % b));
      const back = divideNumbers(multiplyNumbers(left, right) ?? NaN, right);
      assert.equal(formatNumber(back ?? NaN), String(a));
    }),
  );
});

test("numbers keep one normal form", () => {
  assert.equal(parsed("1.50e1"), 15);
  assert.equal(parsed("1."), 1);
  assert.equal(parsed("-0"), 0);
  assert.equal(parsed("9007199254740991"), Number.MAX_SAFE_INTEGER);
  assert.equal(typeof parsed("9007199254740993"), "object");
  assert.equal(divideNumbers(1, 0), undefined);
  assert.equal(tryParseNumber("1e100001"), undefined);
  for (const text of ["", ".", "a", "0x10", "1_000", "--1", "Infinity"]) {
    assert.equal(tryParseNumber(text), undefined, text);
  }
});
