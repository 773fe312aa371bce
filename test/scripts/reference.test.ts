import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { evaluate } from "../../core/language/evaluation/evaluate.ts";
import { formatHcl } from "../../core/language/format/format-hcl.ts";
import { parseExpressionText } from "../../core/language/parse-hcl.ts";
import { EXAMPLE_CONFIGURATION } from "../../schemas/blocks/example-configuration.ts";
import { loadText, sourceFile } from "../support/load-text.ts";
import { runFolder } from "../support/run-test-text.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** The folder that the page of modules calls. */
const MODULE = `variable "host" {
  type = string
}

credential "shop" {
  type         = "sql_password"
  username     = "backup"
  password_env = "SHOP_PASSWORD"
}

server "shop" {
  kind       = "sql_server"
  host       = var.host
  credential = credential.shop
}

output "server" {
  value = server.shop
}
`;

const PAGES = globSync("docs/{reference/*,language,testing}.md", { cwd: ROOT })
  .map((path) => path.replaceAll("\\", "/"))
  .sort();

/** Their examples stand in files of tests. */
const TEST_PAGES: readonly string[] = ["docs/reference/test.md", "docs/testing.md"];

function read(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

function examplesOf(page: string): readonly string[] {
  return [...read(page).matchAll(/^```hcl\n([\s\S]*?)^```$/gm)].map(([, example = ""]) => example);
}

/** The blocks of the surroundings, but for those that the example brings itself. */
function surroundingsOf(example: string): string {
  return EXAMPLE_CONFIGURATION.split(/^(?=\w+ ")/m)
    .filter((block) => !example.includes(`${block.split(" {")[0]} {`))
    .join("");
}

test("there is a page for each kind of block", () => {
  assert.ok(PAGES.length > 20, PAGES.join());
});

for (const page of PAGES) {
  const examples = examplesOf(page);
  if (examples.length === 0) continue;
  test(`the examples of ${page} are laid out as fmt does`, () => {
    for (const example of examples) {
      const formatted = formatHcl(sourceFile("example.hcl", example));
      assert.deepEqual(formatted.parsed.diagnostics, []);
      assert.equal(formatted.text, example);
    }
  });
  if (TEST_PAGES.includes(page)) {
    test(`the examples of ${page} are tests that pass`, async () => {
      for (const example of examples) {
        const tests = { "example.hcltest.hcl": example };
        const { files } = await runFolder({ configuration: EXAMPLE_CONFIGURATION, tests });
        const results = files.flatMap((file) => [file, ...file.tests]);
        assert.deepEqual(
          results.flatMap(({ diagnostics }) => diagnostics),
          [],
        );
      }
    });
    continue;
  }
  test(`the examples of ${page} are valid`, () => {
    for (const example of examples) {
      const { diagnostics } = loadText(
        { "main.hcl": surroundingsOf(example), "example.hcl": example },
        { purpose: "validate", readModule },
      );
      assert.deepEqual(diagnostics, []);
    }
  });
}

test("the JSON example of the language page is valid", () => {
  const [, json = ""] = /^```json\n([\s\S]*?)^```$/m.exec(read("docs/language.md")) ?? [];
  const { diagnostics } = loadText({
    "main.hcl": EXAMPLE_CONFIGURATION,
    "port.hcl": 'variable "port" { default = 1433 }',
    "example.hcl.json": json,
  });
  assert.deepEqual(diagnostics, []);
});

/** What the expressions of the language page refer to. */
const VALUES = `locals {
  shop = { host = "shop.contoso.example" }
}
variable "name" { default = "Shop" }
variable "names" { default = ["Shop", ""] }
variable "hosts" { default = { eu = "EU.contoso.example" } }
variable "servers" { default = [{ host = "eu.contoso.example" }] }
variable "days" { default = 10 }
variable "all" { default = false }
variable "a" { default = true }
variable "b" { default = true }
variable "is_production" { default = true }
`;

test("every expression of the language page has a value", () => {
  const [, table = ""] = /## Expressions\n\n([\s\S]*?)\n\n/.exec(read("docs/language.md")) ?? [];
  const rows = table.split("\n").slice(2);
  const expressions = rows
    .flatMap((row) => [...row.replaceAll("\\|", "|").matchAll(/`([^`]+)`/g)])
    .map(([, text = ""]) => text)
    .filter((text) => !["<<-EOT", "EOT", "for"].includes(text));
  assert.ok(expressions.length >= 20, expressions.join("\n"));
  const { scope } = loadText({ "main.hcl": VALUES });
  for (const text of expressions) {
    const { expression, diagnostics } = parseExpressionText({ filename: text, text });
    assert.deepEqual(diagnostics, []);
    const { value, diagnostics: faults } = evaluate(expression, scope);
    assert.deepEqual(faults, []);
    assert.notEqual(value.kind, "unknown", text);
  }
});

function readModule(directory: string) {
  return directory === "modules/shop"
    ? { kind: "files" as const, files: [sourceFile("modules/shop/main.hcl", MODULE)] }
    : { kind: "absent" as const };
}
