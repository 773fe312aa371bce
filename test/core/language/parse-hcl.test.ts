import assert from "node:assert/strict";
import { test } from "node:test";
import type { Diagnostic } from "../../../core/diagnostics/diagnostic.ts";
import { evaluate } from "../../../core/language/evaluation/evaluate.ts";
import { parseExpressionText, parseHcl } from "../../../core/language/parse-hcl.ts";
import { parseJsonConfig } from "../../../core/language/parse-json-config.ts";
import { references } from "../../../core/language/references.ts";

function diagnosticsOf(text: string): readonly Diagnostic[] {
  return parseHcl({ filename: "main.hcl", text }).diagnostics;
}

function summariesOf(text: string): readonly string[] {
  return diagnosticsOf(text).map(({ summary }) => summary);
}

const POLICY = `policy "gold" {
  method    = "native"
  retention = retention.standard
  full { schedule = "0 12 * * WED" }
}
`;

test("a file gives its blocks, labels, arguments and nested blocks in order", () => {
  const { body, diagnostics } = parseHcl({ filename: "main.hcl", text: POLICY + POLICY });
  assert.deepEqual(diagnostics, []);
  const { blocks } = body.content({ attributes: {}, blocks: { policy: { labels: ["name"] } } });
  assert.deepEqual(
    blocks.map(({ labels }) => labels.map(({ text }) => text)),
    [["gold"], ["gold"]],
  );
  const inner = (blocks[0] ?? assert.fail()).body.content({
    attributes: { method: {}, retention: { required: true } },
    blocks: { full: { max: 1 } },
  });
  assert.deepEqual(inner.diagnostics, []);
  assert.deepEqual([...inner.attributes.keys()], ["method", "retention"]);
  assert.deepEqual(inner.blocks[0]?.headerRange.start, { line: 4, column: 3, byte: 74 });
});

test("a position inside a block knows the block's header", () => {
  const parsed = parseHcl({ filename: "main.hcl", text: `a = 1\n${POLICY}` });
  assert.equal(parsed.contextAt(0), undefined);
  assert.equal(parsed.contextAt(40), 'policy "gold"');
});

test("columns count graphemes and bytes count UTF-8, also behind a byte order mark", () => {
  const [problem] = diagnosticsOf('\ufeffa = "👨‍👩‍👧é" b\n');
  assert.deepEqual(problem?.subject?.start, { line: 1, column: 10, byte: 3 + 5 + 18 + 2 + 2 });
});

test("references come without evaluation, with ranges, and without the names of for", () => {
  const text = "[for s in var.servers : server[s.name].host if s.on] == a.b[0][c.d]";
  const { expression, diagnostics } = parseExpressionText({ filename: "x.hcl", text });
  assert.deepEqual(diagnostics, []);
  const found = references(expression);
  assert.deepEqual(
    found.map(({ root, range }) => [root, text.slice(range.start.byte, range.end.byte)]),
    [
      ["var", "var.servers"],
      ["server", "server"],
      ["a", "a.b[0]"],
      ["c", "c.d"],
    ],
  );
  assert.deepEqual(
    found[2]?.steps.map((step) => (step.kind === "index" ? step.key : step.name)),
    ["b", 0],
  );
});

test("each faulty item is reported and the rest is read", () => {
  const text = "a = \nb = [1 2]\nc {\n  d = = 1\n  e = 2\n}\nf = 3\n";
  const { body, diagnostics } = parseHcl({ filename: "main.hcl", text });
  assert.deepEqual(
    diagnostics.map(({ summary, subject }) => [summary, subject?.start.line]),
    [
      ["Invalid expression", 1],
      ["Missing item separator", 2],
      ["Invalid expression", 4],
    ],
  );
  const content = body.content({ attributes: { b: {}, f: {} }, blocks: { c: {} } });
  assert.deepEqual(content.diagnostics, []);
  assert.deepEqual([...content.attributes.keys()], ["b", "f"]);
  const inner = content.blocks[0]?.body.content({ attributes: { e: {} }, blocks: {} });
  assert.deepEqual(inner?.diagnostics, []);
});

test("a string that is not closed on its line does not swallow the rest of the file", () => {
  assert.deepEqual(summariesOf('a = "open\nb = 2\nc = 3\n'), ["Invalid multi-line string"]);
});

const UNTERMINATED: readonly (readonly [string, string])[] = [
  ['a = "x', "Unterminated template string"],
  ["a = <<EOT\nx\n", "Unterminated template string"],
  ["a = [1,", "Missing expression"],
  ["a = [1", "Unterminated tuple constructor expression"],
  ["a = { b = 1", "Unterminated object constructor expression"],
  ["a = f(1", "Unterminated function call"],
  ["a = (1", "Unbalanced parentheses"],
  ["a = b[1", "Missing close bracket on index"],
  ['a = "${b', "Unclosed template interpolation sequence"],
  ['a = "%{ if b', "Unclosed template directive"],
  ['a = "%{ if b }x"', "Unexpected end of template"],
  ["a {", "Unclosed configuration block"],
  ["a", "Argument or block definition required"],
  ['a "b', "Unterminated string literal"],
  ['a "b\n', "Invalid string literal"],
  ["/* a", "Unterminated comment"],
  ["a = b ?", "Missing expression"],
  ["a = b ? c", "Missing false expression in conditional"],
  ["a = [for x", "Invalid 'for' expression"],
  ["a = b.", "Invalid attribute name"],
];

test("whatever is not terminated is reported", () => {
  for (const [text, summary] of UNTERMINATED) {
    assert.ok(summariesOf(text).includes(summary), `${text}: ${summariesOf(text).join(", ")}`);
  }
});

test("ten thousand brackets that nothing closes give a diagnostic", () => {
  for (const open of ["[", "{a=", "(", "f(", '"${', "!", "x[", "a ? b : ", "%{", "b {\n"]) {
    const prefix = open.endsWith("\n") ? "" : "a = ";
    assert.ok(diagnosticsOf(prefix + open.repeat(10_000)).length > 0, open);
  }
  assert.deepEqual(summariesOf(`a = ${"[".repeat(390)}${"]".repeat(390)}`), []);
  assert.deepEqual(summariesOf(`a = ${"1 + ".repeat(10_000)}1`), []);
});

const MANY = 10_000;

/** What may nest, each `size` levels deep and closed again. */
const NESTING: Readonly<Record<string, (size: number) => string>> = {
  parentheses: (size) => `a = ${"(".repeat(size)}1${")".repeat(size)}\n`,
  lists: (size) => `a = ${"[".repeat(size)}1${"]".repeat(size)}\n`,
  objects: (size) => `a = ${"{a=".repeat(size)}1${"}".repeat(size)}\n`,
  calls: (size) => `a = ${"f(".repeat(size)}1${")".repeat(size)}\n`,
  templates: (size) => `a = ${'"x${'.repeat(size)}1${'}"'.repeat(size)}\n`,
  heredocs: (size) => `a = ${"<<A\n${".repeat(size)}1${"}\nA\n".repeat(size)}`,
  directives: (size) => `a = "${"%{ if b }".repeat(size)}${"%{ endif }".repeat(size)}"\n`,
  negations: (size) => `a = ${"!".repeat(size)}b\n`,
  conditionals: (size) => `a = ${"b ? c : ".repeat(size)}d\n`,
  indices: (size) => `a = ${"b[".repeat(size)}1${"]".repeat(size)}\n`,
  loops: (size) => `a = ${"[for b in c : ".repeat(size)}1${"]".repeat(size)}\n`,
  splats: (size) => `a = b${"[*]".repeat(size)}\n`,
  steps: (size) => `a = b${".c".repeat(size)}\n`,
  "steps behind a splat": (size) => `a = b.*${".c".repeat(size)}\n`,
  blocks: (size) => `${"b {\n".repeat(size)}${"}\n".repeat(size)}`,
};

for (const [title, textOf] of Object.entries(NESTING)) {
  test(`ten thousand nested ${title} are one diagnostic, and 390 are none`, () => {
    const { body, diagnostics } = parseHcl({ filename: "main.hcl", text: textOf(MANY) });
    assert.ok(diagnostics.some(({ summary }) => summary === "Nested too deeply"));
    assert.ok(diagnostics.length <= 3, summariesOf(textOf(MANY)).join(", "));
    assert.deepEqual(summariesOf(textOf(390)), []);
    for (const { attributes } of [body, parseHcl({ filename: "b", text: textOf(390) }).body].map(
      (one) => one.attributes(),
    )) {
      for (const { expression } of attributes.values()) {
        references(expression);
        evaluate(expression, { variables: new Map() });
      }
    }
  });
}

test("long expressions are no deep ones: they are parsed and evaluated", () => {
  for (const text of ["1 + ", "1 * 2 - ", "1, "].map((part) => `[${part.repeat(50_000)}1]`)) {
    const { expression, diagnostics } = parseExpressionText({ filename: "a", text });
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(evaluate(expression, { variables: new Map() }).diagnostics, []);
  }
  const text = `"${"x${1}".repeat(150_000)}"`;
  assert.deepEqual(parseExpressionText({ filename: "a", text }).diagnostics, []);
});

test("numbers of any length are read, and exponents beyond all measure are refused", () => {
  assert.deepEqual(summariesOf(`a = ${"7".repeat(1_000_000)}\n`), []);
  for (const number of [
    "1e999999999",
    "1e-999999999",
    `1e${"9".repeat(1000)}`,
    "2.5.e3",
    "1.2.3",
  ]) {
    assert.deepEqual(summariesOf(`a = ${number}\n`), ["Invalid number literal"], number);
  }
  assert.deepEqual(summariesOf("a = 1.e3\nb = 1E+5\n"), []);
});

test("a carriage return that ends no line is refused wherever it is no comment", () => {
  for (const text of [
    'a = "b\rc"\n',
    "a = <<EOT\nb\rc\nEOT\n",
    "a = <<EOT\nb\nEOT\r\r\n",
    "a = 1\rb = 2\n",
  ]) {
    assert.equal(summariesOf(text)[0], "Invalid character", JSON.stringify(text));
  }
  assert.deepEqual(summariesOf("# b\rc\na = 1\n"), []);
});

test("a byte order mark is skipped in front and refused elsewhere", () => {
  assert.deepEqual(summariesOf("\ufeffa = 1\n"), []);
  assert.ok(summariesOf("a = 1\n\ufeffb = 2\n").includes("Invalid character"));
  assert.deepEqual(summariesOf("a = <<EOT\nb\n\ufeffEOT\n"), ["Unterminated template string"]);
});

test("a file of 16 MiB and more is not parsed", () => {
  const text = "#".repeat(16 * 2 ** 20 + 1);
  for (const parse of [parseHcl, parseJsonConfig]) {
    const { diagnostics } = parse({ filename: "big.hcl", text });
    assert.deepEqual(
      diagnostics.map(({ summary }) => summary),
      ["File too large"],
    );
  }
});

test("a file gives at most fifty diagnostics", () => {
  assert.equal(diagnosticsOf("a = = 1\n".repeat(1000)).length, 50);
});

test("bytes that are not UTF-8, and NUL, give a diagnostic where they stand", () => {
  const bytes = Uint8Array.from([...Buffer.from('a = 1\nb = "'), 0xff, 0xfe, 34]);
  const [problem] = parseHcl({ filename: "main.hcl", bytes }).diagnostics;
  assert.equal(problem?.summary, "Invalid character encoding");
  assert.deepEqual(problem.subject?.start, { line: 2, column: 6, byte: 11 });
  for (const text of ["\0", 'a = "\0"', "# \0\n", "a \0= 1"]) {
    assert.ok(
      diagnosticsOf(text).some(({ detail }) => detail.includes("NUL")),
      JSON.stringify(text),
    );
  }
});

test("CRLF ends lines as LF does", () => {
  const { body, diagnostics } = parseHcl({ filename: "a", text: POLICY.replaceAll("\n", "\r\n") });
  assert.deepEqual(diagnostics, []);
  assert.equal(
    body.content({ attributes: {}, blocks: { policy: { labels: ["n"] } } }).blocks.length,
    1,
  );
});

test("an object of 20,000 keys on one line, each a diagnostic's worth of position, stays linear", () => {
  const items = Array.from({ length: 20_000 }, (_, at) => `ключ${at} = "v"`);
  const { body } = parseHcl({ filename: "a", text: `a = {${items.join(", ")}}` });
  const started = performance.now();
  const attribute = body.attributes().attributes.get("a");
  const { node, file } = attribute?.expression ?? assert.fail();
  assert.ok(node.kind === "object");
  for (const { value } of node.items) file.range(value.start, value.end);
  assert.ok(performance.now() - started < 5000);
});

test("line breaks may not stand around the star of a splat", () => {
  assert.deepEqual(summariesOf("a = b[*\n]\n")[0], "Missing close bracket on splat index");
  assert.deepEqual(summariesOf("a = b[\n*]\n")[0], "Invalid expression");
  assert.deepEqual(summariesOf("a = [b[*\n]]\nc = b[\n0\n]\n"), []);
});

test("line breaks may stand anywhere inside brackets", () => {
  const text = "a = {\n  for\n  k, v in b :\n  k =>\n  v\n}\nc = [\nfor\nv in f\n(\n1\n) :\nv\n]\n";
  assert.deepEqual(summariesOf(text), []);
});
