import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatJunit } from "../../../cmd/views/test-junit.ts";
import type { Diagnostic } from "../../../core/diagnostics/diagnostic.ts";
import type { TestReport, TimedTestResult } from "../../../core/testing/test-result.ts";
import { anyText } from "../../support/any-text.ts";

const POSITION = { line: 1, column: 1, byte: 0 };

function problem(detail: string): Diagnostic {
  return { severity: "error", code: "TEST_FAILED", summary: "Test failed", detail };
}

function resultOf(title: string, status: TimedTestResult["status"], detail = ""): TimedTestResult {
  const range = { filename: "a.hcltest.hcl", start: POSITION, end: POSITION };
  const diagnostics = status === "pass" ? [] : [problem(detail)];
  return { title, range, status, failures: [], diagnostics, milliseconds: 1500 };
}

function reportOf(
  tests: readonly TimedTestResult[],
  diagnostics: readonly Diagnostic[] = [],
): TestReport {
  const file = { filename: "a.hcltest.hcl", tests, diagnostics: [] };
  return { files: [file], diagnostics, sources: new Map() };
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

function unescape(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', amp: "&" };
  return text.replaceAll(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, name: string) =>
    code === undefined ? (named[name] ?? assert.fail(name)) : String.fromCodePoint(Number(code)),
  );
}

/** Reads XML of elements, attributes and text; fails on anything else, and on characters that XML forbids. */
function parseXml(xml: string): Element {
  assert.doesNotMatch(xml, /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u);
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  let end = 0;
  for (const match of body.matchAll(/<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)>|[^<>&]+|&[#\w]+;/g)) {
    assert.equal(match.index, end, body.slice(end, end + 40));
    end += match[0].length;
    const [text, slash, name, attributes = ""] = match;
    const top = open.at(-1) ?? root;
    if (name === undefined) top.text += unescape(text);
    else if (slash === "/") assert.equal(open.pop()?.name, name);
    else {
      const pairs = [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)];
      const read = pairs.map(([, key = "", value = ""]) => [key, unescape(value)] as const);
      const element = { name, attributes: Object.fromEntries(read), children: [], text: "" };
      top.children.push(element);
      open.push(element);
    }
  }
  assert.equal(end, body.length, body.slice(end, end + 40));
  assert.equal(open.length, 1);
  const [whole] = root.children;
  assert.ok(whole);
  return whole;
}

const junitOf = (report: TestReport) => parseXml(formatJunit(report, () => undefined));

test("a report has a suite for each file, and tells failures from errors", () => {
  const tests = [
    resultOf("one", "pass"),
    resultOf("two", "fail", "2 is 3."),
    resultOf("three", "error", "No policy."),
  ];
  const { name, attributes, children } = junitOf(reportOf(tests));
  const counts = { tests: "3", failures: "1", errors: "1", time: "4.500" };
  assert.deepEqual([name, attributes], ["testsuites", { name: "holdfast test", ...counts }]);
  const [suite] = children;
  assert.deepEqual(suite?.attributes, { name: "a.hcltest.hcl", ...counts, skipped: "0" });
  assert.deepEqual(
    suite.children.map((each) => [
      each.attributes["name"],
      each.attributes["time"],
      each.children[0]?.name,
    ]),
    [
      ["one", "1.500", undefined],
      ["two", "1.500", "failure"],
      ["three", "1.500", "error"],
    ],
  );
  const failure = suite.children[1]?.children[0];
  assert.deepEqual(failure?.attributes, { message: "Test failed: 2 is 3.", type: "TEST_FAILED" });
  assert.match(failure.text, /2 is 3\./);
});

test("a configuration with an error is an error of its own", () => {
  const { attributes, children } = junitOf({
    files: [],
    diagnostics: [problem("x")],
    sources: new Map(),
  });
  assert.deepEqual([attributes["tests"], attributes["errors"]], ["1", "1"]);
  assert.equal(children[0]?.attributes["name"], "configuration");
});

test("whatever a title and a message hold, the file is XML and says the same", () => {
  const texts = fc.string({
    unit: fc.oneof(
      fc.constantFrom("<", "&", '"', "]]>", "\n", "\t", "\r"),
      anyText({ maxLength: 1 }),
    ),
  });
  fc.assert(
    fc.property(texts, texts, (title, detail) => {
      const read = junitOf(reportOf([resultOf(title, "fail", detail)])).children[0]?.children[0];
      const kept = (text: string) =>
        text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
      assert.equal(read?.attributes["name"], kept(title));
      assert.equal(read.children[0]?.attributes["message"], kept(`Test failed: ${detail}`));
    }),
    { numRuns: 60 },
  );
});
