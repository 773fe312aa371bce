import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { formatHcl } from "../../../../core/language/format/format-hcl.ts";

const ANSWERS = join(import.meta.dirname, "..", "..", "..", "golden", "format", "terraform.json");

interface Answer {
  readonly input: string;
  readonly want: string;
}

test("files come out as Terraform's formatter lays them out", () => {
  const answers = JSON.parse(readFileSync(ANSWERS, "utf8")) as readonly Answer[];
  assert.ok(answers.length > 100);
  for (const { input, want } of answers) {
    assert.equal(formatHcl({ filename: "main.hcl", text: input }).text, want);
  }
});
