import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { jsonPieces } from "../../../cmd/views/json-pieces.ts";
import { isJsonObject, type Json } from "../../../core/kit/json.ts";

test("the pieces are the text that one call gives", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(fc.jsonValue()), (value, rows) => {
      const whole: Json = { value: value as Json, rows: rows as readonly Json[], last: null };
      assert.equal([...jsonPieces(whole)].join(""), JSON.stringify(whole));
      if (isJsonObject(value as Json)) {
        assert.equal([...jsonPieces(value as never)].join(""), JSON.stringify(value));
      }
    }),
  );
});

test("a list of many rows comes in several pieces", () => {
  const rows = Array.from({ length: 25_000 }, (_, id) => ({ id }));
  const pieces = [...jsonPieces({ rows })];
  assert.equal(pieces.join(""), JSON.stringify({ rows }));
  assert.equal(pieces.length, 7);
});
