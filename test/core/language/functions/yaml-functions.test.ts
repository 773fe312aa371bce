import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { evaluateText } from "../../../support/evaluate-text.ts";

function literal(text: string): string {
  return JSON.stringify(text).replaceAll("${", "$${").replaceAll("%{", "%%{");
}

function decode(text: string): unknown {
  return evaluateText(`yamldecode(${literal(text)})`);
}

const VALUES: readonly (readonly [text: string, want: unknown])[] = [
  ["---", null],
  ["~", null],
  ["---\ntrue\n...\n", true],
  ['"hello"', "hello"],
  ['"True"', "True"],
  ["'NULL'", "NULL"],
  ["|\n  hello\n  world", "hello\nworld"],
  [">\n  hello\n  world\n", "hello world\n"],
  ["|-\n  0x1f", "0x1f"],
  ["+", "+"],
  ["<<", "<<"],
  ["!!str true", "true"],
  ["!<tag:yaml.org,2002:str> true", "true"],
  ["%TAG !y! tag:yaml.org,2002:\n---\n!y!str true", "true"],
  ["! 12", 12],
  ["yes", true],
  ["Off", false],
  ["yES", "yES"],
  [".5", 0.5],
  ["1.", 1],
  ["-1.5e3", -1500],
  ["0o77", 63],
  ["077", 77],
  ["0x1f", 31],
  ["0ba", "0ba"],
  ["1_000", "1_000"],
  ["!!int 1_000", 1000],
  ["!!int 0b101", 5],
  ["!!float 1", 1],
  ["-inf", "-inf"],
  ["2006-1-2", "2006-01-02T00:00:00Z"],
  ["2006-1-2 3:4:5.6", "2006-01-02T03:04:05Z"],
  ["2006-01-02t15:04:05-08:00", "2006-01-02T15:04:05-08:00"],
  ["2006-13-02", "2006-13-02"],
  ["!!timestamp 2006-1-2", "2006-01-02T00:00:00Z"],
  ["!!binary 'aGVsbG8='", "aGVsbG8="],
  ["!!null x", null],
  ["!!int '5'", "5"],
  ["- !!int ''", [""]],
  ["{}", {}],
  ["[]", []],
  ["{a: 1, b: true, 3: ~}", { 3: null, a: 1, b: true }],
  ["a: 1\na: 2", { a: 2 }],
  ["yes: 1\n1.0: 2\n", { 1: 2, true: 1 }],
  ["- a\n- <<\n-\n  - b", ["a", "<<", ["b"]]],
  ["foo: &bar\n  - x\nbar: *bar", { bar: ["x"], foo: ["x"] }],
  ["a: aa\n<<:\n  b: bb\n  a: over\nd: dd", { a: "over", b: "bb", d: "dd" }],
  ["a: aa\n<<:\n  - b: bb\n  - c: cc\nb: last", { a: "aa", b: "last", c: "cc" }],
  ["a: &x\n  b: 1\nc:\n  <<: *x\n  d: 2", { a: { b: 1 }, c: { b: 1, d: 2 } }],
  ["!!merge anything:\n  b: bb", { b: "bb" }],
  ["# comment\na: 'it''s' # more\nb: \"\\u00e9\\n\"", { a: "it's", b: "é\n" }],
];

for (const [text, want] of VALUES) {
  test(`${JSON.stringify(text)} stands for ${JSON.stringify(want)}`, () => {
    assert.deepEqual(decode(text), want);
  });
}

test("numbers of a YAML text keep all their digits", () => {
  assert.deepEqual(decode("123456789012345678901234567890"), {
    $number: "123456789012345678901234567890",
  });
});

const bombs = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${Array.from("bcdefghi", (name, at) => `${name}: &${name} [${Array(10).fill(`*${"abcdefghi"[at]}`).join(", ")}]`).join("\n")}`;

const FAULTS: readonly (readonly [text: string, fault: string])[] = [
  ["", "missing start of document"],
  ["---\ntrue\n---\nfalse", "only a single document is allowed"],
  ["!!bool bananas", 'cannot parse "bananas" as tag:yaml.org,2002:bool'],
  [".NaN", "floating point NaN is not supported"],
  ["a: !!binary '>>>>'", 'cannot parse ">>>>" as tag:yaml.org,2002:binary: not valid base64'],
  ["!!int 'x'", 'cannot parse "x" as tag:yaml.org,2002:int'],
  ["!local yes", 'unsupported tag "!local"'],
  ["!!nope foo", 'unsupported tag "tag:yaml.org,2002:nope"'],
  ["!local foo", 'unsupported tag "!local"'],
  ["!!int 0xfffffffffffffffff", 'cannot parse "0xfffffffffffffffff" as tag:yaml.org,2002:int'],
  [
    "foo: &bar\n  - x\n  - *bar",
    'on line 3, column 5: cannot refer to anchor "bar" from inside its own definition',
  ],
  ["- *nope", 'reference to undefined anchor "nope"'],
  ["{a: !not-supported foo}", 'unsupported tag "!not-supported"'],
  ["? [a]\n: b", "only strings are allowed as mapping keys"],
  ["~: b", "mapping key cannot be null"],
  ["<<: 1", "cannot merge number into mapping"],
  ["<<: [1]", "cannot merge number (from sequence) into mapping"],
  ["!!seq {}", "can't interpret mapping as tag:yaml.org,2002:seq"],
  ["!!map []", "can't interpret sequence as tag:yaml.org,2002:map"],
  ["a: b: c", "on line 1, column 5: bad indentation of a mapping entry"],
  ['a: "x', "on line 1, column 6: unexpected end of the stream"],
  ["a: b\n\tc: d", "on line 2, column 1: tab characters must not be used in indentation"],
  ["[".repeat(500) + "]".repeat(500), "on line 1, column 400: nesting exceeded"],
  [bombs, "on line 6, column 36: its aliases stand for more than 1000000 values"],
];

for (const [text, fault] of FAULTS) {
  test(`${JSON.stringify(text.slice(0, 60))} stands for no value: ${fault}`, () => {
    const told = String(decode(text));
    const start = 'Error in function call: Call to function "yamldecode" failed: ';
    assert.ok(told.startsWith(`${start}${fault}`), told);
  });
}

/** As `yamlencode` of OpenTofu 1.10 writes them; the last ones by the rules of its emitter. */
const TEXTS: readonly (readonly [expression: string, want: string])[] = [
  ["true", "true\n...\n"],
  ["0", "0\n...\n"],
  ["1/0.5", "2\n...\n"],
  ["0.25", "0.25\n...\n"],
  ["null", "null\n...\n"],
  ['""', '""\n'],
  ['"true"', '"true"\n'],
  ['"hello\\nworld"', "|-\n  hello\n  world\n"],
  ['"hello\\n"', "|\n  hello\n"],
  ['"hello\\n\\n"', "|+\n  hello\n\n"],
  ['"\\n"', "|2+\n\n"],
  ['" indented\\n  more"', "|2-\n   indented\n    more\n"],
  ['"tab\\tend\\n"', '"tab\\tend\\n"\n'],
  ['"space \\nend"', '"space \\nend"\n'],
  ['"é 👍 \\"q\\" \\\\"', '"é \\U0001F44D \\"q\\" \\\\"\n'],
  ["{}", "{}\n"],
  ["[]", "[]\n"],
  ['{a = "b", c = "d"}', '"a": "b"\n"c": "d"\n'],
  ['{foo = [1, 2, 3], bar = "baz"}', '"bar": "baz"\n"foo":\n- 1\n- 2\n- 3\n'],
  ["[[1, [2]], [], {}]", "- - 1\n  - - 2\n- []\n- {}\n"],
  ["[{a = 1, b = [{c = 2}]}]", '- "a": 1\n  "b":\n  - "c": 2\n'],
  [
    '{a = {b = null, t = "x\\ny\\n", z = true}}',
    '"a":\n  "b": null\n  "t": |\n    x\n    y\n  "z": true\n',
  ],
  ['["x\\ny", 1]', "- |-\n  x\n  y\n- 1\n"],
  ['{"a\\nb" = [1]}', "? |-\n  a\n  b\n: - 1\n"],
  [`{"${"k".repeat(129)}" = 1}`, `? "${"k".repeat(129)}"\n: 1\n`],
  [
    `{a = "${"word ".repeat(20)}end"}`,
    `"a": "${"word ".repeat(15)}word\n  ${"word ".repeat(4)}end"\n`,
  ],
  ['toset(["b", "a"])', '- "a"\n- "b"\n'],
];

for (const [expression, want] of TEXTS) {
  test(`yamlencode(${expression.slice(0, 60)}) writes ${JSON.stringify(want.slice(0, 60))}`, () => {
    assert.equal(evaluateText(`yamlencode(${expression})`), want);
  });
}

test("yamlencode keeps marks, and of a value not wholly known gives an unknown text", () => {
  const marked = evaluateText("yamlencode([secret])");
  assert.deepEqual(marked, { $marked: { value: '- "name"\n', mark: "sensitive" } });
  assert.deepEqual(evaluateText("yamlencode([unknown])"), { $unknown: {} });
  assert.deepEqual(evaluateText("yamldecode(unknown)"), { $unknown: {} });
});

test("what yamlencode writes, yamldecode reads back", () => {
  const unit = fc.constantFrom(
    "a",
    "Z",
    " ",
    "  ",
    "\n",
    "\t",
    "#",
    ":",
    "-",
    '"',
    "\\",
    "é",
    "👍",
    "0",
    "\u2028",
    "'",
    "~",
    "word word word word word ",
  );
  const text = fc.string({ unit, maxLength: 40 });
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      text,
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      tie("list"),
      tie("map"),
    ),
    list: fc.array(tie("value"), { maxLength: 4 }),
    map: fc.dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  }));
  fc.assert(
    fc.property(value, (original) => {
      const json = literal(JSON.stringify(original).normalize("NFC"));
      assert.equal(
        evaluateText(`jsonencode(yamldecode(yamlencode(jsondecode(${json}))))`),
        evaluateText(`jsonencode(jsondecode(${json}))`),
      );
    }),
    { numRuns: 300 },
  );
});

test("no text makes yamldecode throw", () => {
  const unit = fc.constantFrom(
    ...Array.from("abz019-+.:,?[]{}#&*!|>'\"%@`~=<_\\/\n\r\t é👍"),
    "\0",
    "\ufeff",
    "  ",
    "!!",
    "%zz",
    "---",
    "<<: ",
    "&a ",
    "*a",
    "%TAG ! ",
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
      decode(text);
    }),
    { numRuns: 2000 },
  );
});
