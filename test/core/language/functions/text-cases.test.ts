import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate } from "../../../../core/language/evaluation/evaluate.ts";
import { standardFunctions } from "../../../../core/language/functions/standard-functions.ts";
import { parseExpressionText } from "../../../../core/language/parse-hcl.ts";
import { stringValue, type Value } from "../../../../core/language/values/value.ts";
import { encodeValue } from "../../../../core/language/values/value-json.ts";
import { createTestEnvironment } from "../../../support/function-environment.ts";

const functions = standardFunctions(createTestEnvironment({}));

function run(text: string, variables: ReadonlyMap<string, Value> = new Map()): unknown {
  const { expression } = parseExpressionText({ filename: "x", text });
  const { value, diagnostics } = evaluate(expression, { functions, variables });
  return diagnostics[0]?.detail ?? encodeValue(value);
}

test("title begins words where the reference does", () => {
  const words = "x-ray’s o'neil 3com foo\\tbar\\u00a0baz\\u2003q\\u200bz ab\\u0301c d·e f.g a_b";
  const begun = "X-Ray’s O'Neil 3com Foo\tBar\u00a0Baz\u2003Q\u200bz Ab\u0301c D·e F.G A_b";
  assert.equal(run(`title("${words}")`), begun.normalize("NFC"));
  assert.equal(run('title("日本x ªb ⅷa ⓐb")'), "日本x ªb Ⅷa Ⓐb");
});

test("letters that are two letters in one have a form of their own at the beginning of a word", () => {
  assert.equal(run('title("ǆx Ǆx ǳx")'), "ǅx ǅx ǲx");
  assert.equal(run('upper("ǆ ǅ")'), "Ǆ Ǆ");
});

test("upper keeps the number of letters", () => {
  assert.equal(run('upper("ᾳ ᾀ ῼ ß ŉ ﬀ")'), "ᾼ ᾈ ῼ ß ŉ ﬀ");
});

test("jsondecode replaces halves of characters, since no file can hold them", () => {
  assert.deepEqual(run(String.raw`jsondecode("[\"\\ud83d x\",{\"\\udc00\":1}]")`), [
    "\ufffd x",
    { "\ufffd": 1 },
  ]);
});

test("log and pow refuse finite numbers that no double holds", () => {
  assert.match(String(run("log(1e400, 10)")), /Invalid value for "num" parameter: value must be/);
  assert.match(String(run("pow(2, -1e400)")), /Invalid value for "power" parameter: value must be/);
});

test("a message leaves out the middle of a huge argument", () => {
  const answer = String(run("file(t)", new Map([["t", stringValue("x".repeat(1_000_000))]])));
  assert.ok(answer.length < 2000);
  assert.match(answer, /no file exists at "x+…x+"; a relative path starts/);
});

test("a message quotes no ephemeral argument", () => {
  const secret = { ...stringValue("hunter2"), marks: new Set(["ephemeral"]) };
  const calls = [
    "cidrhost(s, 1)",
    "timeadd(s, s)",
    "jsondecode(s)",
    "regex(s, s)",
    'regex("x", s)',
    "file(s)",
    "file(pathexpand(s))",
    "filemd5(s)",
    "templatefile(s, {})",
    'templatestring(format("$%s", "{$${s}}"), { s = s })',
    'templatestring("$${${s}}", {})',
    "parseint(s, 10)",
    "tonumber(s)",
    "base64decode(s)",
    "textdecodebase64(s, s)",
    "formatdate(s, s)",
    "uuidv5(s, s)",
    "index([], s)",
    "element([], s)",
    "lookup({}, s)",
    "duration(s)",
    "bytes(s)",
    "cron_next(s, s)",
    'yamldecode(format("- ]%s: [", s))',
    'csvdecode(format("%s,%s\\n1", s, s))',
    'csvdecode(format("%s,%s\\n1,2", s, s))',
    "zipmap([s], [1, 2])",
    "format(s, 1)",
    'formatlist("%d", [s])',
    "fileset(s, s)",
    "rsadecrypt(s, s)",
    'urldecode(format("%%%s", s))',
    'replace(s, "/(/", s)',
    "convert({ a = s }, object({ a = number }))",
    "sum([s])",
    "max(s)",
    "range(s)",
    "s.x",
    "{}[s]",
    "[][s]",
    "s + 1",
  ];
  for (const call of calls) {
    const answer = JSON.stringify(run(call, new Map([["s", secret]])));
    assert.doesNotMatch(answer.replace(/\{"\$marked".*$/, ""), /hunter/, call);
  }
});
