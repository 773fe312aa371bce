import assert from "node:assert/strict";
import { test } from "node:test";
import { SourceFile } from "../../../../core/language/source-file.ts";
import { stepsOfParse } from "../../../support/parse-steps.ts";

const keysOf = (size: number) => Array.from({ length: size }, (_, at) => `k${at} = ${at}`);

/** Texts whose size grows with a number, right and wrong ones. */
const SHAPES: Readonly<Record<string, (size: number) => string>> = {
  blocks: (size) => 'policy "gold" {\n  a = 1\n  full { b = "x" }\n}\n'.repeat(size),
  "keys on one line": (size) => `a = { ${keysOf(size).join(", ")} }\n`,
  elements: (size) => `a = [${"1, ".repeat(size)}]\n`,
  "templates in one string": (size) => `a = "${"x ${b} ".repeat(size)}"\n`,
  directives: (size) => `a = "${"%{ if x }y%{ endif }".repeat(size)}"\n`,
  heredocs: (size) => "a = <<EOT\n x ${b}\nEOT\n".repeat(size),
  "lines of one heredoc": (size) => `a = <<-EOT\n${"   line ${x}\n".repeat(size)}  EOT\n`,
  comments: (size) => `${"# c\n/* x */ // y\n".repeat(size)}a = 1\n`,
  "operators in a row": (size) => `a = ${"1 + ".repeat(size)}1\n`,
  "nested calls": (size) => `a = ${"f(".repeat(300)}${")".repeat(300)}\n`.repeat(size / 500),
  traversals: (size) => `a = [${"b.c[0].d[*].e, ".repeat(size)}]\n`,
  labels: (size) => `a ${'"b" '.repeat(size)}{}\n`,
  "faulty arguments": (size) => "a = = 1\n".repeat(size),
  "unclosed blocks": (size) => "a {\n".repeat(size),
  "unclosed brackets": (size) => `a = ${"[".repeat(size)}`,
  "unclosed interpolations": (size) => `a = "${"${".repeat(size)}`,
  "unclosed strings": (size) => 'a = "x\n'.repeat(size),
  "foreign characters": (size) => "; ' ` @ \n".repeat(size),
};

function stepsAToken(text: string): number {
  const { steps, tokens } = stepsOfParse(new SourceFile("main.hcl", text));
  return steps / tokens;
}

for (const [title, textOf] of Object.entries(SHAPES)) {
  test(`${title}: the parser looks at each token a few times, however many there are`, () => {
    const some = stepsAToken(textOf(1000));
    const many = stepsAToken(textOf(8000));
    assert.ok(many <= 12, `${many} looks at a token`);
    assert.ok(many <= some * 1.2, `${many} looks at a token, ${some} in a shorter text`);
  });
}

test("only the first fifty faults make the parser look for the bracket that ends them", () => {
  const textOf = (size: number) => "a = [1 2\n".repeat(size);
  assert.ok(stepsAToken(textOf(8000)) <= 60);
});
