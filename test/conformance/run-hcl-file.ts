import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { parseExpressionText, parseTemplateText } from "../../core/language/parse-hcl.ts";
import { type CaseOutcome, type HclCase, titleOf } from "./hcl-case.ts";
import { runHclCase } from "./run-hcl-case.ts";
import { runSpecificationSuite } from "./run-specification-suite.ts";

export interface FileReport {
  readonly passed: number;
  readonly failures: readonly string[];
}

/**
 * Runs all cases of a file of the conformance data, or of a folder with tests of the specification suite. A case
 * that has no form known here, or that the runner stumbles over, has failed.
 *
 * @throws Error when the path cannot be read, or holds no list of cases.
 */
export function runHclFile(path: string): FileReport {
  if (statSync(path).isDirectory()) return runSpecificationSuite(path);
  const cases: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!Array.isArray(cases)) throw new Error(`${path} holds no list of cases`);
  const isTemplate = holdsTemplates(path, cases.filter(isCase));
  const failures: string[] = [];
  for (const one of cases as readonly unknown[]) {
    const outcome: CaseOutcome = isCase(one) ? run(one, isTemplate) : NO_CASE;
    if (outcome.status === "passed") continue;
    failures.push(`${isCase(one) ? titleOf(one) : JSON.stringify(one)}: ${outcome.why}`);
  }
  return { passed: cases.length - failures.length, failures };
}

const NO_CASE: CaseOutcome = { status: "failed", why: "a case is an object" };

function isCase(json: unknown): json is HclCase {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function run(one: HclCase, isTemplate: boolean): CaseOutcome {
  try {
    return runHclCase(one, isTemplate);
  } catch (error) {
    return { status: "failed", why: String(error) };
  }
}

/** Templates and expressions have cases of one form: the file's name tells them apart, else whether they parse. */
function holdsTemplates(path: string, cases: readonly HclCase[]): boolean {
  const name = basename(path);
  if (name.includes("template")) return true;
  if (/expression|function|message/.test(name)) return false;
  return cases.some(({ expr, diagCount }) => {
    if (typeof expr !== "string" || diagCount !== 0) return false;
    const source = { filename: "case.hcl", text: expr };
    if (parseExpressionText(source).diagnostics.length === 0) return false;
    return parseTemplateText(source).diagnostics.length === 0;
  });
}
