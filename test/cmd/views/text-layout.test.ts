import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cellsOf, wrapProse } from "../../../cmd/views/text-layout.ts";

const word = fc.stringMatching(/^[a-z0-9:;,()\-é日]{1,12}$/);
const line = fc
  .tuple(fc.constantFrom("", "  ", "    "), fc.array(word, { minLength: 1, maxLength: 30 }))
  .map(([indent, words]) => indent + words.join(" "));

test("prose fits the terminal and loses no word, and commands to copy stay whole", () => {
  fc.assert(
    fc.property(fc.array(line), fc.integer({ min: 40, max: 100 }), (lines, width) => {
      const command = `    holdfast apply -undo ${"x".repeat(width)}`;
      const text = [...lines, command].join("\n");
      const wrapped = wrapProse(text, width).split("\n");
      assert.equal(wrapped.at(-1), command);
      for (const each of wrapped.slice(0, -1)) assert.ok(cellsOf(each) <= width, each);
      assert.deepEqual(wrapped.join(" ").split(/ +/), text.split(/[ \n]+/).map(String));
    }),
  );
  assert.equal(wrapProse("a b", undefined), "a b");
});
