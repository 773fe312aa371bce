import assert from "node:assert/strict";
import { test } from "node:test";
import { findHiddenFault } from "../../../cmd/commands/hidden-fault.ts";
import { loadConfiguration } from "../../../core/config/load-configuration.ts";
import { standardFunctions } from "../../../core/language/functions/standard-functions.ts";
import { parseExpressionText } from "../../../core/language/parse-hcl.ts";
import { references } from "../../../core/language/references.ts";
import { createTestEnvironment } from "../../support/function-environment.ts";

const TEXT = `variable "later" {
  type = string
}
locals {
  fine   = var.later
  broken = upper(1, 2)
  far    = "x\${local.broken}"
}
module "eu" {
  source = "./eu"
}
`;

const MODULE = `output "good" {
  value = 1
}
output "bad" {
  value = upper()
}
`;

function load(text: string) {
  const bytes = (content: string) => new TextEncoder().encode(content);
  return loadConfiguration({
    files: [{ filename: "main.hcl", bytes: bytes(text) }],
    directory: ".",
    version: "0.1.0",
    functions: standardFunctions(createTestEnvironment()),
    purpose: "validate",
    readModule: () => ({
      kind: "files",
      files: [{ filename: "eu/main.hcl", bytes: bytes(MODULE) }],
    }),
    checkSchedule: () => undefined,
  });
}

function faultOf(expression: string, text = TEXT): string | undefined {
  const parsed = parseExpressionText({ filename: "test.hcl", text: expression });
  return findHiddenFault(references(parsed.expression), load(text))?.summary;
}

const CASES: readonly (readonly [expression: string, summary: string | undefined])[] = [
  ["1 + 1", undefined],
  ["var.later", undefined],
  ["local.fine", undefined],
  ["local.broken", "Too many function arguments"],
  ["[local.fine, local.far]", "Too many function arguments"],
  ["module.eu.bad", "Not enough function arguments"],
];

for (const [expression, summary] of CASES) {
  test(`the error behind ${expression} is ${summary ?? "none"}`, () => {
    assert.equal(faultOf(expression), summary);
  });
}

test("a syntax error may hide anything", () => {
  assert.notEqual(faultOf("local.fine", `${TEXT}\nlocals {`), undefined);
});
