import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatOutput,
  formatOutputs,
  formatRawOutput,
  toOutputsJson,
} from "../../../cmd/views/outputs-text.ts";
import type { NamedValue } from "../../../core/config/configuration.ts";
import type { Json } from "../../../core/kit/json.ts";

function output(name: string, value: Json, sensitive = false): NamedValue {
  return { name, value, sensitive, description: null };
}

test("outputs stand one under the other, as the console shows values", () => {
  const outputs = [output("days", 10), output("hosts", ["a", "b"]), output("key", "x", true)];
  assert.equal(
    formatOutputs(outputs),
    'days = 10\nhosts = [\n  "a",\n  "b",\n]\nkey = <sensitive>\n',
  );
});

test("one output alone hides a sensitive value too", () => {
  assert.equal(formatOutput(output("key", "x", true)), "<sensitive>");
});

const RAW: readonly (readonly [value: Json, text: string | undefined])[] = [
  ['a "b"\n', 'a "b"\n'],
  [1e21, "1000000000000000000000"],
  [false, "false"],
  [null, undefined],
  [[1], undefined],
  [{ a: 1 }, undefined],
];

for (const [value, text] of RAW) {
  test(`raw, ${JSON.stringify(value)} is ${text === undefined ? "refused" : "its plain text"}`, () => {
    assert.equal(formatRawOutput(output("x", value)), text);
  });
}

test("the JSON has every value, and says which are sensitive", () => {
  assert.deepEqual(toOutputsJson([output("key", "x", true), output("list", [1, null])]), {
    key: { sensitive: true, value: "x" },
    list: { sensitive: false, value: [1, null] },
  });
});
