import assert from "node:assert/strict";
import { test } from "node:test";
import { layOut } from "../../../../core/language/format/lay-out.ts";

/** What a rule is about, a text, and the text laid out. */
const CASES: readonly (readonly [string, string, string])[] = [
  ["one space around an equals sign", "days=10", "days = 10"],
  ["no space before the end of a line", "days = 10  \t\nkeep = 1 \n", "days = 10\nkeep = 1\n"],
  ["no space at the end of the text", "days = 10\n\t ", "days = 10\n"],
  ["blank lines stay", "\n\na = 1\n\n\n\nb = 2\n", "\n\na = 1\n\n\n\nb = 2\n"],
  ["tabs indent as two spaces", "full {\n\tevery = 1\n}\n", "full {\n  every = 1\n}\n"],
  [
    "brackets opened together close together",
    "a = f([{\nb = 1\n}])\nc = 2\n",
    "a = f([{\n  b = 1\n}])\nc = 2\n",
  ],
  [
    "brackets opened together may close one by one",
    "a = f([\n1\n]\n)\nb = 2\n",
    "a = f([\n  1\n  ]\n)\nb = 2\n",
  ],
  ["more closed than was opened", "a = 1]]\nb = 2\n", "a = 1]]\nb = 2\n"],
  ["a sign stands at its number", "a = [- 1,2*- 3,(- 4)]", "a = [-1, 2 * -3, (-4)]"],
  ["a minus between two values is spaced", "a = b -c\nd = f()-1", "a = b - c\nd = f() - 1"],
  ["no space behind a not", "a = ! b&&! (c)", "a = !b && !(c)"],
  ["a conditional", "a = b?c:d", "a = b ? c : d"],
  ["an index stands at what it indexes", "a = b [0] . c [ * ] [ d ]", "a = b[0].c[*][d]"],
  ["`in` is no value to index", "a = [for x in[1]:x]", "a = [for x in [1] : x]"],
  ["a call and its last list", "a = f (b , c ...)", "a = f(b, c...)"],
  ["an object on one line", "a = {b=1,c:2}\nd = { }", "a = { b = 1, c : 2 }\nd = {}"],
  [
    "a for with groups",
    "a = {for k,v in b:k=>v...if v>0}",
    "a = { for k, v in b : k => v... if v > 0 }",
  ],
  ["templates keep their text", 'a = " b ${ c }  ${ d }${ e } "', 'a = " b ${c}  ${d}${e} "'],
  ["directives and strip markers", 'a = "%{ if b ~} c %{~ endif }"', 'a = "%{if b~} c %{~endif}"'],
  ["an object in a template", 'a = "${ {b = 1} } c"', 'a = "${ { b = 1 } } c"'],
  ["a fraction is not made of an index", "a = 1 . 5\nb = c.0.1", "a = 1 . 5\nb = c.0.1"],
  ["equals signs of neighbours", "a = 1\nlong = 2\n\nb = 3\n", "a    = 1\nlong = 2\n\nb = 3\n"],
  [
    "a value over several lines ends the run",
    "a = 1\nlong = [\n2\n]\nbc = 3\n",
    "a = 1\nlong = [\n  2\n]\nbc = 3\n",
  ],
  ["a comment ends the run of equals signs", "a = 1\n# b\nlong = 2\n", "a = 1\n# b\nlong = 2\n"],
  ["comments of neighbours", "a = 1 # b\nlong = 2  //c\n", "a    = 1 # b\nlong = 2 //c\n"],
  ["a comment behind a brace", "full {# a\nb = 1 #c\n}\n", "full {  # a\n  b = 1 #c\n}\n"],
  ["a comment before a blank line", "a = 1 # b\n\nlong = 2\n", "a = 1 # b\n\nlong = 2\n"],
  ["comments inside a line", "a = /* b */1/* c */+2\n", "a = /* b */ 1 /* c */ + 2\n"],
  [
    "a comment over lines keeps its lines",
    "x {\n/* a\n    b */\n}\n",
    "x {\n  /* a\n    b */\n}\n",
  ],
  [
    "the lines of a heredoc stay, the code in them is spaced",
    "x {\na = <<-EOT\n   b  =  c\n ${ d } \n   EOT\ne = 1\n}\n",
    "x {\n  a = <<-EOT\n   b  =  c\n ${d} \n   EOT\n  e = 1\n}\n",
  ],
  [
    "code over several lines in a heredoc does not unsettle what follows",
    "x {\na = <<EOT\n${\nb\n}\nEOT\nc = 1\n}\n",
    "x {\n  a = <<EOT\n${\n    b\n  }\nEOT\n  c = 1\n}\n",
  ],
  ["line breaks of Windows", "a=1 # b\r\nlong=2\r\n", "a    = 1 # b\r\nlong = 2\r\n"],
  [
    "columns are counted as people see them",
    'größe = "👨‍👩‍👧" # a\nb = "é" # c\n',
    'größe = "👨‍👩‍👧" # a\nb     = "é" # c\n',
  ],
  ["syntax errors are no hindrance", "a = = )\n{b\n", "a = =)\n{ b\n"],
];

for (const [title, text, wanted] of CASES) {
  test(`layout: ${title}`, () => {
    assert.equal(layOut(text), wanted);
    assert.equal(layOut(wanted), wanted, "laid out a second time");
  });
}

test("an object of 20,000 keys on one line is laid out in time linear in its length", () => {
  const line = (count: number) => {
    const items = Array.from({ length: count }, (_, at) => `k${at}=${at}`);
    return `a = {${items.join(",")}}\n`;
  };
  const measure = (count: number) => {
    const text = line(count);
    const from = performance.now();
    layOut(text);
    return performance.now() - from;
  };
  measure(2_000);
  const [short, long] = [measure(10_000), measure(40_000)];
  assert.ok(long < 12 * short + 50, `10,000 keys: ${short} ms, 40,000: ${long} ms`);
});
