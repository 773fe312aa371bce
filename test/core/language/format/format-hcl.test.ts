import assert from "node:assert/strict";
import { test } from "node:test";
import { formatHcl } from "../../../../core/language/format/format-hcl.ts";

function format(text: string): string | undefined {
  return formatHcl({ filename: "main.hcl", text }).text;
}

/** What an idiom is about, a text, and the text formatted. */
const CASES: readonly (readonly [string, string, string])[] = [
  ["a string that only wraps a value", 'a = "${b.c}"\n', "a = b.c\n"],
  ["strip markers around it", 'a = "${~ b ~}"\n', "a = b\n"],
  ["strings in strings", 'a = "${"${"${b}"}"}"\n', "a = b\n"],
  ["other text beside the value", 'a = "${b}c"\nd = "${b}${c}"\n', 'a = "${b}c"\nd = "${b}${c}"\n'],
  ["a directive is no value", 'a = "%{if b}c%{endif}"\n', 'a = "%{if b}c%{endif}"\n'],
  ["a string within a value", 'a = ["${b}"]\n', 'a = ["${b}"]\n'],
  ["a value of several lines", 'a = "${f(\nb\n)}"\n', "a = (f(\n  b\n))\n"],
  ["breaks around the value", 'a = "${\n  b\n}"\n', "a = b\n"],
  ["parentheses that are there already", 'a = "${(\nb +\nc\n)}"\n', "a = (\n  b +\n  c\n)\n"],
  ["parentheses that do not hold the whole", 'a = "${(b) +\n(c)}"\n', "a = ((b) +\n(c))\n"],
  ["a comment in it", 'a = "${/* b */ c}"\n', "a = /* b */ c\n"],
  ["a comment to the end of the line before", 'a = "${ # b\nc}"\n', "a = ( # b\nc)\n"],
  ["a comment to the end of the line behind", 'a = "${c # b\n}"\n', "a = (c # b\n)\n"],
  [
    "a string in a string with a comment",
    'a = "${/* b */ "${\n[\n1\n]}"}"\n',
    "a = (/* b */ ([\n  1\n]))\n",
  ],
  ["a heredoc", 'a = "${<<EOT\nb\nEOT\n}"\n', "a = <<EOT\nb\nEOT\n"],
  [
    "a heredoc with something behind",
    'a = "${<<EOT\nb\nEOT\n}" # c\n',
    'a = "${<<EOT\nb\nEOT\n}" # c\n',
  ],
  [
    "a heredoc at the end of several lines",
    'a = "${b ?\nc :\n<<EOT\nd\nEOT\n}"\n',
    "a = (b ?\n  c :\n  <<EOT\nd\nEOT\n)\n",
  ],
  ["a label without quotes", "vault main {\n}\n", 'vault "main" {\n}\n'],
  ["a label with needless escapes", 'vault "\\u0061\tb" {}\n', 'vault "a\\tb" {}\n'],
  ["what a label must escape", 'vault "$${a}\\"\\\\" {}\n', 'vault "$${a}\\"\\\\" {}\n'],
  ["a comment between labels", 'a b /* c */ "d" {}\n', 'a "b" /* c */ "d" {}\n'],
  [
    "old types of a variable",
    'variable "a" {\ntype = "string"\n}\nvariable "b" {\ntype = "list"\n}\nvariable c {\ntype = map\n}\n',
    'variable "a" {\n  type = string\n}\nvariable "b" {\n  type = list(string)\n}\nvariable "c" {\n  type = map(any)\n}\n',
  ],
  [
    "the same names elsewhere",
    'credential "a" {\ntype = "string"\n}\ntype = "list"\n',
    'credential "a" {\n  type = "string"\n}\ntype = "list"\n',
  ],
  ["a byte order mark", "\ufeffa=1\n", "a = 1\n"],
];

for (const [title, text, wanted] of CASES) {
  test(`format: ${title}`, () => {
    assert.equal(format(text), wanted);
    assert.equal(format(wanted), wanted, "formatted a second time");
  });
}

test("a file with syntax errors is refused, with every diagnostic", () => {
  const { text, parsed } = formatHcl({ filename: "main.hcl", text: "a = \nb = 1\nc = )\n" });
  assert.equal(text, undefined);
  assert.deepEqual(
    parsed.diagnostics.map(({ code, subject }) => [code, subject?.start.line]),
    [
      ["LANGUAGE_SYNTAX", 1],
      ["LANGUAGE_SYNTAX", 3],
    ],
  );
});

test("a file that is not UTF-8 is refused", () => {
  const bytes = Uint8Array.from([0x61, 0x3d, 0x22, 0xe9, 0x22, 0x0a]);
  const { text, parsed } = formatHcl({ filename: "main.hcl", bytes });
  assert.equal(text, undefined);
  assert.equal(parsed.diagnostics[0]?.summary, "Invalid character encoding");
});
