import assert from "node:assert/strict";
import { test } from "node:test";
import { OpenExpression } from "../../../cmd/commands/open-expression.ts";

/** The expressions that the lines make. */
function expressionsOf(text: string): string[] {
  const open = new OpenExpression();
  const found: string[] = [];
  for (const line of text.split("\n")) if (open.add(line)) found.push(open.take());
  if (!open.isEmpty) found.push(`open: ${open.take()}`);
  return found;
}

const CASES: readonly (readonly [title: string, text: string, expressions: readonly string[]])[] = [
  ["lines", "1\n2", ["1\n", "2\n"]],
  ["a list", "[\n1,\n[2]\n]\n3", ["[\n1,\n[2]\n]\n", "3\n"]],
  ["a call and an object", "f({\na = 1\n}\n)", ["f({\na = 1\n}\n)\n"]],
  ["brackets in a string", '"["\n"{"', ['"["\n', '"{"\n']],
  ["brackets in a comment", "1 # (\n2", ["1 # (\n", "2\n"]],
  ["a heredoc", "<<EOT\n[ ${1} \n EOTX\nEOT\n2", ["<<EOT\n[ ${1} \n EOTX\nEOT\n", "2\n"]],
  ["a heredoc in a call", "f(<<-A\nx\n  A\n, 1)\n2", ["f(<<-A\nx\n  A\n, 1)\n", "2\n"]],
  ["a template sequence", '"${\n1}"\n2', ['"${\n1}"\n', "2\n"]],
  ["a comment over lines", "1 /* (\n) */\n2", ["1 /* (\n) */\n", "2\n"]],
  ["too many closing brackets", "1]\n2", ["1]\n", "2\n"]],
  ["an open end", "(1\n2", ["open: (1\n2\n"]],
];

for (const [title, text, expressions] of CASES) {
  test(`${title}: an expression ends with the line that completes it`, () => {
    assert.deepEqual(expressionsOf(text), expressions);
  });
}

test("an expression of 20,000 lines is gathered in linear time", () => {
  const lines = Array.from({ length: 20_000 }, (_, at) => `{ a${at} = [${at}] },`);
  const text = ["[", ...lines, "]"].join("\n");
  assert.deepEqual(expressionsOf(text), [`${text}\n`]);
});
