import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SourceRange } from "../../../core/diagnostics/source-range.ts";
import { parseExpressionText, parseHcl } from "../../../core/language/parse-hcl.ts";
import { parseJsonConfig } from "../../../core/language/parse-json-config.ts";
import { references } from "../../../core/language/references.ts";
import { SourceFile } from "../../../core/language/source-file.ts";
import { tokenize } from "../../../core/language/syntax/tokenize.ts";
import { corpusFiles, parseNamed } from "../../support/mutated-corpus.ts";

/** What a range cuts out of the file's bytes. */
function sliceOf(bytes: Uint8Array, { start, end }: SourceRange): string {
  return Buffer.from(bytes).toString("utf8", start.byte, end.byte);
}

const WORDS = [
  "a",
  "é",
  "日本",
  "e\u0301",
  "👨‍👩‍👧",
  "🇦🇹",
  "👍🏽",
  " ",
  "\t",
  "\n",
  "\r\n",
  "=",
  '"',
  "${",
  "}",
  "#",
];
const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => words.join(""));

test("tokens and comments stand in order, and with the blanks between them they are the text", () => {
  fc.assert(
    fc.property(text, (source) => {
      const { starts, ends, comments } = tokenize(source);
      const spans = [...comments, ...starts.map((start, at) => ({ start, end: ends[at] ?? 0 }))];
      spans.sort((a, b) => a.start - b.start || a.end - b.end);
      let reached = 0;
      for (const { start, end } of spans) {
        assert.ok(start <= end);
        if (start > reached) assert.match(source.slice(reached, start), /^[ \t]+$/);
        reached = Math.max(reached, end);
      }
      assert.equal(reached, source.length);
    }),
  );
});

test("every place of a file leads to its byte and back, with and without a byte order mark", () => {
  fc.assert(
    fc.property(text, fc.boolean(), (source, isMarked) => {
      const file = new SourceFile("a", isMarked ? `\ufeff${source}` : source);
      const base = isMarked ? 3 : 0;
      for (let at = 0; at <= source.length; at += 1) {
        const isInPair = /[\udc00-\udfff]/.test(source.charAt(at));
        if (isInPair) continue;
        const { byte, line } = file.position(at);
        assert.equal(byte, base + Buffer.byteLength(source.slice(0, at)));
        assert.equal(line, source.slice(0, at).split("\n").length);
        assert.equal(file.offsetOf(byte), at);
      }
    }),
  );
});

test("the range of every argument and reference of the corpus cuts out its own text", () => {
  for (const { name, bytes } of corpusFiles()) {
    const { body } = parseNamed(name, bytes);
    for (const { name: argument, nameRange, range, expression } of body
      .attributes()
      .attributes.values()) {
      const isJson = name.endsWith(".json");
      const written = sliceOf(bytes, nameRange).normalize("NFC");
      assert.equal(written, isJson ? JSON.stringify(argument) : argument);
      assert.ok(sliceOf(bytes, range).endsWith(sliceOf(bytes, expression.range)));
      for (const { root, rootRange, steps, range: whole } of references(expression)) {
        assert.equal(sliceOf(bytes, rootRange).normalize("NFC"), root);
        const parts = [rootRange, ...steps.map((step) => step.range)];
        assert.equal(parts.map((part) => sliceOf(bytes, part)).join(""), sliceOf(bytes, whole));
      }
    }
  }
});

test("a reference keeps its range wherever it stands", () => {
  const reference = fc.constantFrom("var.größe", "a.b[0].c", 'x["é"].y', "server.日本");
  const around = fc.constantFrom(
    ["", ""],
    ["[1, ", "]"],
    ["f(👨.x, ", ")"],
    ['"ä ${', '} 🇦🇹"'],
    ["(", ")"],
  );
  fc.assert(
    fc.property(reference, around, (written, [before = "", after = ""]) => {
      const source = `${before.replace("👨.x, ", "")}${written}${after}`;
      const { expression, diagnostics } = parseExpressionText({ filename: "a", text: source });
      assert.deepEqual(diagnostics, []);
      const [found] = references(expression);
      assert.equal(sliceOf(Buffer.from(source), found?.range ?? assert.fail()), written);
    }),
  );
});

/** Measured with HCL 2.24: the column of the word behind each of these strings. */
const COLUMNS: readonly (readonly [string, number])[] = [
  ["plain", 13],
  ["ä", 9],
  ["日本", 10],
  ["e\u0301", 9],
  ["👨‍👩‍👧‍👦", 9],
  ["👍🏽👍", 10],
  ["🇦🇹🇩🇪", 10],
  ["\t", 9],
  ["한국", 10],
  ["क्षि", 10],
];

test("columns are counted as the reference counts them", () => {
  for (const [written, column] of COLUMNS) {
    const { diagnostics } = parseHcl({ filename: "a", text: `a = "${written}" wrong\n` });
    assert.equal(diagnostics[0]?.subject?.start.column, column, JSON.stringify(written));
  }
});

test("a place in either syntax knows the block around it", () => {
  const native = 'a = 1\npolicy "gold" {\n  full { b = 2 }\n}\n';
  const json =
    '{"a": 1, "policy": {"gold": {"full": {"b": 2}}}, "server": [{"x": {"y": 3}}], "locals": {"z": 4}}';
  const contextOf = (source: string, part: string): string | undefined => {
    const parse = source === json ? parseJsonConfig : parseHcl;
    const parsed = parse({ filename: "a", text: source });
    return parsed.contextAt(source.indexOf(part));
  };
  assert.equal(contextOf(native, "= 1"), undefined);
  assert.equal(contextOf(native, "b = 2"), 'policy "gold"');
  assert.equal(contextOf(json, "1,"), "a");
  assert.equal(contextOf(json, "2}"), 'policy "gold"');
  assert.equal(contextOf(json, "3}"), 'server "x"');
  assert.equal(contextOf(json, "4}"), "locals");
});
