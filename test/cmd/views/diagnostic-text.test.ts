import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeDiagnostic, encodeValidation } from "../../../cmd/views/diagnostic-json.ts";
import { formatDiagnostic } from "../../../cmd/views/diagnostic-text.ts";
import { COLOURED } from "../../../cmd/views/paint.ts";
import { errorDiagnostic, warningDiagnostic } from "../../../core/diagnostics/diagnostic.ts";
import { SourceFile } from "../../../core/language/source-file.ts";

const TEXT = 'a = 1\npolicy "gold" {\n  fulll = "世界" + 1\n}\n';
const file = new SourceFile("main.hcl", TEXT);
const at = TEXT.indexOf("fulll");
const source = { lines: TEXT.split("\n"), contextAt: () => 'policy "gold"' };
const findSource = (name: string): typeof source | undefined =>
  name === "main.hcl" ? source : undefined;

const UNKNOWN = errorDiagnostic({
  code: "CONFIG_UNKNOWN_ARGUMENT",
  summary: "Unknown argument",
  detail:
    'An argument named "fulll" is not expected here. Did you mean "full"?\n\n    holdfast help policy',
  subject: file.range(at, at + 5),
  values: [{ reference: "var.x", statement: "is 2" }],
});

test("a diagnostic shows what, where, the source with carets, values, why and its code", () => {
  assert.equal(
    formatDiagnostic(UNKNOWN, { findSource, width: 50 }),
    `╷
│ Error: Unknown argument
│
│   on main.hcl line 3, in policy "gold":
│    3:   fulll = "世界" + 1
│         ^^^^^
│     ├────────────────
│     │ var.x is 2
│
│ An argument named "fulll" is not expected here.
│ Did you mean "full"?
│
│     holdfast help policy
│
│ Code: CONFIG_UNKNOWN_ARGUMENT
╵
`,
  );
});

test("what may be a secret is not shown behind the name that it has", () => {
  const hidden = { ...UNKNOWN, hidesValue: true, context: file.range(at, TEXT.length) };
  const text = formatDiagnostic(hidden, { findSource });
  assert.match(text, /\n│ {4}3: {3}fulll …\n│ {9}\^{5}\n/);
  const json = JSON.stringify(encodeValidation([hidden], findSource));
  assert.doesNotMatch(text + json, /世界/);
});

test("carets stand under wide characters, too", () => {
  const from = TEXT.indexOf("世");
  const subject = file.range(from, from + 2);
  const text = formatDiagnostic({ ...UNKNOWN, subject, values: [] }, { findSource });
  assert.match(text, /\n│ {4}3: {3}fulll = "世界" \+ 1\n│ {18}\^{4}\n/);
});

test("a diagnostic about a resource names it, and one without a place has none", () => {
  const plain = warningDiagnostic({ code: "VAULT_MISSING", summary: "S", detail: "D." });
  assert.equal(formatDiagnostic(plain), "╷\n│ Warning: S\n│\n│ D.\n│\n│ Code: VAULT_MISSING\n╵\n");
  const addressed = formatDiagnostic({ ...plain, address: "vault.main" });
  assert.ok(addressed.includes("│   with vault.main\n"));
});

test("a missing source and a range over several lines still print", () => {
  const missing = formatDiagnostic(UNKNOWN, { findSource: () => undefined });
  assert.ok(missing.includes("on main.hcl line 3:\n│   (source code not available)"));
  const { subject: place } = UNKNOWN;
  assert.ok(place);
  const history = { ...UNKNOWN, subject: { ...place, filename: "history.ndjson" } };
  assert.ok(!formatDiagnostic(history).includes("not available"));
  const subject = file.range(TEXT.indexOf("policy"), TEXT.length);
  const text = formatDiagnostic({ ...UNKNOWN, subject }, { findSource });
  assert.ok(text.includes('│    2: policy "gold" {\n│       ^^^^^^^^^^^^^^^'));
  assert.ok(text.includes("│    4: }"));
});

test("control characters of a file never reach the terminal", () => {
  const evil = 'a = "\u001b[2J"\n';
  const text = formatDiagnostic(
    {
      ...UNKNOWN,
      summary: "x\u001b]0;t\u0007",
      subject: new SourceFile("main.hcl", evil).range(0, 1),
    },
    { findSource: () => ({ lines: evil.split("\n"), contextAt: () => "\u001b[31m" }) },
  );
  assert.ok(!text.includes("\u001b") && !text.includes("\u0007"));
});

test("colours change nothing but colours", () => {
  const coloured = formatDiagnostic(UNKNOWN, { findSource, paint: COLOURED });
  assert.notEqual(coloured, formatDiagnostic(UNKNOWN, { findSource }));
  // oxlint-disable-next-line no-control-regex -- it is about those characters
  assert.equal(coloured.replaceAll(/\u001b\[\d+m/g, ""), formatDiagnostic(UNKNOWN, { findSource }));
});

test("validate -json has Terraform's form, with byte offsets into the snippet", () => {
  const from = TEXT.indexOf("+");
  const encoded = encodeValidation(
    [{ ...UNKNOWN, subject: file.range(from, from + 1) }],
    findSource,
  );
  assert.equal(encoded.valid, false);
  assert.equal(encoded.error_count, 1);
  assert.deepEqual(encoded.diagnostics[0]?.snippet, {
    context: 'policy "gold"',
    code: '  fulll = "世界" + 1',
    start_line: 3,
    highlight_start_offset: 19,
    highlight_end_offset: 20,
    values: [{ traversal: "var.x", statement: "is 2" }],
  });
  assert.deepEqual(encodeValidation([], findSource), {
    format_version: "1.0",
    valid: true,
    error_count: 0,
    warning_count: 0,
    diagnostics: [],
  });
});

test("one diagnostic is one line of JSON with its code and range", () => {
  const line = JSON.parse(JSON.stringify(encodeDiagnostic(UNKNOWN))) as unknown;
  assert.deepEqual(line, {
    type: "diagnostic",
    severity: "error",
    code: "CONFIG_UNKNOWN_ARGUMENT",
    summary: UNKNOWN.summary,
    detail: UNKNOWN.detail,
    range: {
      filename: "main.hcl",
      start: { line: 3, column: 3, byte: 24 },
      end: { line: 3, column: 8, byte: 29 },
    },
  });
});

test("of a very long line only what stands around the subject is shown", () => {
  const text = `a = ${"[".repeat(5000)}?${"]".repeat(5000)}\n`;
  const long = new SourceFile("long.hcl", text);
  const subject = long.range(text.indexOf("?"), text.indexOf("?") + 1);
  const shown = formatDiagnostic(
    { ...UNKNOWN, subject, values: [] },
    { findSource: () => ({ lines: text.split("\n"), contextAt: () => undefined }) },
  );
  const [line = "", carets = ""] = shown.split("\n").filter((each) => /\[\?|\^/.test(each));
  assert.match(line, /^│ {4}1: …\[{60}\?\]{99}…$/);
  assert.equal(carets.indexOf("^"), line.indexOf("?"));
  const first = formatDiagnostic(
    { ...UNKNOWN, subject: long.range(0, 1), values: [] },
    { findSource: () => ({ lines: text.split("\n"), contextAt: () => undefined }) },
  );
  assert.match(first, /\n│ {4}1: a = \[{156}…\n│ {7}\^\n/);
});

test("carets stand under the subject at a line with a long number, too", () => {
  const lines = [...Array.from({ length: 12_344 }, () => ""), "a = bad"];
  const start = { line: 12_345, column: 5, byte: 12_348 };
  const subject = { filename: "long.hcl", start, end: { ...start, column: 8, byte: 12_351 } };
  const text = formatDiagnostic(
    { ...UNKNOWN, subject, values: [] },
    { findSource: () => ({ lines, contextAt: () => undefined }) },
  );
  assert.match(text, /\n│ 12345: a = bad\n│ {12}\^{3}\n/);
});
