import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluateText } from "../../../support/evaluate-text.ts";
import { createTestEnvironment } from "../../../support/function-environment.ts";

const ENVIRONMENT = createTestEnvironment({
  "hello.txt": "hello!",
  "mark.txt": "\uFEFFmarked",
  "image.png": new Uint8Array([0x89, 0x50, 0xff, 0x00]),
  "sub/hello.txt": "below",
  "sub/.hidden": "",
  "sub/deep/hello.tmpl": "deep",
  "sub/a[1].txt": "",
  "/dba/notes.txt": "at home",
});

const RESULTS: readonly (readonly [call: string, want: unknown])[] = [
  ['file("hello.txt")', "hello!"],
  ['file("./sub/../hello.txt")', "hello!"],
  ['file("~/notes.txt")', "at home"],
  ['file("mark.txt")', "\uFEFFmarked"],
  ['filebase64("image.png")', "iVD/AA=="],
  ['filemd5("hello.txt")', "5a8dd3ad0756a93ded72b823b19dd877"],
  ['filesha1("hello.txt")', "8f7d88e901a5ad3a05d8cc0de93313fd76028f8c"],
  ['filesha256("hello.txt")', "ce06092fb948d9ffac7d1a376e404b26b7575bcc11ee05a4615fef4fec3a308b"],
  ['filebase64sha256("hello.txt")', "zgYJL7lI2f+sfRo3bkBLJrdXW8wR7gWkYV/vT+w6MIs="],
  [
    'filesha512("hello.txt")',
    "c6f81db0e9f8206c971c9e5826e3ba823ffbb1a3a900f8047652a8bf78ea98fdfc745855a3853a635675458eb6d1aaf1209e88ead2d192382b5c4cbdd6850e02",
  ],
  ['fileexists("hello.txt")', true],
  ['fileexists("missing.txt")', false],
  ['fileexists("hello.txt/x")', false],
  ['abspath("sub/../hello.txt")', "/project/hello.txt"],
  ['abspath("")', "/project"],
  ['basename("")', "."],
  ['basename("a/b/")', "b"],
  ['basename("//")', "/"],
  ['dirname("")', "."],
  ['dirname("a")', "."],
  ['dirname("a/b/")', "a/b"],
  ['dirname("/a")', "/"],
  ['dirname("../a/./b//c")', "../a/b"],
  ['pathexpand("~/.ssh/../x")', "/dba/x"],
  ['pathexpand("~")', "/dba"],
  ['pathexpand("a/~")', "a/~"],
];

for (const [call, want] of RESULTS) {
  test(`${call} is ${JSON.stringify(want)}`, () => {
    assert.deepEqual(evaluateText(call, ENVIRONMENT), want);
  });
}

const SETS: readonly (readonly [path: string, pattern: string, want: readonly string[]])[] = [
  [".", "*.txt", ["hello.txt", "mark.txt"]],
  ["sub", "*", [".hidden", "a[1].txt", "hello.txt"]],
  [".", "**/hello.*", ["hello.txt", "sub/deep/hello.tmpl", "sub/hello.txt"]],
  [".", "sub/**", ["sub/.hidden", "sub/a[1].txt", "sub/deep/hello.tmpl", "sub/hello.txt"]],
  [
    ".",
    "{sub,sub/deep,hello.txt}{,/hello.*}",
    ["hello.txt", "sub/deep/hello.tmpl", "sub/hello.txt"],
  ],
  [".", "[g-i]e??o.txt", ["hello.txt"]],
  [".", "[^h]*.txt", ["mark.txt"]],
  ["sub", "a\\\\[1\\\\].txt", ["a[1].txt"]],
  ["sub", "../*.png", ["../image.png"]],
  ["sub", "/hello.txt", ["hello.txt"]],
  ["sub", "deep", []],
  ["missing", "*", []],
  [".", "HELLO.txt", []],
];

for (const [path, pattern, want] of SETS) {
  test(`fileset("${path}", "${pattern}") finds ${want.length} files`, () => {
    assert.deepEqual(evaluateText(`fileset("${path}", "${pattern}")`, ENVIRONMENT), want);
  });
}

const FAULTS: readonly (readonly [call: string, fault: RegExp])[] = [
  ['file("missing")', /"path" parameter: no file exists at "missing"; a relative path starts at/],
  ["file(secret)", /no file exists at \(sensitive value\); a relative/],
  ['file("sub")', /"sub" cannot be read, because it is a folder\.$/],
  ['file("image.png")', /"image.png" is not UTF-8 text; filebase64 reads it as Base64/],
  ['file("~other/x")', /the home of another user cannot be found/],
  ["file(null)", /argument must not be null/],
  ['filesha256("missing")', /no file exists at "missing"/],
  ['fileexists("sub")', /"sub" is a folder, not a file/],
  [
    'fileset(".", "[a")',
    /"pattern" parameter: "\[a" is not a pattern for file names: a "\[" is not closed/,
  ],
  ['fileset(".", "[]")', /is not closed, or holds nothing/],
  ['fileset(".", "[z-a]")', /goes backwards/],
  ['fileset(".", "{a,b")', /a "\{" is not closed/],
  ['fileset(".", "a}")', /a "\}" has no "\{" before it/],
  ['fileset(".", "a\\\\")', /ends in a backslash/],
  [
    'fileset(".", "${join("", [for i in [1,2,3,4] : "{a,b,c,d,e,f,g,h}"])}")',
    /more than 1000 patterns/,
  ],
  ['pathexpand("~other")', /Error in function call: .*home of another user/],
];

for (const [call, fault] of FAULTS) {
  test(`${call} says what is wrong`, () => {
    assert.match(String(evaluateText(call, ENVIRONMENT)), fault);
  });
}

test("what a sensitive path leads to is sensitive, and an unknown path gives an unknown text", () => {
  const found = evaluateText("fileexists(secret)", ENVIRONMENT);
  assert.deepEqual(found, { $marked: { value: false, mark: "sensitive" } });
  const read = evaluateText("file(unknown)", ENVIRONMENT);
  assert.deepEqual(read, { $unknown: { notNull: true } });
});
