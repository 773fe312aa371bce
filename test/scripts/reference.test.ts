import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { formatHcl } from "../../core/language/format/format-hcl.ts";
import { EXAMPLE_CONFIGURATION } from "../../schemas/blocks/example-configuration.ts";
import { loadText, sourceFile } from "../support/load-text.ts";

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

const PAGES = globSync("docs/{reference/*,language}.md", { cwd: ROOT })
  .map((path) => path.replaceAll("\\", "/"))
  .sort();

function examplesOf(page: string): readonly string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  return [...text.matchAll(/^```hcl\n([\s\S]*?)^```$/gm)].map(([, example = ""]) => example);
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

function readModule(directory: string) {
  return directory === "modules/shop"
    ? { kind: "files" as const, files: [sourceFile("modules/shop/main.hcl", MODULE)] }
    : { kind: "absent" as const };
}
