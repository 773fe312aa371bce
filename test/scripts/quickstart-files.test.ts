import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseBatch } from "../../providers/sandbox/parser/parse-batch.ts";
import { splitScript } from "../../providers/sandbox/script-batches.ts";
import { loadText } from "../support/load-text.ts";

const EXAMPLES = join(import.meta.dirname, "..", "..", "examples", "quickstart");
const read = (file: string): string => readFileSync(join(EXAMPLES, file), "utf8");

test("the configuration of the quickstart is valid without a finding", () => {
  const { configuration, diagnostics } = loadText({ "main.hcl": read("main.hcl") });
  assert.deepEqual(diagnostics, []);
  assert.ok(configuration);
});

for (const file of ["shop.sql", "shop-data.sql", "changes.sql"]) {
  test(`every batch of ${file} is T-SQL that the sandbox can parse`, () => {
    const batches = splitScript(read(file));
    assert.ok(batches.length > 1);
    const errors = batches.flatMap(({ sql, line }) => {
      const parsed = parseBatch(sql, { quotedIdentifier: true });
      return parsed.ok
        ? []
        : parsed.errors.map((error) => `${line + error.line}: ${error.message}`);
    });
    assert.deepEqual(errors, []);
  });
}

test("the shop has 20 tables, and its rows depend on nothing but the scripts", () => {
  assert.equal(read("shop.sql").match(/^CREATE TABLE /gm)?.length, 20);
  assert.doesNotMatch(
    read("shop-data.sql") + read("changes.sql"),
    /\b(?:NEWID|NEWSEQUENTIALID|RAND|GETDATE|GETUTCDATE|SYSDATETIME|CURRENT_TIMESTAMP|CHECKSUM)\b/i,
  );
});
