import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { formatHcl } from "../../../../core/language/format/format-hcl.ts";
import { layOut } from "../../../../core/language/format/lay-out.ts";
import { NativeBody } from "../../../../core/language/native-body.ts";
import { parseExpressionText, parseHcl } from "../../../../core/language/parse-hcl.ts";
import { plainBody, plainTree } from "../../../support/plain-tree.ts";
import { printHcl, randomConfiguration } from "../../../support/random-configuration.ts";
import { printTree, randomTree } from "../../../support/random-tree.ts";
import { scrambleLayout } from "../../../support/scramble-layout.ts";
import { sharedData } from "../../../support/shared-data.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..", "..");

const choices = fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 });

function meaningOf(text: string): unknown {
  const { body, diagnostics } = parseHcl({ filename: "main.hcl", text });
  assert.deepEqual(
    diagnostics.map(({ detail, subject }) => [detail, subject?.start]),
    [],
    text,
  );
  assert.ok(body instanceof NativeBody);
  return plainBody(body.node);
}

/** Formats a valid text; the result must mean the same and stay as it is. */
function check(text: string): void {
  const formatted = formatHcl({ filename: "main.hcl", text }).text;
  assert.ok(formatted !== undefined, text);
  assert.deepEqual(meaningOf(formatted), meaningOf(text));
  assert.equal(formatHcl({ filename: "main.hcl", text: formatted }).text, formatted);
}

test("a tree that is printed and parsed is the tree", () => {
  fc.assert(
    fc.property(randomTree, choices, (tree, gaps) => {
      const text = printTree(tree);
      for (const each of [text, scrambleLayout(text, gaps)]) {
        const { expression, diagnostics } = parseExpressionText({ filename: "x", text: each });
        assert.deepEqual(diagnostics, [], each);
        assert.deepEqual(plainTree(expression.node), tree, each);
      }
    }),
    { numRuns: 500 },
  );
});

test("formatting keeps the meaning of any expressions, and a second time changes nothing", () => {
  const body = fc.array(fc.tuple(fc.constantFrom("a", "bc", "def"), randomTree), { maxLength: 5 });
  fc.assert(
    fc.property(body, choices, (attributes, gaps) => {
      const lines = attributes.map(([name, tree], at) => `${name}${at} = ${printTree(tree)}\n`);
      const heredoc = `t = <<-EOT\n  \${${attributes.map(([, tree]) => printTree(tree)).join("} \n\t${")}}\n  EOT\n`;
      const block = `x lone "quoted" {\n${lines.join("")}}\n`;
      check(scrambleLayout(block + (attributes.length > 0 ? heredoc : ""), gaps));
    }),
    { numRuns: 300 },
  );
});

test("formatting keeps the meaning of configurations, however they are laid out", () => {
  fc.assert(
    fc.property(randomConfiguration, choices, (blocks, gaps) => {
      check(scrambleLayout(printHcl(blocks), gaps));
    }),
    { numRuns: 20 },
  );
});

test("laying out any text, however broken, changes white space only", () => {
  const piece = fc.constantFrom(
    ...'{}[]()=-!.,:"~#/*\n\t aé1'.split(""),
    "${",
    "%{",
    "<<A\n",
    "A\n",
    "//",
    "/*",
    "\r\n",
    "in ",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join("");
      assert.equal(layOut(text).replaceAll(/\s/g, ""), text.replaceAll(/\s/g, ""));
    }),
    { numRuns: 2000 },
  );
});

/** Whole files and the inputs of cases; those with syntax errors are passed over. */
function corpus(): readonly string[] {
  const shared = sharedData("data", "hcl");
  const files = globSync("examples/**/*.hcl", { cwd: ROOT }).map((name) => join(ROOT, name));
  if (shared !== undefined) {
    files.push(...globSync("**/*.hcl", { cwd: shared }).map((name) => join(shared, name)));
  }
  const texts = files.map((path) => readFileSync(path, "utf8"));
  if (shared !== undefined) {
    for (const name of globSync("*_cases_shared.json", { cwd: shared })) {
      const cases = JSON.parse(readFileSync(join(shared, name), "utf8")) as readonly {
        readonly input?: string;
        readonly expr?: string;
      }[];
      texts.push(...cases.map(({ input, expr }) => input ?? `a = ${expr ?? "1"}\n`));
    }
  }
  return texts.filter((text) => parseHcl({ filename: "x", text }).diagnostics.length === 0);
}

test("formatting keeps the meaning of every valid file of the corpus", (t) => {
  const texts = corpus();
  assert.ok(texts.length > 0);
  for (const [at, text] of texts.entries()) {
    check(text);
    for (let turn = 1; turn <= 3; turn += 1) {
      const gaps = Array.from({ length: 37 }, (_, index) => (index * 7919 + at * 31 * turn) >>> 2);
      check(scrambleLayout(text, gaps));
    }
  }
  t.diagnostic(`${texts.length} files and cases, each in four layouts`);
});
