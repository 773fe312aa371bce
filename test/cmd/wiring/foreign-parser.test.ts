import assert from "node:assert/strict";
import { test } from "node:test";
import { createForeignParser } from "../../../cmd/wiring/foreign-parser.ts";
import { withCode } from "../../support/with-code.ts";

const signal = new AbortController().signal;

test("the other parser answers each text in order, and alters nothing of this process", async () => {
  const before = Object.getOwnPropertyNames(globalThis);
  const answers = await createForeignParser(signal).parse(["a = 1\n", "a = = 1\n", 'b = "é"\n']);
  assert.deepEqual(answers, [
    { kind: "document", json: '{"a":1}' },
    { kind: "refused" },
    { kind: "document", json: '{"b":"é"}' },
  ]);
  assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);
});

test("where the other parser is not installed, the error says how to install it", async () => {
  await assert.rejects(
    createForeignParser(signal, "no-such-parser").parse(["a = 1\n"]),
    withCode("LANGUAGE_CROSS_CHECK_UNAVAILABLE", "npm install no-such-parser"),
  );
});

test("a stopped command stops the other parser", async () => {
  const stopped = AbortSignal.abort();
  await assert.rejects(createForeignParser(stopped).parse(["a = 1\n"]), { name: "AbortError" });
});
